import type { Case, CaseHappening } from '../../domain/case/case';
import type { RegisteredBreak } from '../../domain/reconciliation/break-register';
import type { SignedIn } from '../visit';

/** How a case or a break was closed, and who did it. */
export interface Closing {
  how: string;
  by: string;
}

/** By the log: its last line is the end, and the last person in it has decided that. */
export function closingOf(
  { words, say }: SignedIn,
  { log }: Pick<Case, 'log'> | Pick<RegisteredBreak, 'log'>,
): Closing {
  const lines: readonly CaseHappening[] = log;
  const end = lines.at(-1);
  const by = end?.by ?? lines.findLast(({ by: person }) => person !== undefined)?.by;
  return { how: end ? say.ending(end.what).replace(/\.$/, '') : words.unknown, by: by ?? words.unknown };
}
