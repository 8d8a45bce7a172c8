import { condition } from '@temporalio/workflow';
import type { Attention } from '../../domain/purchase/attention';
import type { Purchase, PurchasePolicy } from '../../domain/purchase/purchase';
import type { RefundNotice } from '../../domain/notice/notice';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { DecidedByPerson } from './story';
import type { Stop, StepResult } from './step-result';

/** What a purchase takes over from the run before it, whose history had grown long. Plain JSON. */
export interface CarriedPurchase {
  purchase: Purchase;
  /** Why a person is needed, the latest last. */
  attention: Attention[];
  /** What people have decided, for the details; absent in runs that were carried over earlier. */
  decided?: readonly DecidedByPerson[];
  /** The results of the steps that had ended, by `stepKey`. */
  results: Record<string, StepResult>;
  /** The number of rounds of the steps that had not. */
  rounds: Record<string, number>;
  inDoubt: boolean;
  rollbacks: number;
  toConfirm: 'charge' | 'registration' | null;
  /** Whether a decision was made since MobiFone was last asked; absent in runs that were carried over earlier. */
  isUnconfirmed?: boolean;
  stop: Stop | null;
  /** Whether the charge may have been sent by the first attempt of the sale. */
  chargeSent: boolean;
  /** The refund notice of a run that a reset replaced; absent in runs that were carried over earlier. */
  refundOfEarlierRun?: RefundNotice | null;
}

/**
 * Maximum rounds of a run, each of about fifteen events: far below Temporal's limit of 51,200, which ends a workflow at
 * once. Rounds are counted, not events, whose count may be wrong in a workflow that is first loaded for a query.
 */
const MAX_ROUNDS_PER_RUN = 500;

/**
 * One run of a purchase that continues as new. The saga runs again from its beginning, and each step that had ended
 * returns the result that it had.
 */
export class Chain {
  /** The history is too long, and no step has a call in flight. */
  isLong = false;
  readonly results: Record<string, StepResult>;
  readonly rounds: Record<string, number>;
  private readonly begun = new Map<PurchaseStep, number>();
  /** The number of steps that run. */
  private running = 0;
  /** The steps that wait for the next run and have no call in flight, by `stepKey`. */
  private readonly waiting = new Set<string>();
  private roundsRun = 0;

  constructor(
    readonly carried: CarriedPurchase | undefined,
    private readonly policy: Pick<PurchasePolicy, 'gateway' | 'roundsOfARun'>,
  ) {
    this.results = { ...carried?.results };
    this.rounds = { ...carried?.rounds };
  }

  /** The step with its ordinal: a rollback may begin twice. */
  stepKey(step: PurchaseStep): string {
    const count = (this.begun.get(step) ?? 0) + 1;
    this.begun.set(step, count);
    return `${step} ${count}`;
  }

  /** Lets a step run to its end; see `untilNextRun`. */
  async during<T>(step: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await step();
    } finally {
      this.running -= 1;
      this.endWhenAllWait();
    }
  }

  /**
   * To be called between rounds, when the step has no call in flight.
   * @param spent how many rounds it counts for: a round of several activities has as many events as several rounds
   * @returns whether the next run must continue from here
   */
  isAtLimit(spent: number): boolean {
    if (!this.policy.gateway) return false;
    this.roundsRun += spent;
    return this.roundsRun >= (this.policy.roundsOfARun ?? MAX_ROUNDS_PER_RUN);
  }

  /** Lets the run end as soon as all of its steps wait here. It returns by a cancellation only; then see `goOn`. */
  untilNextRun(key: string): Promise<void> {
    this.waiting.add(key);
    this.endWhenAllWait();
    return condition(() => false);
  }

  /** The step waits no more, and the run does not end before it waits again or has ended. */
  goOn(key: string): void {
    this.waiting.delete(key);
    this.isLong = false;
  }

  private endWhenAllWait(): void {
    if (this.waiting.size > 0 && this.waiting.size === this.running) this.isLong = true;
  }
}
