import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/**
 * Ends a workflow that waits for its delayed start, which no signal wakes; one that has ended by itself is left as it is.
 * @throws TemporalUnavailable
 */
export async function endUnlessOver(client: Client, handle: WorkflowHandle, why: string): Promise<void> {
  try {
    await answerOf(client, CALL_DEADLINE_MS, () => handle.terminate(why));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
