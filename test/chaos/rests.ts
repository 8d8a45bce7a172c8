import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import type { Customers } from './customers';

/** Looks after each healing how long it takes until all that was ordered before it is at rest. */
export class Rests {
  readonly afterMs: number[] = [];
  /** Healings after which something was not at rest in time, in words. */
  readonly missed: string[] = [];

  constructor(
    private readonly stack: EmbeddedStack,
    private readonly customers: Customers,
    private readonly limitMs: number,
  ) {}

  /**
   * Call it when everything is healed. At rest is an order that was answered and whose workflows are closed.
   * @returns how it went, in words
   */
  async wait(): Promise<string> {
    const healedAt = performance.now();
    const before = `ExecutionStatus = 'Running' AND StartTime < '${new Date().toISOString()}'`;
    try {
      await this.stack.temporal(({ workflow }) =>
        eventually(
          'all that was ordered before the healing to be at rest',
          async () =>
            this.customers.waitingSince(healedAt) === 0 && (await workflow.count(before)).count === 0
              ? true
              : undefined,
          this.limitMs,
        ),
      );
      this.afterMs.push(Math.round(performance.now() - healedAt));
      return `all is healed; at rest after ${this.afterMs.at(-1)} ms`;
    } catch (fault) {
      const missed = `I15 ${fault instanceof Error ? fault.message : String(fault)}`;
      this.missed.push(`${missed}; ${this.customers.waitingSince(healedAt)} submissions unanswered`);
      return missed;
    }
  }
}
