import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { faultyField } from '../domain/purchase/order-fields';
import { REQUEST_REFUSALS, type Answering, type RequestMark } from '../domain/request-mark';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { describedRun } from './described-run';
import { originalRunOf, startInput } from './start-event';
import { unavailable } from './temporal-answers';
import { rejectionType } from './update-rejections';

/**
 * What a request to a purchase or a case names, of its latest run unless one is named; nothing where the workflow began in an earlier version, which may run on an
 * earlier build: its policy says so, as it says what its activities' ids are.
 * @throws PurchaseUnreadable if the workflow was not started with a policy; the SDK's or gRPC's own error if there is none
 */
export async function requestMark(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId?: string },
  requestId: string = randomUUID(),
): Promise<RequestMark | undefined> {
  const mark = runId === undefined ? await markOfRun(client, workflowId, requestId) : { requestId, runId };
  const [, policy] = await startInput(client, { workflowId, runId: mark.runId });
  if (!isPolicy(policy)) throw unavailable(new PayloadUnreadable('not_decodable', NO_KEY));
  return policy.ownActivityIds === true ? mark : undefined;
}

/** The same of a workflow whose earlier builds pass over what they do not know. */
export async function markOfRun(
  client: Client,
  workflowId: string,
  requestId: string = randomUUID(),
): Promise<RequestMark> {
  const { execution } = await describedRun(client, { workflowId });
  return { requestId, runId: execution?.runId ?? '' };
}

/** Any other payload of the workflow may stand in its place. */
function isPolicy(policy: unknown): policy is { ownActivityIds?: unknown } {
  if (typeof policy !== 'object' || policy === null) return false;
  return faultyField(policy, { attemptTimeout: 'number', patience: 'number' }) === undefined;
}

/** What a request names to a workflow that keeps what was asked of it through each reset: the run that all of them go back to. */
export async function keptRunOf(client: Client, workflowId: string, runId: string): Promise<string> {
  return (await originalRunOf(client, { workflowId, runId })) ?? runId;
}

/** Whether an answer is that to this request; one of an earlier version names none. */
export function isAnswerTo(mark: RequestMark | undefined, { answers }: Answering): boolean {
  return mark === undefined || answers === mark.requestId;
}

/** Sends a request again that was made for a run which has just continued as another. */
export async function inItsRun<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (rejectionType(error) !== REQUEST_REFUSALS.otherRun) throw error;
    return send();
  }
}
