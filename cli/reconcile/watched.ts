import {
  purchasesWith,
  type HistoryReader,
  type InternalPurchase,
  type InternalSide,
} from '../../reconciliation/internal-purchase';
import type { SettlementInput } from '../../reconciliation/reading';
import { progressBar, type ProgressLine } from '../terminal/progress-line';

/** Counts what a run reads, and shows it on a progress line. */
export class Watched {
  private purchases = 0;
  private lines = 0;
  private histories = 0;
  private readonly startedAt = performance.now();

  /** @param expected how many purchases the day has, where that is known */
  constructor(
    private readonly line: ProgressLine,
    private readonly expected: number | undefined,
  ) {}

  side(internal: InternalSide): InternalSide {
    return {
      purchasesOf: (day) => this.each(internal.purchasesOf(day), () => (this.purchases += 1)),
      find: (id) => internal.find(id),
      findAll: (ids) => purchasesWith(internal, ids),
    };
  }

  source(source: SettlementInput): SettlementInput {
    return {
      lines: () => this.each(source.lines(), () => (this.lines += 1)),
      summary: () => source.summary(),
    };
  }

  history(history: HistoryReader): HistoryReader {
    return {
      read: async (purchase: InternalPurchase) => {
        const read = await history.read(purchase);
        this.histories += 1;
        this.show();
        return read;
      },
    };
  }

  private async *each<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
    for await (const item of items) {
      count();
      this.show();
      yield item;
    }
  }

  private show(): void {
    this.line.show(() => {
      const seconds = (performance.now() - this.startedAt) / 1000;
      const rate = Math.round((this.purchases + this.lines) / Math.max(seconds, 0.001));
      const bar = progressBar(this.purchases, this.expected);
      return `${bar}${this.purchases} purchases, ${this.lines} lines, ${this.histories} histories read, ${rate}/s`;
    });
  }
}
