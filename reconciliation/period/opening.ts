import { daysAfter, type LocalDay } from '../../domain/local-time';
import { SignedFile } from '../../runtime/signed-file';
import { ReportFault } from '../carried-over';
import { closedAccount, placeOfFault } from '../read-reports';
import type { OpeningBalances, PeriodAccount } from './account';

/**
 * The balances that the signed account before closed with.
 * @param key the key that it must be sealed with; without it only its digest is checked
 * @throws ReportFault when it was changed, sealed with another key, or does not end on the day before
 */
export function openingFrom(text: string, from: LocalDay, key: string | undefined): OpeningBalances {
  const signed = SignedFile.read(text, 'account');
  const account = signed?.content as PeriodAccount | undefined; // its signature is checked before it is used
  if (!signed || account?.format !== 'datacode-period/1')
    throw new ReportFault('is not a signed account: it must be one that `period --json` wrote.');
  if (!signed.isSigned(key)) {
    const sealed = key === undefined ? '' : ', or is not signed with RECONCILIATION_SIGNING_KEY';
    throw new ReportFault(`was changed since it was written${sealed}.`);
  }
  const before = daysAfter(from, -1);
  if (account.to !== before)
    throw new ReportFault(`ends on ${account.to}; an account from ${from} needs one that ends on ${before}.`);
  const closed = closedAccount.safeParse(account);
  if (!closed.success)
    throw new ReportFault(`is not as \`period --json\` writes it: see ${placeOfFault(closed.error)}.`);
  return { agent: closed.data.agent.closing, mobifone: closed.data.mobifone.closing };
}
