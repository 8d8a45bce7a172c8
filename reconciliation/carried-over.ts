import { isPurchaseId } from '../domain/identifiers';
import { daysAfter, type LocalDay } from '../domain/local-time';
import type { CarriedOver } from '../domain/reconciliation/reconciliation';
import { expectingReport, placeOfFault, type ExpectingReport } from './read-reports';
import type { Report } from './report';
import { SignedFile } from '../runtime/signed-file';

/** The last day's report is unusable; the message says why. */
export class ReportFault extends Error {
  override readonly name = 'ReportFault';
}

/** The purchases that a report expects in the next day's file. */
export function carriedOverBy({ carryOver, breaks }: ExpectingReport): CarriedOver[] {
  return carryOver.filter(isPurchaseId).map((purchaseId) => {
    const awaited = breaks.find((row) => row.awaited && row.purchaseId === purchaseId);
    return { purchaseId, atStake: awaited?.atStake ?? 0 };
  });
}

/**
 * The purchases that the last day's signed report (of `reportJson`) expects in this day's file.
 * @param key the key that the report must be sealed with; without it only its digest is checked
 * @throws ReportFault when it was changed, sealed with another key, or is of another day than the one before
 */
export function carriedOverFrom(text: string, day: LocalDay, key: string | undefined): CarriedOver[] {
  const signed = SignedFile.read(text, 'report');
  const report = signed?.content as Report | undefined; // its signature is checked before it is used
  if (!signed || !report) throw new ReportFault('is not a signed report: it must be one that --json wrote.');
  if (report.format !== 'datacode-reconciliation/1') throw new ReportFault('is not a reconciliation report.');
  if (!signed.isSigned(key)) {
    const sealed = key === undefined ? '' : ', or is not signed with RECONCILIATION_SIGNING_KEY';
    throw new ReportFault(`was changed since it was written${sealed}.`);
  }
  const before = daysAfter(day, -1);
  if (report.day !== before) {
    throw new ReportFault(`is of ${report.day}; ${day} needs the report of ${before}.`);
  }
  const expecting = expectingReport.safeParse(report);
  if (expecting.success) return carriedOverBy(expecting.data);
  throw new ReportFault(`is not as --json writes it: see ${placeOfFault(expecting.error)}.`);
}
