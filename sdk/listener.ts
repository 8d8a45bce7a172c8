import { Arrivals } from './arrivals';
import type { DatacodeClient } from './client';
import { isRetryable } from './faults';
import { waitFor } from './retrying';
import type {
  Batch,
  BatchNotice,
  ListedNotice,
  ListedPurchase,
  LoggedNotice,
  PurchaseEvent,
  StateNotice,
} from './types';

/** A notice to be forwarded: its id and its body to the letter. */
export interface HeardNotice {
  id: string;
  type: string;
  /** Your id of the order, or of the batch. */
  externalId: string;
  body: string;
}

/** What the listener asks of the API. */
type Source = Pick<DatacodeClient, 'list' | 'events' | 'notices' | 'noticesOf'> & {
  batches: Pick<DatacodeClient['batches'], 'get'>;
};

export interface ListenOptions {
  signal: AbortSignal;
  onNotice: (notice: HeardNotice) => Promise<void>;
  /** The channel's purchases can be read: from now on nothing is missed. */
  onReady?: () => void;
  /** A request failed for good; it is tried again all the same. */
  onTrouble?: (fault: unknown) => void;
  /** How often new purchases and notices are looked for, in milliseconds; 2000 by default. */
  pollMs?: number;
}

const POLL_MS = 2_000;
const CASE_REFUND = 'purchase.case_refund_due';

/**
 * Gives every notice of a channel as it comes to be, until the signal aborts: each state of the purchases that are made
 * from now on, whether or not the webhook subscribes to it, by their event streams; and each refund notice as it was sent.
 * @throws DatacodeProblem the API refuses the key
 */
export async function listen(client: Source, options: ListenOptions): Promise<void> {
  await new Listener(client, options).run();
}

class Listener {
  readonly #heard = new Set<string>();
  readonly #purchases = new Arrivals<ListedPurchase>(({ createdAt }) => createdAt);
  readonly #notices = new Arrivals<ListedNotice>(({ occurredAt }) => occurredAt);

  constructor(
    private readonly client: Source,
    private readonly options: ListenOptions,
  ) {}

  async run(): Promise<void> {
    const { signal, pollMs = POLL_MS, onReady } = this.options;
    let ready = false;
    while (!signal.aborted) {
      await this.#attempt(async () => {
        await this.#newPurchases();
        await this.#otherNotices();
        if (!ready) onReady?.();
        ready = true;
      });
      await waitFor(pollMs, signal).catch(() => undefined);
    }
  }

  async #newPurchases(): Promise<void> {
    for await (const purchase of this.#purchases.since(this.client.list({ limit: '50' }, this.#options()))) {
      void this.#follow(purchase).catch((fault: unknown) => this.#lost(purchase, fault));
    }
  }

  async #follow(purchase: ListedPurchase): Promise<void> {
    for await (const event of this.client.events(purchase.externalId, this.#options())) {
      const notice = stateNotice(event, purchase);
      if (notice) await this.#give(notice);
      if (event.type === 'step.refund_notice' && this.#isNew(`refund of ${purchase.id}`)) {
        await this.#refundOf(purchase.externalId, 'purchase.refund_due');
      }
    }
  }

  /** The next look begins its stream again, and gives what was not given. */
  #lost(purchase: ListedPurchase, fault: unknown): void {
    this.#purchases.forget(purchase);
    if (!this.options.signal.aborted) this.options.onTrouble?.(fault);
  }

  /** Refunds of purchases that had succeeded, and the ends of batches; they have no event of a purchase. */
  async #otherNotices(): Promise<void> {
    for await (const notice of this.#notices.since(this.client.notices({}, this.#options()))) {
      const { id, type, externalId, batchId } = notice;
      if (type === CASE_REFUND && externalId !== null) await this.#refundOf(externalId, CASE_REFUND);
      if (batchId === null || batchId === undefined) continue;
      const end = batchNotice(await this.client.batches.get(batchId, this.#options()));
      if (end) await this.#give({ id, type, externalId: batchId, body: JSON.stringify(end) });
    }
  }

  async #refundOf(externalId: string, type: LoggedNotice['type']): Promise<void> {
    const { signal, pollMs = POLL_MS } = this.options;
    for (;;) {
      const logged = await this.client.noticesOf(externalId, this.#options());
      const found = logged.find((notice) => notice.type === type);
      if (found) return this.#give(found);
      await waitFor(pollMs, signal); // it is being written
    }
  }

  async #give({ id, type, externalId, body }: HeardNotice): Promise<void> {
    if (this.#isNew(id)) await this.options.onNotice({ id, type, externalId, body });
  }

  #isNew(id: string): boolean {
    if (this.#heard.has(id)) return false;
    this.#heard.add(id);
    return true;
  }

  #options(): { signal: AbortSignal } {
    return { signal: this.options.signal };
  }

  /** Goes on after what may pass; a key that is refused, or a defect, ends it. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    const { signal, onTrouble } = this.options;
    try {
      await work();
    } catch (fault) {
      if (signal.aborted) return;
      if (!isRetryable(fault)) throw fault;
      onTrouble?.(fault);
    }
  }
}

/** The notice that a batch is over, as the gateway writes it; nothing while it runs. */
function batchNotice(data: Batch): BatchNotice | undefined {
  const { state, endedAt: timestamp } = data;
  if ((state !== 'completed' && state !== 'cancelled') || timestamp === null) return undefined;
  return { type: `batch.${state}`, timestamp, data };
}

/** The notice of a state, as the gateway writes it; nothing for a step. */
export function stateNotice(event: PurchaseEvent, purchase: ListedPurchase): HeardNotice | undefined {
  if (!('state' in event)) return undefined;
  const { id: purchaseId, externalId, package: product, faceValue } = purchase;
  const { sequence, state, outcome, reason, type, at: timestamp } = event;
  const notice: StateNotice = {
    type,
    timestamp,
    data: {
      purchaseId,
      externalId,
      sequence,
      state,
      outcome,
      reason,
      package: product.code,
      faceValue: { amount: faceValue, currency: 'VND' },
    },
  };
  return { id: `evt_${purchaseId}_${sequence}`, type, externalId, body: JSON.stringify(notice) };
}
