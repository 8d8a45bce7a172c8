import { CancellationScope, CancelledFailure, Trigger } from '@temporalio/workflow';
import type { PurchaseStep } from '../../domain/purchase/steps';

/** The steps that wait for something, so that a decision or a stop can interrupt the wait. */
export class StepInterrupts {
  private readonly waiting = new Map<PurchaseStep, () => void>();
  /** The steps whose call runs inside the workflow task. */
  private readonly inTask = new Set<PurchaseStep>();

  /**
   * Runs a part of a step that can be interrupted.
   * @param isDue whether there is a reason to interrupt it already
   * @throws CancelledFailure when it was interrupted
   */
  async interruptible<T>(step: PurchaseStep, work: () => Promise<T>, isDue: () => boolean): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    const interrupted = new Trigger<never>();
    this.waiting.set(step, () => {
      scope.cancel();
      interrupted.reject(new CancelledFailure('interrupted'));
    });
    try {
      if (isDue()) throw new CancelledFailure('interrupted');
      if (!scope.consideredCancelled) return await scope.run(work);
      // Temporal cancelled the workflow, and where a replay does not shield scopes within scopes, this one was born
      // cancelled: the work goes on outside of it, and an interruption no longer waits for its end.
      return await Promise.race([work(), interrupted]);
    } finally {
      this.waiting.delete(step);
    }
  }

  /**
   * Runs a call inside the workflow task. Nothing interrupts it, and its step cannot be decided: an update that arrives
   * while it runs may come before it began in a replay, and must not lead another way.
   */
  async undisturbed<T>(step: PurchaseStep, call: () => Promise<T>): Promise<T> {
    this.inTask.add(step);
    try {
      return await call();
    } finally {
      this.inTask.delete(step);
    }
  }

  isInTask(step: PurchaseStep): boolean {
    return this.inTask.has(step);
  }

  interrupt(step: PurchaseStep): void {
    this.waiting.get(step)?.();
  }

  interruptWhere(matches: (step: PurchaseStep) => boolean): void {
    for (const [step, interrupt] of this.waiting) if (matches(step)) interrupt();
  }
}
