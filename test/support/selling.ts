import { setTimeout } from 'node:timers/promises';
import type { LedgerEntry, Position } from '../../sandbox/ledger-entries';
import type { PaymentForm } from '../../domain/catalogue/packages';
import type { ApiAnswer, EmbeddedStack } from './embedded-stack';

type Received = Extract<LedgerEntry, { kind: 'request_received' }>;

/** What tests of the whole stack do to it: sell as a channel does, and judge by MobiFone's own ledger. */
export class Selling {
  constructor(private readonly stack: EmbeddedStack) {}

  /** @param prefer how long the API may hold its answer; it answers at once unless given */
  buy(
    externalId: string,
    msisdn: string,
    { form = 'postpaid', prefer }: { form?: PaymentForm; prefer?: string } = {},
  ): Promise<ApiAnswer> {
    return this.stack.api('POST', '/v1/purchases', { externalId, msisdn, package: 'D90' }, prefer, form);
  }

  /** Submits so many purchases at the same time, each of a subscriber of its own; their external ids. */
  async flood(name: string, count: number, form: PaymentForm = 'postpaid'): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => `${name}-${index}`);
    await Promise.all(
      ids.map((id, index) => this.accepted(id, `09010${String(index).padStart(5, '0')}`, form)),
    );
    return ids;
  }

  /** Repeats the order while Temporal is overloaded, as the API's answer says. */
  private async accepted(id: string, msisdn: string, form: PaymentForm): Promise<void> {
    for (;;) {
      const { status, body } = await this.buy(id, msisdn, { form });
      if (status < 300) return;
      if (status !== 503) throw new Error(`a purchase was not accepted: ${JSON.stringify({ status, body })}`);
      await setTimeout(1000); // what `Retry-After` names
    }
  }

  /** Asks, held by Temporal, until the outcome is known. */
  async outcomeOf(externalId: string, form: PaymentForm = 'postpaid'): Promise<ApiAnswer['body']> {
    for (;;) {
      const { body } = await this.stack.api('GET', `/v1/purchases/${externalId}`, undefined, 'wait=30', form);
      if (body['outcome']) return body;
    }
  }

  /** The purchase's position at MobiFone as soon as it is as promised. */
  positionOf(id: unknown, promised: (position: Position) => boolean): Promise<Position> {
    return until(() => this.stack.sandbox<Position>(`purchases/${String(id)}`), promised);
  }

  /** Everything that happened at MobiFone so far, in order. */
  async ledger(): Promise<LedgerEntry[]> {
    const { entries } = await this.stack.sandbox<{ entries: LedgerEntry[] }>('ledger?limit=10000');
    return entries;
  }

  /** The calls that MobiFone received so far, in order. */
  async received(): Promise<Received[]> {
    return (await this.ledger()).filter((entry): entry is Received => entry.kind === 'request_received');
  }
}

/** Looks again and again until the condition holds; how long that takes is the machine's affair. */
export async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    await setTimeout(25); // between two looks at the condition
  }
}
