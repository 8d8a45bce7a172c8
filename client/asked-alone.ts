import {
  ActivityExecutionFailedError,
  ServiceError,
  type ActivityHandle,
  type ActivityOptions,
  type Client,
} from '@temporalio/client';
import { PurchaseUnreadable } from './purchases';
import { answerOf } from './temporal-answers';
import { notDecodable } from './visibility-pages';

/**
 * Asks an activity alone, without a workflow, and waits for its answer.
 * @returns the answer; undefined where no worker gave one in time, or somebody else gave what cannot be read. It may be that of
 *   somebody else, such as a copy of the question, so whoever asks looks at its form
 * @throws TemporalUnavailable; the gRPC error UNIMPLEMENTED of a server without such activities (before 1.31)
 */
export async function askAlone(
  client: Client,
  deadlineMs: number,
  type: string,
  options: ActivityOptions,
): Promise<unknown> {
  try {
    return await answerOf(client, deadlineMs, async () => {
      const handle = await client.activity.start(type, options);
      return resultOf(client, handle);
    });
  } catch (fault) {
    if (fault instanceof ActivityExecutionFailedError || fault instanceof PurchaseUnreadable)
      return undefined;
    throw fault;
  }
}

/** The SDK says the same of an end that cannot be read as of a connection that failed; then the server is asked for it once more. */
async function resultOf(client: Client, handle: ActivityHandle): Promise<unknown> {
  try {
    return await handle.result();
  } catch (fault) {
    const isUnclear = fault instanceof ServiceError && fault.cause === undefined;
    if (isUnclear && (await isOver(client, handle))) throw notDecodable(fault);
    throw fault;
  }
}

async function isOver(client: Client, { activityId, runId }: ActivityHandle): Promise<boolean> {
  const { namespace } = client.options;
  const request = { namespace, activityId, ...(runId === undefined ? {} : { runId }) };
  const { outcome } = await client.workflowService.pollActivityExecution(request);
  return Boolean(outcome);
}
