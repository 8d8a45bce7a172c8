import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { ApiAnswer, EmbeddedStack } from '../support/embedded-stack';
import { ask, askUntilAnswered } from './channel-client';
import { drawPurchases, type PlannedPurchase } from './purchase-plan';

/** Between two tries of a client whose request was not answered. */
const TRY_AGAIN_MS = 100;
/** Customers who buy at the same time, each one order after the other. */
const CUSTOMERS = 6;

/** An order that was submitted, and what the channel heard of it. */
export interface Submitted {
  externalId: string;
  planned: PlannedPurchase;
  /** The purchase's id in every 2xx answer; none while it is not accepted. */
  answeredIds: string[];
}

/** A stream of purchases over real HTTP, for as long as it is wanted. */
export class Customers {
  readonly submitted: Submitted[] = [];
  /** Answers that no channel should ever get, whatever was killed. */
  readonly surprises: string[] = [];
  /** Submissions that broke off or were answered with "not now". */
  unanswered = 0;
  /** Since when each submission waits for its answer, ms of `performance.now()`. */
  private readonly waiting = new Set<{ since: number }>();
  private readonly requests = new EventEmitter();
  private readonly draws: Generator<PlannedPurchase>;
  private open = true;
  private left = false;
  private readonly buying: Promise<unknown>;

  constructor(
    private readonly stack: EmbeddedStack,
    seed: number,
  ) {
    this.draws = drawPurchases(seed);
    this.buying = Promise.all(Array.from({ length: CUSTOMERS }, () => this.keepBuying()));
    this.buying.catch(() => undefined); // told by `closeShop`
  }

  /** Resolves when the next submission goes out, before it is answered. */
  async nextRequest(): Promise<void> {
    await once(this.requests, 'sent');
  }

  /** How many submissions wait that were there before that moment, ms of `performance.now()`. */
  waitingSince(moment: number): number {
    return [...this.waiting].filter(({ since }) => since < moment).length;
  }

  /** Nobody orders any more; resolves when every submission that is repeated was answered. */
  async closeShop(): Promise<void> {
    this.open = false;
    await this.buying;
  }

  /** Whoever still waits for an answer goes without one. */
  leave(): void {
    this.open = false;
    this.left = true;
  }

  private async keepBuying(): Promise<void> {
    while (this.open) {
      const { value: planned } = this.draws.next();
      const order: Submitted = { externalId: `chaos-${this.submitted.length}`, planned, answeredIds: [] };
      this.submitted.push(order);
      await Promise.all(Array.from({ length: planned.submissions }, () => this.submit(order)));
      if (planned.cancels && order.answeredIds.length > 0) await this.cancel(order);
      await setTimeout(planned.pauseMs); // a customer's own pace
    }
  }

  private async submit(order: Submitted): Promise<void> {
    const waits = { since: performance.now() };
    this.waiting.add(waits);
    await this.submitUntilAnswered(order).finally(() => this.waiting.delete(waits));
  }

  /** Repeated under the same external id until it is answered, or given up at the first silence. */
  private async submitUntilAnswered(order: Submitted): Promise<void> {
    const { externalId, planned } = order;
    const { paymentForm, msisdn, waitSeconds, givesUp } = planned;
    const body = { externalId, msisdn, package: 'D90' };
    for (;;) {
      const asked = ask(this.stack, {
        paymentForm,
        method: 'POST',
        resource: '/v1/purchases',
        body,
        waitSeconds,
      });
      this.requests.emit('sent');
      const answer = await asked;
      if (answer) return this.note(order, answer);
      this.unanswered += 1;
      if (givesUp || this.left) return;
      await setTimeout(TRY_AGAIN_MS);
    }
  }

  private note({ externalId, answeredIds }: Submitted, { status, body }: ApiAnswer): void {
    if (status === 200 || status === 201) answeredIds.push(String(body['id']));
    else
      this.surprises.push(`the submission of ${externalId} was answered ${status} ${JSON.stringify(body)}`);
  }

  private async cancel({ externalId, planned }: Submitted): Promise<void> {
    const resource = `/v1/purchases/${externalId}/cancel`;
    const { paymentForm } = planned;
    const { status, body } = await askUntilAnswered(this.stack, { paymentForm, method: 'POST', resource });
    const expected = status === 202 || body['code'] === 'too_late_to_cancel';
    if (!expected)
      this.surprises.push(`cancelling ${externalId} was answered ${status} ${JSON.stringify(body)}`);
  }
}
