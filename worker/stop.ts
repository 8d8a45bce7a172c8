import { GracefulShutdownPeriodExpiredError } from '@temporalio/worker';

/** How long a call may take to end once it was cancelled at the end of WORKER_SHUTDOWN_GRACE, ms. */
export const TIME_TO_OBEY = 10_000;

/**
 * What a worker's run ended with, in words that an operator understands.
 * @throws Error that tells that calls were left behind, or the fault itself
 */
export function endedByForce(fault: unknown): never {
  if (!(fault instanceof GracefulShutdownPeriodExpiredError)) throw fault;
  throw new Error(
    'The worker ended with calls in its hands that did not heed their cancellation. Another worker makes them again, and asks MobiFone first.',
    { cause: fault },
  );
}
