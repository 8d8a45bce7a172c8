import type { Attention } from '../../domain/purchase/attention';
import type { Purchase, PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { Stop, StepResult } from './step-result';

/** What a purchase takes over from the run before it, whose history had grown long. JSON through and through. */
export interface CarriedPurchase {
  purchase: Purchase;
  /** What a person is needed for, the latest last. */
  attention: Attention[];
  /** How the steps ended that had ended, by `stepKey`. */
  results: Record<string, StepResult>;
  /** How many rounds the steps had that had not. */
  rounds: Record<string, number>;
  inDoubt: boolean;
  rollbacks: number;
  toConfirm: 'charge' | 'registration' | null;
  stop: Stop | null;
  /** Whether the charge may have been sent by the activity that registers. */
  chargeSent: boolean;
}

/**
 * Rounds of a run, each of some fifteen events: far below Temporal's limit of 51,200, which ends a workflow at once. The
 * rounds are counted and not the events, whose count a workflow that is first loaded for a query may be told wrong.
 */
const ROUNDS_OF_A_RUN = 500;

/**
 * The run of a purchase as one of a chain: a saga that is carried over is run again from its beginning, and each step
 * that had ended gives the result that it had.
 */
export class Chain {
  /** Resolves when the history is too long and no step has anything on its way; no trigger of the SDK's, which a cancellation would reject. */
  readonly isLong: Promise<void>;
  private endRun: () => void = () => undefined;
  readonly results: Record<string, StepResult>;
  readonly rounds: Record<string, number>;
  private readonly begun = new Map<PurchaseStep, number>();
  /** The steps that run, and those of them that wait for the next run: then nothing is on its way. */
  private running = 0;
  private waiting = 0;
  private roundsRun = 0;

  constructor(
    readonly carried: CarriedPurchase | undefined,
    private readonly policy: Pick<PurchasePolicy, 'gateway' | 'roundsOfARun'>,
  ) {
    this.isLong = new Promise((resolve) => (this.endRun = resolve));
    this.results = { ...carried?.results };
    this.rounds = { ...carried?.rounds };
  }

  /** Which beginning of a step this is: a rollback may begin twice. */
  stepKey(step: PurchaseStep): string {
    const count = (this.begun.get(step) ?? 0) + 1;
    this.begun.set(step, count);
    return `${step} ${count}`;
  }

  /** Lets a step run to its end; see `betweenRounds`. */
  async during<T>(step: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await step();
    } finally {
      this.running -= 1;
      this.endWhenAllWait();
    }
  }

  /** To be called between rounds, when nothing of the step is on its way; it never comes back where the run must end. */
  async betweenRounds(): Promise<void> {
    if (!this.policy.gateway) return;
    this.roundsRun += 1;
    if (this.roundsRun < (this.policy.roundsOfARun ?? ROUNDS_OF_A_RUN)) return;
    this.waiting += 1;
    this.endWhenAllWait();
    await new Promise<never>(() => undefined); // the next run goes on from here
  }

  private endWhenAllWait(): void {
    if (this.waiting > 0 && this.waiting === this.running) this.endRun();
  }
}
