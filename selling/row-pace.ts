import type { RowTurn } from '../domain/batch/batch';

/** What a pace is given from outside. */
export interface PaceSurroundings {
  /** However fast rows are answered, no more are under way. */
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

/**
 * How many rows of batches a worker has under way, of all batches together. One at first, and one more as long as each is
 * answered about as fast as one alone: then MobiFone's time is the most of it, and nobody is slowed down. Where they slow
 * each other down, the machine is the limit, which single sales share: then it is half as many, and the last one rests
 * between its rows while single sales are around.
 */
export class RowPace {
  private limit = 1;
  private underWay = 0;
  /** What a row takes with no other beside it, as far as is known, ms. */
  private alone = Infinity;
  private compared: number[] = [];
  private heldFor = 0;
  /** Goes up with each change of the limit: a row that began under another one proves nothing. */
  private era = 0;
  private restsUntil = 0;
  private readonly waiting = new Set<(turn: RowTurn) => void>();

  constructor(private readonly around: PaceSurroundings) {}

  /** Waits for a row's turn; parts that wait take turns. @returns nothing when cancelled */
  turn(cancelled: AbortSignal): Promise<RowTurn | undefined> {
    if (cancelled.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const take = (turn: RowTurn) => {
        cancelled.removeEventListener('abort', leave);
        resolve(turn);
      };
      const leave = () => {
        this.waiting.delete(take);
        resolve(undefined);
      };
      cancelled.addEventListener('abort', leave, { once: true });
      this.waiting.add(take);
      this.admit();
    });
  }

  private admit(): void {
    for (const take of this.waiting) {
      if (this.underWay >= this.limit) return;
      const restMs = this.restsUntil - this.around.now();
      if (restMs > 0) return this.around.later(() => this.admit(), restMs);
      this.waiting.delete(take);
      take(this.begin());
    }
  }

  private begin(): RowTurn {
    const { now } = this.around;
    const { era } = this;
    const beganAt = now();
    this.underWay += 1;
    return {
      end: (isTypical) => {
        const tookMs = now() - beganAt;
        this.underWay -= 1;
        if (isTypical && era === this.era) this.compare(tookMs);
        if (this.limit === 1 && this.around.areSingleSalesAround())
          this.restsUntil = now() + Math.min(MAX_REST_MS, tookMs * RESTS);
        this.admit();
      },
    };
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
