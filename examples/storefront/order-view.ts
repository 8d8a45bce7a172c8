import type { DatacodeClient, Purchase } from '../../sdk';
import { lookOutside, type OutsideView } from './sandbox-view';

/** An order as its page shows it. Nothing of it is kept by the shop: all of it is asked for each time. */
export interface OrderView extends OutsideView {
  orderId: string;
  state: Purchase['state'];
  outcome: Purchase['outcome'];
  reason: Purchase['reason'];
  package: Purchase['package'];
  /** What the customer paid. */
  price: number;
  msisdn: string;
  steps: Pick<Purchase['steps'][number], 'step' | 'status'>[];
  needsAttention: boolean;
  /** Whether nothing more is to come. */
  over: boolean;
}

/** The order as it is now; nothing when the gateway knows no such order. */
export async function orderView(
  client: DatacodeClient,
  sandboxUrl: string,
  orderId: string,
): Promise<OrderView | undefined> {
  const purchase = await client.find(orderId);
  if (!purchase) return undefined;
  const outside = await lookOutside(sandboxUrl, purchase.id);
  return {
    orderId,
    state: purchase.state,
    outcome: purchase.outcome,
    reason: purchase.reason,
    package: purchase.package,
    price: purchase.faceValue,
    msisdn: purchase.msisdn,
    steps: purchase.steps.map(({ step, status }) => ({ step, status })),
    needsAttention: purchase.needsAttention,
    over: isOver(purchase, outside),
    ...outside,
  };
}

function isOver({ outcome, steps }: Purchase, { refund, messages }: OutsideView): boolean {
  if (outcome === null || steps.some(({ status }) => status === 'running')) return false;
  return outcome === 'succeeded' ? messages.length >= 2 : refund !== null;
}
