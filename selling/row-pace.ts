import type { RowTurn } from '../domain/batch/batch';

/** What a pace is given from outside. */
export interface PaceSurroundings {
  /** However fast rows are answered, no more are under way, but for those that gave their places to another channel's. */
  most: number;
  /** Whether somebody waits for a single sale, or did a moment ago. */
  areSingleSalesAround: () => boolean;
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
  /** Calls back after some milliseconds. */
  later: (call: () => void, ms: number) => void;
}

/** Rows are as fast as one alone while they take no more than so many times as long. */
const TOLERANCE = 1.2;
/** So few rows are compared by their median, or as many as are under way. */
const MIN_COMPARED = 5;
/** After rows were slowed down, so many comparisons go by before another one is under way again. */
const COMPARISONS_HELD = 8;
/** While single sales share the machine with the only row, it rests so many times as long as the row took. */
const RESTS = 3;
const MAX_REST_MS = 2_000;
/** After this time MobiFone, or a person, is waited for: the machine could do another channel's rows meanwhile. */
const PATIENCE_MS = 2_000;

/** A row that waits for its turn. */
interface WaitingRow {
  channel: string;
  take: (turn: RowTurn) => void;
}

/** A row that is under way. */
interface BegunRow {
  channel: string;
  at: number;
}

/**
 * How many rows of batches a worker has under way, of all batches together. One at first, and one more as long as each is
 * answered about as fast as one alone: then MobiFone's time is the most of it, and nobody is slowed down. Where they slow
 * each other down, the machine is the limit, which single sales share: then it is half as many, and the last one rests
 * between its rows while single sales are around. Channels take turns: the one with the fewest rows under way goes next, and
 * a row that is slow gives its place to a channel that has fewer.
 */
export class RowPace {
  private limit = 1;
  /** What counts against the limit. */
  private readonly placed = new Set<BegunRow>();
  /** Rows of each channel that are under way, with a place or without; the channel that was served last is the last. */
  private readonly rowsOf = new Map<string, number>();
  /** What a row takes with no other beside it, as far as is known, ms. */
  private alone = Infinity;
  private compared: number[] = [];
  private heldFor = 0;
  /** Goes up with each change of the limit: a row that began under another one proves nothing. */
  private era = 0;
  private restsUntil = 0;
  private readonly waiting = new Set<WaitingRow>();

  constructor(private readonly around: PaceSurroundings) {}

  /** Waits for a row's turn. @returns nothing when cancelled */
  turn(channel: string, cancelled: AbortSignal): Promise<RowTurn | undefined> {
    if (cancelled.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const row: WaitingRow = {
        channel,
        take: (turn) => {
          cancelled.removeEventListener('abort', leave);
          resolve(turn);
        },
      };
      const leave = () => {
        this.waiting.delete(row);
        resolve(undefined);
      };
      cancelled.addEventListener('abort', leave, { once: true });
      this.waiting.add(row);
      this.admit();
    });
  }

  private admit(): void {
    for (let next = this.next(); next; next = this.next()) {
      if (this.placed.size >= this.limit && !this.makeRoomFor(next)) return;
      const restMs = this.restsUntil - this.around.now();
      if (restMs > 0) return this.around.later(() => this.admit(), restMs);
      this.waiting.delete(next);
      next.take(this.begin(next.channel));
    }
  }

  private next(): WaitingRow | undefined {
    const served = [...this.rowsOf.keys()];
    const [next] = [...this.waiting].toSorted(
      (one, other) =>
        this.countOf(one) - this.countOf(other) ||
        served.indexOf(one.channel) - served.indexOf(other.channel),
    );
    return next;
  }

  private makeRoomFor(next: WaitingRow): boolean {
    const since = this.around.now() - PATIENCE_MS;
    for (const row of this.placed)
      if (row.at <= since && this.countOf(row) > this.countOf(next)) return this.placed.delete(row);
    return false;
  }

  private begin(channel: string): RowTurn {
    const { now, later } = this.around;
    const { era } = this;
    const row: BegunRow = { channel, at: now() };
    const count = this.countOf(row);
    this.rowsOf.delete(channel);
    this.rowsOf.set(channel, count + 1);
    this.placed.add(row);
    later(() => this.admit(), PATIENCE_MS);
    return {
      end: (isTypical) => {
        const tookMs = now() - row.at;
        this.placed.delete(row);
        this.rowsOf.set(channel, this.countOf(row) - 1);
        if (isTypical && era === this.era) this.compare(tookMs);
        if (this.limit === 1 && this.around.areSingleSalesAround())
          this.restsUntil = now() + Math.min(MAX_REST_MS, tookMs * RESTS);
        this.admit();
      },
    };
  }

  private countOf({ channel }: Pick<WaitingRow, 'channel'>): number {
    return this.rowsOf.get(channel) ?? 0;
  }

  private compare(tookMs: number): void {
    this.compared.push(tookMs);
    if (this.compared.length < Math.max(MIN_COMPARED, this.limit)) return;
    const usual = median(this.compared);
    this.compared = [];
    this.alone = this.limit === 1 ? usual : Math.min(this.alone, usual);
    if (usual > this.alone * TOLERANCE) {
      this.moveTo(Math.floor(this.limit / 2));
      this.heldFor = COMPARISONS_HELD;
    } else if (this.heldFor > 0) this.heldFor -= 1;
    else this.moveTo(this.limit + 1);
  }

  private moveTo(wanted: number): void {
    const limit = Math.max(1, Math.min(this.around.most, wanted));
    if (limit === this.limit) return;
    this.limit = limit;
    this.era += 1;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
