import { activityInfo, cancellationSignal, CancelledFailure, heartbeat } from '@temporalio/activity';
import { Attempt } from './attempt';

const SHORTEST_INTERVAL_MS = 100;

/**
 * Shows Temporal that the worker lives while a remote party is waited for, which may take longer than a lost beat;
 * where Temporal waits for no heartbeat, none is sent.
 * @param subject the call in words, for the Web UI
 * @throws CancelledFailure when Temporal cancelled the call meanwhile, else whatever the work throws
 */
export async function beating<T>(subject: string, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const attempt = new Attempt();
  const { heartbeatTimeoutMs } = activityInfo();
  const beat = heartbeatTimeoutMs
    ? setInterval(() => heartbeat(), heartbeatInterval(heartbeatTimeoutMs))
    : undefined;
  try {
    return await work(attempt);
  } catch (error) {
    if (cancellationSignal().aborted) throw new CancelledFailure(`${subject}: cancelled`);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** A third of the timeout: two beats may be lost before the worker is taken for dead. */
function heartbeatInterval(heartbeatTimeoutMs: number): number {
  return Math.max(SHORTEST_INTERVAL_MS, heartbeatTimeoutMs / 3);
}
