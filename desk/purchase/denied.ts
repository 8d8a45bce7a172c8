import { isCaseOver, isContradiction } from '../../domain/case/case';
import { historyNameOf } from './act-name';
import type { SignedIn } from '../visit';
import type { WholePurchase } from './whole-purchase';

type Known = Pick<WholePurchase, 'timeline' | 'cases'>;

/** Whether MobiFone denies the charge that an operator stated. */
export function isDenied({ timeline, cases }: Known): boolean {
  return timeline.isDenied || contradictions(cases).length > 0;
}

/** That MobiFone denies it and who decides now; undefined where it does not, or where that is decided. */
export function denialInWords({ words, session }: SignedIn, known: Known): readonly string[] | undefined {
  if (!isDenied(known)) return undefined;
  const about = contradictions(known.cases);
  if (about.length > 0 && about.every(({ state }) => isCaseOver(state))) return undefined;
  const stated = known.timeline.acts.findLast(({ what }) => what === historyNameOf('charge-done'));
  return [words.acts.denied(stated?.by === session.person.name), words.acts.decideInCase];
}

/** Whether a case about the purchase waits for a person. */
export function hasOpenCase(known: Known): boolean {
  return known.cases.some(({ state }) => !isCaseOver(state)) || isJustOpened(known);
}

/** Its case is not in Temporal's index yet. */
function isJustOpened({ timeline, cases }: Known): boolean {
  return timeline.isDenied && contradictions(cases).length === 0;
}

function contradictions(cases: WholePurchase['cases']): WholePurchase['cases'] {
  return cases.filter(({ card }) => isContradiction(card.evidence));
}
