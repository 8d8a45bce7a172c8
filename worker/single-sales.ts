import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { PRIORITY } from '../domain/priority';

/** A sale that was under way so recently is likely to be followed by another, ms. */
const AROUND_MS = 10_000;

/** Whether this worker sells single orders at the moment: rows of batches give way to them. */
export class SingleSales {
  private underWay = 0;
  private lastAt = -Infinity;

  /** @param now milliseconds on a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes each call of a single sale to MobiFone, which its priority tells from a row's. */
  readonly observe: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        if (info.priority?.priorityKey !== PRIORITY.sale) return next(input);
        this.underWay += 1;
        try {
          return await next(input);
        } finally {
          this.underWay -= 1;
          this.lastAt = this.now();
        }
      },
    },
  });

  areAround(): boolean {
    return this.underWay > 0 || this.now() - this.lastAt < AROUND_MS;
  }
}
