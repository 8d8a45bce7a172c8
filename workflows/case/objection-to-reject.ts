import { isContradiction } from '../../domain/case/case';
import { isHalfSold } from '../../domain/case/closed-evidence';
import { saleOf } from '../../domain/purchase/sale';
import type { ActivityProxies } from '../activity-proxies';
import { askMobifone, notAsked } from '../ask-mobifone';
import type { CaseRecord } from './record';

/** The subscriber has what nobody was charged for. */
export const HALF_SOLD = 'MobiFone answers that the registration still stands, and that it was not charged';

/**
 * Why it cannot be that nothing was wrong, by MobiFone's answer now, where it had denied what a person stated. No answer is no
 * reason to believe it.
 */
export async function standingDenial(
  { order: { purchase, evidence } }: Pick<CaseRecord, 'order'>,
  activities: ActivityProxies,
): Promise<string | undefined> {
  if (!isContradiction(evidence)) return undefined;
  const ask = (transaction: 'registration' | 'charge') =>
    askMobifone(
      activities,
      `Ask MobiFone once about the ${transaction}, before the case is closed as nothing`,
      saleOf(purchase),
      transaction,
    );
  const money = purchase.paymentForm === 'prepaid' ? 'registration' : 'charge'; // prepaid has no charge
  const answer = await ask(money);
  if (answer === 'done') return undefined;
  if (answer === 'not_asked') return notAsked(money);
  if (answer === 'no_answer') return `MobiFone does not answer about the ${money}; ask again later`;
  const registration = money === 'charge' ? await ask('registration') : answer;
  if (registration === 'not_asked') return notAsked('registration');
  const isHalf = money === 'charge' && isHalfSold({ registration, charge: answer });
  return isHalf ? HALF_SOLD : `MobiFone answers that the ${money} is ${answer}`;
}
