import { waitFor } from './retrying';
import type { CallOptions, Tagged, Transport } from './transport';
import type { Batch, BatchOrder, BatchResults, BatchRow, Batches, BatchValidation } from './types';

/** Between two looks at a batch that runs, ms; an unchanged one is not sent again. */
const LOOK_EVERY_MS = 2_000;
const PAGE_SIZE = '1000';

/** Lists of orders: `client.batches`. Every method throws what those of the client throw. */
export class BatchClient {
  constructor(private readonly transport: Transport) {}

  /**
   * Submits a list of orders under your own id. Nothing is sold unless all of them are in order; the same list sent again is
   * the same batch.
   * @throws DatacodeProblem `invalid_request` with the errors of all rows; `batch_id_conflict`
   */
  async create(batch: BatchOrder, options: CallOptions = {}): Promise<Batch> {
    return this.post('/v1/batches', batch, options);
  }

  /** Checks a list of orders and returns its price and the errors of all rows; sells nothing. */
  async validate(
    batch: Pick<BatchOrder, 'orders'> & Partial<Pick<BatchOrder, 'batchId'>>,
    options: CallOptions = {},
  ): Promise<BatchValidation> {
    return this.post('/v1/batches/validate', batch, options);
  }

  /** The same with a list as CSV: a header row with `externalId`, `msisdn`, `package` and, if wanted, `allowDuplicate`. */
  async createFromCsv(batchId: string, csv: string, options: CallOptions = {}): Promise<Batch> {
    const path = '/v1/batches';
    return this.transport.json({
      method: 'POST',
      path,
      query: { batchId },
      csv,
      repeatable: true,
      ...options,
    });
  }

  /** `validate` with a list as CSV. */
  async validateCsv(csv: string, options: CallOptions = {}): Promise<BatchValidation> {
    const path = '/v1/batches/validate';
    return this.transport.json({ method: 'POST', path, csv, repeatable: true, ...options });
  }

  /** Returns how far a batch is. */
  async get(batchId: string, options: CallOptions = {}): Promise<Batch> {
    return this.transport.json({ method: 'GET', path: batchPath(batchId), repeatable: true, ...options });
  }

  /**
   * Waits until a batch is completed or cancelled, without a time limit; abort `signal` to stop waiting.
   * @param onChange called with the batch whenever it has changed
   */
  async untilOver(
    batchId: string,
    options: CallOptions & { onChange?: (batch: Batch) => void } = {},
  ): Promise<Batch> {
    const { onChange, ...call } = options;
    const plan = { method: 'GET', path: batchPath(batchId), repeatable: true, ...call } as const;
    let last: Tagged<Batch> | undefined;
    for (;;) {
      const now: Tagged<Batch> = await this.transport.unlessSame<Batch>(plan, last);
      if (now !== last) onChange?.(now.value);
      if (now.value.endedAt !== null) return now.value;
      last = now;
      await waitFor(LOOK_EVERY_MS, call.signal);
    }
  }

  /** Lists the rows with what came of each, in the order of the list. Pages are fetched as you iterate. */
  async *results(batchId: string, options: CallOptions = {}): AsyncGenerator<BatchRow, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: BatchResults = await this.transport.json({
        method: 'GET',
        path: `${batchPath(batchId)}/results`,
        query: { limit: PAGE_SIZE, cursor },
        repeatable: true,
        ...options,
      });
      yield* page.rows;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Returns all rows with what came of each as one CSV file. */
  async resultsCsv(batchId: string, options: CallOptions = {}): Promise<string> {
    return this.transport.text({
      method: 'GET',
      path: `${batchPath(batchId)}/results`,
      headers: { Accept: 'text/csv' },
      repeatable: true,
      ...options,
    });
  }

  /** Has no further row begin; rows that have begun go on. */
  async cancel(batchId: string, options: CallOptions = {}): Promise<Batch> {
    return this.post(`${batchPath(batchId)}/cancel`, undefined, options);
  }

  /** Lists your batches. Pages are fetched as you iterate. */
  async *list(options: CallOptions = {}): AsyncGenerator<Batch, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: Batches = await this.transport.json({
        method: 'GET',
        path: '/v1/batches',
        query: { cursor },
        repeatable: true,
        ...options,
      });
      yield* page.batches;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  private post<T>(path: string, body: unknown, options: CallOptions): Promise<T> {
    return this.transport.json({ method: 'POST', path, body, repeatable: true, ...options });
  }
}

/** @throws TypeError an address would be another one with these */
function batchPath(batchId: string): string {
  if (['', '.', '..'].includes(batchId)) throw new TypeError(`batchId must be your id; it is "${batchId}".`);
  return `/v1/batches/${encodeURIComponent(batchId)}`;
}
