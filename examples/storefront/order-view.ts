import type { DatacodeClient, Purchase } from '../../sdk/index';
import { readSandbox, type SandboxView } from './sandbox-view';

/** An order as its page shows it. The shop stores nothing: every view is read from the gateway. */
export interface OrderView extends SandboxView {
  orderId: string;
  /** The gateway's id, which the SMS names. */
  purchaseId: string;
  state: Purchase['state'];
  outcome: Purchase['outcome'];
  reason: Purchase['reason'];
  package: Purchase['package'];
  /** What the customer paid. */
  price: number;
  msisdn: string;
  steps: Pick<Purchase['steps'][number], 'step' | 'status'>[];
  needsAttention: boolean;
  /** Whether the view will not change any more. */
  over: boolean;
}

/** Reads an order. @returns undefined when it does not exist */
export async function orderView(
  client: DatacodeClient,
  sandboxUrl: string,
  orderId: string,
): Promise<OrderView | undefined> {
  const purchase = await client.find(orderId);
  if (!purchase) return undefined;
  const sandbox = await readSandbox(sandboxUrl, purchase.id);
  return {
    orderId,
    purchaseId: purchase.id,
    state: purchase.state,
    outcome: purchase.outcome,
    reason: purchase.reason,
    package: purchase.package,
    price: purchase.faceValue,
    msisdn: purchase.msisdn,
    steps: purchase.steps.map(({ step, status }) => ({ step, status })),
    needsAttention: purchase.needsAttention,
    over: isOver(purchase, sandbox),
    ...sandbox,
  };
}

function isOver({ outcome, steps }: Purchase, { refund, messages }: SandboxView): boolean {
  if (outcome === null || steps.some(({ status }) => status === 'running')) return false;
  return outcome === 'succeeded' ? messages.length >= 2 : refund !== null;
}
