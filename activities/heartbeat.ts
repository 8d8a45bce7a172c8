import { activityInfo, cancellationSignal, CancelledFailure, heartbeat } from '@temporalio/activity';
import { Attempt } from './attempt';

const MIN_INTERVAL_MS = 100;

/**
 * Sends heartbeats while an activity waits for a remote party. An activity without a heartbeat timeout sends none.
 * @param subject the call in words, for the Web UI
 * @throws CancelledFailure when Temporal cancelled the call meanwhile, else whatever the work throws
 */
export async function withHeartbeat<T>(subject: string, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const attempt = new Attempt();
  const { heartbeatTimeoutMs } = activityInfo();
  const timer = heartbeatTimeoutMs
    ? setInterval(() => heartbeat(), heartbeatInterval(heartbeatTimeoutMs))
    : undefined;
  try {
    return await work(attempt);
  } catch (error) {
    if (cancellationSignal().aborted) throw new CancelledFailure(`${subject}: cancelled`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** A third of the timeout: two heartbeats may be lost before Temporal declares the attempt lost. */
function heartbeatInterval(heartbeatTimeoutMs: number): number {
  return Math.max(MIN_INTERVAL_MS, heartbeatTimeoutMs / 3);
}
