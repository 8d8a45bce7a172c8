import type { Channel, ChannelRegistry } from '../channel/registry';
import { onBehalfOf } from '../client/asker';
import { PurchaseUnreadable } from '../client/purchases';
import { isOf, outcomeOf, refused, rowOutcome, type RowSources } from '../client/row-outcome';
import type { BatchRow, RowOutcome, RowTurn } from '../domain/batch/batch';
import type { BatchObstacle } from '../domain/batch/progress';
import type { BatchPart } from '../domain/batch/protocol';
import type { ChannelName } from '../domain/identifiers';
import type { ProblemCode } from '../domain/problem-codes';
import { originOf } from '../domain/trace';
import type { OrderAcceptance } from './accept-order';
import type { PurchaseRequest } from './order';
import type { RowPace } from './row-pace';
import { SaleRefused } from './sale-refused';
import type { SalesGate } from './sales-gate';

/**
 * How long a row is waited for, ms; one without an outcome by then is looked at again later. One that waits for a person
 * holds up the report of its part, and the next row where one is under way at a time, for no longer.
 */
const AWAITED_MS = 10_000;

/** What is no fault of the row: it waits, and is not refused. */
const OBSTACLES: Partial<Record<ProblemCode, BatchObstacle>> = {
  sales_paused: 'sales_paused',
  temporarily_unavailable: 'no_prices',
};

export interface BatchSellerParts extends RowSources {
  registry: Pick<ChannelRegistry, 'byName'>;
  orders: OrderAcceptance;
  gate: SalesGate;
  now: () => Date;
  /** Of the rows of all batches in this process. */
  pace: RowPace;
  /** How many rows of a part may be under way at most. */
  rowsAtOnce: (channel: ChannelName) => number;
}

/** Begins the rows of batches: each as the ordinary order that it is, for the channel as it is registered now. */
export class BatchSeller {
  readonly rowsAtOnce: (channel: ChannelName) => number;

  constructor(private readonly parts: BatchSellerParts) {
    this.rowsAtOnce = parts.rowsAtOnce;
  }

  /** Waits for a row's turn; nothing when that is cancelled. */
  turn({ channel }: BatchPart, cancelled: AbortSignal): Promise<RowTurn | undefined> {
    return this.parts.pace.turn(channel, cancelled);
  }

  /** @throws TemporalUnavailable, PurchaseUnreadable: it is safe to try again */
  async sell(part: BatchPart, row: BatchRow): Promise<RowOutcome | { obstacle: BatchObstacle }> {
    const channel = this.sellingChannel(part);
    if (!channel) return { obstacle: 'channel_disabled' };
    const source = { channel, origin: originOf(part), namesOther: false, batchId: part.batchId };
    try {
      const submitted = await onBehalfOf(channel.name, () =>
        this.parts.orders.submit(source, requestOf(row), { waitMs: AWAITED_MS }),
      );
      if (submitted.kind === 'conflict') return refused('external_id_conflict');
      return isOf(part, submitted.purchase) ? outcomeOf(submitted.purchase) : REPEATED;
    } catch (fault) {
      if (fault instanceof PurchaseUnreadable && fault.erased) return refused('purchase_erased');
      if (!(fault instanceof SaleRefused)) throw fault;
      const obstacle = OBSTACLES[fault.code];
      return obstacle ? { obstacle } : refused(fault.code);
    }
  }

  /** @throws TemporalUnavailable, PurchaseUnreadable */
  look(part: BatchPart, row: BatchRow, hasBegun: boolean): Promise<RowOutcome | undefined> {
    return rowOutcome(this.parts, part, row, hasBegun);
  }

  /** @throws TemporalUnavailable */
  async obstacle(part: BatchPart, row: BatchRow): Promise<BatchObstacle | undefined> {
    const channel = this.sellingChannel(part);
    if (!channel) return 'channel_disabled';
    if (this.rowsAtOnce(channel.name) === 0) return 'mobifone_unavailable';
    try {
      await this.parts.gate.find(requestOf(row).package, channel, this.parts.now());
      return undefined;
    } catch (fault) {
      if (fault instanceof SaleRefused) return OBSTACLES[fault.code];
      throw fault;
    }
  }

  private sellingChannel({ channel }: BatchPart): Channel | undefined {
    const found = this.parts.registry.byName(channel);
    return found?.enabled ? found : undefined;
  }
}

function requestOf([externalId, msisdn, code, allowDuplicate]: BatchRow): PurchaseRequest {
  return { externalId, msisdn, package: code, ...(allowDuplicate ? { allowDuplicate: true } : {}) };
}

/** An order of its own, or of another batch, made the purchase before: the row sold nothing, and its money counts there. */
const REPEATED: RowOutcome = ['repeated', null, 0, 0];
