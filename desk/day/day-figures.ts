import type { Client } from '@temporalio/client';
import { unavailable } from '../../client/temporal-answers';
import { type LocalDay, localHour } from '../../domain/local-time';
import { isOutcome } from '../../domain/purchase/states';
import type { InternalPurchase, InternalSide } from '../../reconciliation/internal-purchase';
import { Totalling, type Tally } from '../../reconciliation/totals';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { deadlineIn } from '../../runtime/deadline';

/** Purchases of a group, and what their customers have paid, whole đồng. */
interface Sum {
  count: number;
  amount: number;
}

export interface Row {
  /** An hour, `09`, or a channel. */
  key: string;
  sold: Tally;
  /** Over without a sale: the customers get their money back. */
  refunded: Sum;
  /** No outcome yet. */
  open: Sum;
}

export interface DayFigures {
  total: Omit<Row, 'key'>;
  byHour: readonly Row[];
  byChannel: readonly Row[];
}

/** A day is read within this time; an outside server with a hundred thousand sales takes about half of it. */
const READ_LIMIT_MS = 60_000;
/** People who look at the same day share its figures. */
const FRESH_MS = 15_000;

/** The figures of days, as our side of a reconciliation counts them. */
export class DaysFigures {
  private readonly known = new Map<LocalDay, { figures: Promise<DayFigures>; at: number }>();

  constructor(private readonly client: Client) {}

  /** @throws TemporalUnavailable, InternalSideUnreadable */
  of(day: LocalDay): Promise<DayFigures> {
    const now = performance.now();
    for (const [other, { at }] of this.known) if (now - at > FRESH_MS) this.known.delete(other);
    const known = this.known.get(day)?.figures ?? this.read(day);
    if (!this.known.has(day)) {
      this.known.set(day, { figures: known, at: now });
      known.catch(() => this.known.delete(day));
    }
    return known;
  }

  private async read(day: LocalDay): Promise<DayFigures> {
    try {
      return await this.client.withDeadline(deadlineIn(READ_LIMIT_MS), () =>
        figuresOf(new VisibilitySide(this.client), day),
      );
    } catch (fault) {
      throw unavailable(fault);
    }
  }
}

/** Adds a day up: what was sold by reconciliation's own totals, and beside it what was not. */
export async function figuresOf(side: Pick<InternalSide, 'purchasesOf'>, day: LocalDay): Promise<DayFigures> {
  const totalling = new Totalling(day);
  const unsold = { hour: new Map<string, Unsold>(), channel: new Map<string, Unsold>() };
  const all = noneUnsold();
  for await (const internal of side.purchasesOf(day)) {
    totalling.add({ ...ALONE, purchaseId: internal.purchaseId, internal });
    if (internal.state === 'succeeded') continue;
    const hour = String(localHour(new Date(internal.acceptedAt))).padStart(2, '0');
    for (const sums of [all, sumsAt(unsold.hour, hour), sumsAt(unsold.channel, internal.channel)])
      add(sums, internal);
  }
  const { ours, by } = totalling.totals();
  return {
    total: { sold: ours, ...all },
    byHour: rows(by.hour, unsold.hour),
    byChannel: rows(by.channel, unsold.channel),
  };
}

type Unsold = Pick<Row, 'refunded' | 'open'>;

/** A purchase without any line of MobiFone's. */
const ALONE = {
  lines: [],
  elsewhere: [],
  correctedBy: undefined,
  idleWithdrawals: [],
  shared: [],
  carriedOver: false,
  carriedStake: undefined,
} as const;

const NOTHING_SOLD: Tally = { count: 0, gross: 0, discount: 0, payable: 0 };

function rows(sold: readonly { key: string; ours: Tally }[], unsold: ReadonlyMap<string, Unsold>): Row[] {
  const soldBy = new Map(sold.map(({ key, ours }) => [key, ours]));
  const keys = [...new Set([...soldBy.keys(), ...unsold.keys()])].sort();
  return keys.map((key) => ({
    key,
    sold: soldBy.get(key) ?? NOTHING_SOLD,
    ...(unsold.get(key) ?? noneUnsold()),
  }));
}

function noneUnsold(): Unsold {
  return { refunded: { count: 0, amount: 0 }, open: { count: 0, amount: 0 } };
}

function sumsAt(by: Map<string, Unsold>, key: string): Unsold {
  const sums = by.get(key) ?? noneUnsold();
  by.set(key, sums);
  return sums;
}

function add(sums: Unsold, { state, faceValue }: InternalPurchase): void {
  const sum = isOutcome(state) ? sums.refunded : sums.open;
  sum.count += 1;
  sum.amount += faceValue;
}
