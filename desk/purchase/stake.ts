import { transactionId, type TransactionId } from '../../domain/identifiers';
import type { Purchase } from '../../domain/purchase/purchase';
import type { PurchaseStep } from '../../domain/purchase/steps';
import { html, type Html } from '../html';
import { amount } from '../layout';
import type { SignedIn } from '../visit';

/** What a stuck step puts at stake, where to begin, and what MobiFone is asked about by phone. */
export function stake(visit: SignedIn, { order, steps }: Purchase, step: PurchaseStep): Html {
  const { words } = visit;
  const price = amount(visit, order.faceValue);
  const { atStake, advice } =
    words.stakes[order.paymentForm === 'prepaid' && step === 'register' ? 'registerPrepaid' : step];
  const sent = (name: PurchaseStep) => steps.some((one) => one.step === name);
  const quoted: TransactionId[] =
    MOBIFONE_KNOWS[step] === true
      ? [
          ...(sent('register') ? [transactionId(order.purchaseId, 'registration')] : []),
          ...(sent('charge') ? [transactionId(order.purchaseId, 'charge')] : []),
        ]
      : [];
  return html`<p id="at-stake"><b>${words.stakes.title}</b> ${atStake(price)}</p>
    <p id="advice"><b>${words.stakes.begin}</b> ${advice}</p>
    ${quoted.length > 0 && html`<p id="quote"><b>${words.stakes.quote}</b> ${quoted.map((id) => html`<code>${id}</code> `)}</p>`}`;
}

/** The steps about which MobiFone can be asked by phone. */
const MOBIFONE_KNOWS: Partial<Record<PurchaseStep, true>> = {
  register: true,
  charge: true,
  rollback: true,
  late_effect_check: true,
  decision_check: true,
};
