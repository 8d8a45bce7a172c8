import type { temporal } from '@temporalio/proto';
import { asksForOwnIds, ownActivityOf } from '../../domain/own-activity-id';
import { isTemporalsOwn } from '../../encryption/payload-encryption';
import { PayloadUnreadable } from '../../encryption/payload-unreadable';
import type { HistoryPayloads } from './history-payloads';
import type { HistoryEvent } from './purchase-history';

const LOCAL_MARKER = 'core_local_activity';

/** What a run says of the calls that it orders. */
interface Run {
  id: string;
  /** Whether the id of each names its type and its run; then none is made inside a workflow task. */
  hasOwnIds: boolean;
}

/**
 * The events without the calls that no workflow of ours ordered. Whoever can write to Temporal and takes a workflow's task can
 * order one of any type, without an input or with one that is stored; no such call is a step of the purchase.
 * @throws the data converter's error if an input cannot be decrypted
 */
export async function withoutForeignCalls(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<HistoryEvent[]> {
  const own: HistoryEvent[] = [];
  let run: Run = { id: '', hasOwnIds: false };
  for (const event of events) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) run = await runOf(started, payloads);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && !isOrderedHere(scheduled, run)) continue;
    if (isLocalCall(event) && run.hasOwnIds) continue;
    own.push(event);
  }
  return own;
}

/** One attempt inside a workflow task, as purchases of before made them. */
export function isLocalCall({ markerRecordedEventAttributes: marker }: HistoryEvent): boolean {
  return marker?.markerName === LOCAL_MARKER;
}

async function runOf(
  { input, originalExecutionRunId }: temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes,
  payloads: HistoryPayloads,
): Promise<Run> {
  const id = originalExecutionRunId ?? '';
  try {
    const given = await payloads.ofWorkflow(input?.payloads);
    return { id, hasOwnIds: given.some(asksForOwnIds) };
  } catch (fault) {
    if (!(fault instanceof PayloadUnreadable)) throw fault;
    return { id, hasOwnIds: true }; // with such an input our workflow has ordered nothing
  }
}

function isOrderedHere(
  { activityId, activityType, input }: temporal.api.history.v1.IActivityTaskScheduledEventAttributes,
  run: Run,
): boolean {
  const given = input?.payloads ?? [];
  if (given.length === 0 || given.some(isTemporalsOwn)) return false; // each of ours is told whom it is for
  const own = ownActivityOf(activityId ?? '');
  if (own === undefined) return !run.hasOwnIds;
  return own !== 'none' && own.activityType === activityType?.name && own.originalRunId === run.id;
}
