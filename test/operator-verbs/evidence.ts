import { temporal } from '@temporalio/proto';
import type { Purchase } from '../../domain/purchase/purchase';
import { lookUntil, patiently } from './look-until';
import type { LedgerLine } from './forgetful-gateway';
import { isRunning, type HistoryEvent, type Target } from './target';
import type { Verb } from './verb';

/** All that is known of one purchase when everything is at rest. */
export interface Evidence {
  /** What the API says of the purchase; nothing when it knows none. */
  purchase: Purchase | undefined;
  ledger: readonly LedgerLine[];
  /** How many lines the ledger had before the verb, and when it had been done. */
  linesBefore: number;
  linesWhenDone: number;
  /** Ids of the refund notices that the channel took, each delivery. */
  notices: readonly string[];
  /** Workflow tasks that failed, those of resets left out, in words. */
  failedTasks: readonly string[];
  /** Whether the record of a workflow task was lost, and with it that of the messages that were tried inside it. */
  lostRecord: boolean;
  /** What was wrong with Temporal's answers to the verb. */
  complaints: readonly string[];
  /** What did not come to rest, in words. */
  restless: readonly string[];
}

/** A workflow task that has been tried so often fails each time. */
const HOPELESS_ATTEMPT = 3;
const { WorkflowTaskFailedCause } = temporal.api.enums.v1;
/** Why a workflow task fails without a defect: the verb itself ended it, or news came during it. */
const HARMLESS: ReadonlySet<number> = new Set([
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE,
]);

/** Waits until the purchase and what was started beside it are over, or it is plain that they never will be. */
export async function atRest(target: Target, verb: Verb): Promise<string[]> {
  if (verb.ends === 'deleted') return [];
  const restless: string[] = [];
  for (const workflowId of [target.workflowId, ...target.others]) {
    const found = await lookUntil(`${workflowId} to be at rest`, async () => {
      const description = await target.describe(workflowId);
      if (!description || !isRunning(description)) return 'over';
      const attempt = description.pendingWorkflowTask?.attempt ?? 0;
      return attempt >= HOPELESS_ATTEMPT ? 'its workflow task fails again and again' : undefined;
    }).catch((tooLong: unknown) => String(tooLong));
    if (found !== 'over') restless.push(found);
  }
  return restless;
}

/** Collects what is known; the workflows that are not at rest are terminated, so that they disturb nothing more. */
export async function collect(
  target: Target,
  verb: Verb,
  seen: Pick<Evidence, 'complaints' | 'linesBefore' | 'linesWhenDone' | 'restless'>,
): Promise<Evidence> {
  const { stage, order, scene, workflowId, others } = target;
  const failedTasks: string[] = [];
  let lostRecord = false;
  const read = async (id: string, runId?: string) => {
    const events = await target.history(runId, id);
    failedTasks.push(...failuresIn(events));
    lostRecord ||= events.some(isLostRecord);
  };
  const runs = verb.ends === 'deleted' ? [] : [...new Set([...target.runs, undefined])];
  for (const runId of runs) await read(workflowId, runId);
  for (const other of others) await read(other);
  const purchases = stage.purchases(scene.firstTry === true);
  const purchase = await patiently(() => purchases.find(order.channel, order.externalId, 0));
  if (seen.restless.length > 0) {
    for (const id of [workflowId, ...others]) {
      await stage.client.workflow
        .getHandle(id)
        .terminate('not at rest')
        .catch(() => undefined);
    }
  }
  return {
    ...seen,
    purchase,
    failedTasks: [...new Set(failedTasks)],
    lostRecord,
    ledger: stage.gateway.ledger(order.purchaseId),
    notices: stage.inbox.notices(order.purchaseId),
  };
}

/** A task that took too long, or that could not end the workflow since news had come meanwhile. */
function isLostRecord(event: HistoryEvent): boolean {
  const cause = event.workflowTaskFailedEventAttributes?.cause;
  return (
    Boolean(event.workflowTaskTimedOutEventAttributes) ||
    cause === WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
  );
}

/** The failures of workflow tasks that are no part of a verb, in words. */
export function failuresIn(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ workflowTaskFailedEventAttributes: failed }) => {
    if (!failed || HARMLESS.has(Number(failed.cause))) return [];
    return [failed.failure?.message || `cause ${failed.cause}`];
  });
}
