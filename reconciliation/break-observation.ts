import { isCaseOver } from '../domain/case/case';
import type { LocalDay } from '../domain/local-time';
import {
  MOST_BREAKS_KEPT,
  type BreakObservation,
  type FoundBreak,
} from '../domain/reconciliation/break-register';
import { compareText } from '../runtime/text-order';
import type { Break, Report } from './report';

/** What a report tells the day's register: its breaks but timing, the largest by name. */
export function observationOf(report: Report, digest: string): BreakObservation {
  const breaks = report.breaks
    .filter(({ nature }) => nature !== 'timing')
    .toSorted((one, other) => other.atStake - one.atStake || compareText(one.id, other.id));
  const rest = breaks.slice(MOST_BREAKS_KEPT);
  return {
    day: report.day as LocalDay, // a report's day is one
    digest,
    files: report.files.map(({ role, sha256 }) => `${role} sha256:${sha256.slice(0, 16)}`).join(', '),
    breaks: breaks.slice(0, MOST_BREAKS_KEPT).map(foundBreak),
    more: {
      count: rest.length + report.unlisted.count,
      atStake: rest.reduce((sum, { atStake }) => sum + atStake, report.unlisted.atStake),
    },
  };
}

/** Sales of other days that this day's lines account for, so that their breaks there are closed. */
export function accountedForBy(report: Report): { day: LocalDay; purchaseId: string; how: string }[] {
  return report.breaks
    .filter(({ nature, otherDay, awaited }) => nature === 'timing' && otherDay !== null && !awaited)
    .map(({ otherDay, purchaseId, references }) => ({
      day: otherDay as LocalDay, // filtered above
      purchaseId,
      how: `in MobiFone’s file of ${report.day}, line ${references.join(', ')}`,
    }));
}

function foundBreak({ id, kind, purchaseId, atStake, detail, references, cases }: Break): FoundBreak {
  const over = cases.find(({ state }) => isCaseOver(state));
  const isAllOver = over && cases.every(({ state }) => isCaseOver(state));
  return {
    id,
    kind,
    purchaseId,
    atStake,
    detail,
    references,
    ...(isAllOver ? { settledBy: `${over.id} is ${over.state}` } : {}),
  };
}
