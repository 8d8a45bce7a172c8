import type { Case, CaseHappening } from '../../domain/case/case';
import type { RegisteredBreak } from '../../domain/reconciliation/break-register';
import type { SignedIn } from '../visit';

/** How a case or a break was closed, and who did it. */
export interface Closing {
  how: string;
  by: string;
}

/** Of a case that is over: the last line of its log is its end, and the last person in it has decided that. */
export function closingOf(visit: SignedIn, { log }: Pick<Case, 'log'>): Closing {
  const person = log.findLast(({ by }) => by !== undefined)?.by;
  return { how: howOf(visit, log.at(-1)), by: person ?? visit.words.unknown };
}

/** Undefined while the break is open. A closed one may have comments after its end, in any words. */
export function breakClosingOf(visit: SignedIn, { log, closedBy }: RegisteredBreak): Closing | undefined {
  if (closedBy === null) return undefined;
  const { words } = visit;
  const end = log.findLast(({ what, isComment }) => !isComment && what.startsWith('closed: '));
  const by = closedBy === 'person' ? (end?.by ?? words.unknown) : words.breaks.closers[closedBy];
  return { how: howOf(visit, end), by };
}

function howOf({ words, say }: SignedIn, end: CaseHappening | undefined): string {
  return end ? say.ending(end.what).replace(/\.$/, '') : words.unknown;
}
