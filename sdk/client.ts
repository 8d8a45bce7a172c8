import { followEvents, type EventOptions } from './events';
import { DatacodeProblem } from './faults';
import { Transport, type CallOptions, type TransportSettings } from './transport';
import type {
  Account,
  Eligibility,
  ListedNotice,
  ListedPurchase,
  LoggedNotice,
  NoticeFilter,
  PackageOffer,
  Purchase,
  PurchaseEvent,
  PurchaseFilter,
  PurchaseOrder,
  Validation,
  ValidationOrder,
} from './types';

export interface ClientSettings {
  /** Such as `https://api.example`. */
  baseUrl: string;
  /** The channel's key. It must never reach a browser. */
  key: string;
  /** The secret that your requests are signed with, where your contract asks for it. */
  signingSecret?: string;
  /** Another fetch than Node's, for a proxy or a test. */
  fetch?: typeof globalThis.fetch;
  /** Of the texts in answers; English unless given. */
  language?: 'en' | 'vi';
  /** Limit of one try, milliseconds. */
  attemptTimeoutMs?: number;
  /** Limit of all tries of one call, milliseconds. */
  deadlineMs?: number;
}

export interface WaitOptions extends CallOptions {
  /** Seconds, 30 at most, for which the API holds its answer until the outcome is known. */
  wait?: number;
}

export interface SubmitOptions extends WaitOptions {
  /** Has a mistake told: the same key with another order is refused. The external id alone makes an order safe. */
  idempotencyKey?: string;
}

/** One page of a list, under the name of what it lists. */
interface Page<Item> {
  purchases?: Item[];
  notices?: Item[];
  nextCursor: string | null;
}

/** Longest that the API holds an answer, seconds. */
const LONGEST_WAIT = 30;

/** A channel's way to the Datacode gateway. */
export class DatacodeClient {
  readonly #transport: Transport;

  constructor(settings: ClientSettings) {
    const defaults: Pick<TransportSettings, 'fetch' | 'attemptTimeoutMs' | 'deadlineMs'> = {
      fetch: (...request) => globalThis.fetch(...request),
      attemptTimeoutMs: 15_000,
      deadlineMs: 60_000,
    };
    this.#transport = new Transport({ ...defaults, ...settings });
  }

  /**
   * Buys. The external id is the purchase: sending the same order again, now or later, is the same purchase.
   * @throws DatacodeProblem when the order is not taken; NoAnswer when it is not known whether it was
   */
  async submit(order: PurchaseOrder, options: SubmitOptions = {}): Promise<Purchase> {
    const { idempotencyKey, ...rest } = options;
    const headers = { 'Idempotency-Key': `"${idempotencyKey}"` };
    return this.#post('/v1/purchases', order, idempotencyKey === undefined ? rest : { ...rest, headers });
  }

  /** A purchase by your id of the order; nothing when there is none. */
  async find(externalId: string, options: WaitOptions = {}): Promise<Purchase | undefined> {
    return orNothing(this.#get<Purchase>(purchasePath(externalId), options));
  }

  /** A purchase by our id of it; nothing when there is none. */
  async findById(id: string, options: CallOptions = {}): Promise<Purchase | undefined> {
    return orNothing(this.#get<Purchase>(`/v1/purchases/by-id/${encodeURIComponent(id)}`, options));
  }

  /**
   * Waits until it is known what the purchase came to, however long that takes; `signal` ends the wait.
   * @returns nothing when there is no such purchase
   */
  async untilOutcome(externalId: string, options: CallOptions = {}): Promise<Purchase | undefined> {
    for (;;) {
      const purchase = await this.find(externalId, { ...options, wait: LONGEST_WAIT });
      if (!purchase || purchase.outcome !== null) return purchase;
    }
  }

  /** Every purchase that the filter takes, page by page as they are asked for. */
  list(
    filter: PurchaseFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ListedPurchase, void, undefined> {
    return this.#pages('/v1/purchases', filter, options, 'purchases');
  }

  /** Asks for a purchase to be stopped; whether it was is told by its outcome. */
  async cancel(externalId: string, reason?: string, options: CallOptions = {}): Promise<Purchase> {
    const path = `${purchasePath(externalId)}/cancel`;
    return this.#post(path, reason === undefined ? {} : { reason }, options);
  }

  /** What an order would come to, with nothing sold. */
  async validate(order: ValidationOrder, options: CallOptions = {}): Promise<Validation> {
    return this.#post('/v1/purchases/validate', order, options);
  }

  /** Which packages a number may have. */
  async eligibility(msisdn: string, options: CallOptions = {}): Promise<Eligibility> {
    return this.#post('/v1/eligibility', { msisdn }, options);
  }

  /** What you may sell now, with your prices. */
  async packages(options: CallOptions = {}): Promise<PackageOffer[]> {
    return (await this.#get<{ packages: PackageOffer[] }>('/v1/packages', options)).packages;
  }

  /** The discount that you have earned. */
  async account(options: CallOptions = {}): Promise<Account> {
    return this.#get('/v1/account', options);
  }

  /**
   * What happens to a purchase, as it happens, to its end; a stream that breaks off is taken up where it was.
   * @throws DatacodeProblem, NoAnswer, or the signal's reason
   */
  events(externalId: string, options: EventOptions = {}): AsyncGenerator<PurchaseEvent, void, undefined> {
    return followEvents(this.#transport, `${purchasePath(externalId)}/events`, options);
  }

  /** Every notice to your webhook that the filter takes, page by page as they are asked for. */
  notices(
    filter: NoticeFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ListedNotice, void, undefined> {
    return this.#pages('/v1/notices', { ...filter }, options, 'notices');
  }

  /** The notices of one purchase, with every attempt to deliver them. */
  async noticesOf(externalId: string, options: CallOptions = {}): Promise<LoggedNotice[]> {
    const path = `${purchasePath(externalId)}/notices`;
    return (await this.#get<{ notices: LoggedNotice[] }>(path, options)).notices;
  }

  /** Has a notice delivered once more. Not repeated by itself: each call is a delivery. */
  async resendNotice(id: string, options: CallOptions = {}): Promise<ListedNotice> {
    const path = `/v1/notices/${encodeURIComponent(id)}/resend`;
    return this.#transport.json({ method: 'POST', path, repeatable: false, ...options });
  }

  async *#pages<Item>(
    path: string,
    filter: Readonly<Record<string, string | number | undefined>>,
    options: CallOptions,
    name: 'purchases' | 'notices',
  ): AsyncGenerator<Item, void, undefined> {
    let cursor: string | undefined;
    do {
      const query = { ...textual(filter), cursor };
      const page = await this.#get<Page<Item>>(path, {
        ...options,
        query,
      });
      yield* page[name] ?? [];
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  #get<T>(
    path: string,
    options: WaitOptions & { query?: Readonly<Record<string, string | undefined>> },
  ): Promise<T> {
    return this.#transport.json({ method: 'GET', path, repeatable: true, ...options });
  }

  #post<T>(
    path: string,
    body: unknown,
    options: WaitOptions & { headers?: Readonly<Record<string, string>> },
  ): Promise<T> {
    return this.#transport.json({ method: 'POST', path, body, repeatable: true, ...options });
  }
}

function purchasePath(externalId: string): string {
  return `/v1/purchases/${encodeURIComponent(externalId)}`;
}

function textual(
  filter: Readonly<Record<string, string | number | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}

async function orNothing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((fault: unknown) => {
    if (fault instanceof DatacodeProblem && fault.code === 'purchase_not_found') return undefined;
    throw fault;
  });
}
