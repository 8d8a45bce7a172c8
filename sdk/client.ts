import { BatchClient } from './batches';
import { followEvents, type EventOptions } from './events';
import { DatacodeProblem } from './faults';
import { STATEMENT_FILES, statementPlan } from './statements';
import { Transport, type CallOptions, type Tagged, type TransportSettings } from './transport';
import { checkedSettings, type ClientSettings } from './settings';
import type {
  Account,
  Catalogue,
  Eligibility,
  AnyNotice,
  ListedNotice,
  FoundPurchases,
  ListedPurchase,
  PurchaseSearchRequest,
  LoggedNotice,
  NoticeFilter,
  PackageOffer,
  Purchase,
  PurchaseEvent,
  PurchaseFilter,
  PurchaseOrder,
  Statement,
  Status,
  Validation,
  ValidationOrder,
  WebhookPing,
  WebhookPingRequest,
} from './types';

export interface WaitOptions extends CallOptions {
  /** How long the API may hold its response until the outcome is known, in seconds; at most 30. */
  wait?: number;
}

export interface SubmitOptions extends WaitOptions {
  /**
   * Sent as `Idempotency-Key`. The API refuses the same key with another order, which reveals a mistake in your code.
   * The key is optional: the external id alone already makes a repeated order safe.
   */
  idempotencyKey?: string;
}

/** One page of a list. */
interface Page<Item> {
  purchases?: Item[];
  notices?: Item[];
  nextCursor: string | null;
}

/** The longest time for which the API holds a response. */
const MAX_WAIT_SECONDS = 30;

/**
 * Client of the Datacode gateway's API. Every method repeats a request that got no response or a retryable problem,
 * until `deadlineMs`; only `resendNotice` and `pingWebhook` are never repeated.
 *
 * Every method throws {@link DatacodeProblem} when the API refuses the request, {@link NoAnswer} when no response
 * arrived in time, and the signal's reason when `signal` aborts.
 * @example
 * const client = new DatacodeClient({ baseUrl: 'http://127.0.0.1:3000', key: process.env.DATACODE_KEY });
 * await client.submit({ externalId: 'order-1', msisdn: '0900000001', package: 'D90' });
 * const purchase = await client.untilOutcome('order-1');
 */
export class DatacodeClient {
  readonly #transport: Transport;
  /** Lists of orders. */
  readonly batches: BatchClient;
  #lastStatus: Tagged<Status> | undefined;

  /** @throws ClientMisconfigured a setting is missing or misspelt */
  constructor(settings: ClientSettings) {
    const defaults: Pick<TransportSettings, 'fetch' | 'attemptTimeoutMs' | 'deadlineMs'> = {
      fetch: (...request) => globalThis.fetch(...request),
      attemptTimeoutMs: 15_000,
      deadlineMs: 60_000,
    };
    this.#transport = new Transport({ ...defaults, ...checkedSettings(settings) });
    this.batches = new BatchClient(this.#transport);
  }

  /**
   * Submits an order. The external id identifies the purchase: the same order sent again returns the same purchase and
   * sells nothing more.
   * @throws DatacodeProblem the order was not accepted
   * @throws NoAnswer it is unknown whether the order was accepted; sending it again is safe
   */
  async submit(order: PurchaseOrder, options: SubmitOptions = {}): Promise<Purchase> {
    const { idempotencyKey, ...rest } = options;
    if (idempotencyKey !== undefined && !/^[ !#-[\]-~]+$/.test(idempotencyKey)) {
      throw new TypeError(
        'idempotencyKey must be printable ASCII without " and \\: a header carries nothing else.',
      );
    }
    const headers = { 'Idempotency-Key': `"${idempotencyKey}"` };
    return this.#post('/v1/purchases', order, idempotencyKey === undefined ? rest : { ...rest, headers });
  }

  /** Finds a purchase by your order id. @returns undefined when it does not exist */
  async find(externalId: string, options: WaitOptions = {}): Promise<Purchase | undefined> {
    return undefinedIfNotFound(this.#get<Purchase>(purchasePath(externalId), options));
  }

  /** Finds a purchase by its gateway id (`pur_…`). @returns undefined when it does not exist */
  async findById(id: string, options: CallOptions = {}): Promise<Purchase | undefined> {
    return undefinedIfNotFound(this.#get<Purchase>(`/v1/purchases-by-id/${encodeURIComponent(id)}`, options));
  }

  /**
   * Waits for the outcome of a purchase, without a time limit; abort `signal` to stop waiting.
   * @returns undefined when the purchase does not exist
   */
  async untilOutcome(externalId: string, options: CallOptions = {}): Promise<Purchase | undefined> {
    for (;;) {
      const purchase = await this.find(externalId, { ...options, wait: MAX_WAIT_SECONDS });
      if (!purchase || purchase.outcome !== null) return purchase;
    }
  }

  /** Lists the purchases that match the filter. Pages are fetched as you iterate. */
  list(
    filter: PurchaseFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ListedPurchase, void, undefined> {
    return this.#pages('/v1/purchases', filter, options, 'purchases');
  }

  /** Finds purchases by number and days, with their number by outcome. One page: pass `nextCursor` as `cursor`. */
  async search(filter: PurchaseSearchRequest, options: CallOptions = {}): Promise<FoundPurchases> {
    return this.#post('/v1/purchases/search', filter, options);
  }

  /** Requests the cancellation of a purchase. Its outcome shows whether it was cancelled. */
  async cancel(externalId: string, reason?: string, options: CallOptions = {}): Promise<Purchase> {
    const path = `${purchasePath(externalId)}/cancel`;
    return this.#post(path, reason === undefined ? {} : { reason }, options);
  }

  /** Checks an order and returns its price; sells nothing. */
  async validate(order: ValidationOrder, options: CallOptions = {}): Promise<Validation> {
    return this.#post('/v1/purchases/validate', order, options);
  }

  /** Checks which packages a number may buy. @param msisdn the number in any common spelling */
  async eligibility(msisdn: string, options: CallOptions = {}): Promise<Eligibility> {
    return this.#post('/v1/eligibility', { msisdn }, options);
  }

  /** Lists the packages that you may sell now, with your prices. */
  async packages(options: CallOptions = {}): Promise<PackageOffer[]> {
    return (await this.catalogue(options)).packages;
  }

  /** Lists the packages that you may sell now, and those whose sale is paused, with your prices. */
  async catalogue(options: CallOptions = {}): Promise<Catalogue> {
    return this.#get('/v1/packages', options);
  }

  /**
   * Returns whether you can sell at this moment; made to be polled. An unchanged status is not sent again: the last one is
   * returned.
   */
  async status(options: CallOptions = {}): Promise<Status> {
    const plan = { method: 'GET', path: '/v1/status', repeatable: true, ...options } as const;
    this.#lastStatus = await this.#transport.unlessSame(plan, this.#lastStatus);
    return this.#lastStatus.value;
  }

  /** Returns your account and the discount that you have earned. */
  async account(options: CallOptions = {}): Promise<Account> {
    return this.#get('/v1/account', options);
  }

  /**
   * Returns what you sold, refund and owe in a day (`2026-11-24`) or a month (`2026-11`), in Vietnam. No sum changes any
   * more once `final` is true. Waits for up to ten minutes unless `deadlineMs` says otherwise.
   */
  async statement(period: string, options: CallOptions = {}): Promise<Statement> {
    return this.#transport.json(statementPlan(period, options));
  }

  /** Returns the same as a file, whole: CSV with a line for each purchase, or a workbook. */
  async statementFile(
    period: string,
    form: keyof typeof STATEMENT_FILES,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    const headers = { Accept: STATEMENT_FILES[form] };
    return this.#transport.bytes({ ...statementPlan(period, options), headers });
  }

  /**
   * Streams the events of a purchase until its end. A broken stream is resumed after the last event received.
   * @throws NoAnswer the stream could not be resumed in `tries` attempts
   */
  events(externalId: string, options: EventOptions = {}): AsyncGenerator<PurchaseEvent, void, undefined> {
    return followEvents(this.#transport, `${purchasePath(externalId)}/events`, options);
  }

  /** Lists the notices to your webhook that match the filter. Pages are fetched as you iterate. */
  notices(
    filter: NoticeFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ListedNotice, void, undefined> {
    return this.#pages('/v1/notices', { ...filter }, options, 'notices');
  }

  /** Lists the notices of one purchase, with every delivery attempt. */
  async noticesOf(externalId: string, options: CallOptions = {}): Promise<LoggedNotice[]> {
    const path = `${purchasePath(externalId)}/notices`;
    return (await this.#get<{ notices: LoggedNotice[] }>(path, options)).notices;
  }

  /** Gets one notice, of a purchase or a batch, with every delivery attempt. */
  notice(id: string, options: CallOptions = {}): Promise<AnyNotice> {
    return this.#get(`/v1/notices/${encodeURIComponent(id)}`, options);
  }

  /** Delivers a notice once more. Not repeated automatically: each call is one delivery. */
  async resendNotice(id: string, options: CallOptions = {}): Promise<ListedNotice> {
    const path = `/v1/notices/${encodeURIComponent(id)}/resend`;
    return this.#transport.json({ method: 'POST', path, repeatable: false, ...options });
  }

  /** Sends a test notice to your webhook, a ping unless another kind is asked for. Not repeated: each call sends one. */
  async pingWebhook(
    type: NonNullable<WebhookPingRequest['type']> = 'webhook.ping',
    options: CallOptions = {},
  ): Promise<WebhookPing> {
    const body = { type };
    return this.#transport.json({
      method: 'POST',
      path: '/v1/webhook/ping',
      body,
      repeatable: false,
      ...options,
    });
  }

  async *#pages<Item>(
    path: string,
    filter: Readonly<Record<string, string | number | undefined>>,
    options: CallOptions,
    name: 'purchases' | 'notices',
  ): AsyncGenerator<Item, void, undefined> {
    let cursor: string | undefined;
    do {
      const query = { ...asStrings(filter), cursor };
      const page = await this.#get<Page<Item>>(path, { ...options, query });
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

/** @throws TypeError an address would be another one with these: the list of purchases, or the whole API */
function purchasePath(externalId: string): string {
  if (['', '.', '..'].includes(externalId)) {
    throw new TypeError(`externalId must be your order id; it is "${externalId}".`);
  }
  return `/v1/purchases/${encodeURIComponent(externalId)}`;
}

function asStrings(
  filter: Readonly<Record<string, string | number | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}

async function undefinedIfNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((fault: unknown) => {
    if (fault instanceof DatacodeProblem && fault.code === 'purchase_not_found') return undefined;
    throw fault;
  });
}
