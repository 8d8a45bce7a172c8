import {
  ChildWorkflowFailure,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ReconciliationActivities } from '../../activities/reconciliation-activities';
import { localDay, type LocalDay } from '../../domain/local-time';
import {
  daysLookedAt,
  dueDays,
  longestDayMs,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  type ReconciliationPolicy,
} from '../../domain/reconciliation/reconciliation';
import { alertOnTaken } from './alert';
import type { reconciliation } from './reconciliation';
import { requireFields, TIME_LIMITS } from '../start-inputs';

/** What a morning did for a day that was due. */
export type MorningsWork =
  'reconciled' | 'not_reconciled' | 'failed' | 'begun' | 'running_already' | 'id_taken';

/**
 * Each morning: has yesterday reconciled, and before it every day that was missed. Earlier days come first and one
 * after another, since each day's result is input of the next. Yesterday's file may take long to arrive, and the next
 * morning must not wait for it, so yesterday is only started.
 */
export async function reconciliations(
  policy: ReconciliationPolicy,
): Promise<{ day: LocalDay; work: MorningsWork }[]> {
  requireFields('policy', policy, { ...TIME_LIMITS, lookBackDays: 'number' });
  const { standingsOf } = proxyActivities<ReconciliationActivities>({
    summary: 'Which days were reconciled?',
    startToCloseTimeout: policy.attemptTimeout,
    heartbeatTimeout: policy.heartbeatTimeout,
    retry: { initialInterval: '10 seconds', maximumInterval: '5 minutes' },
  });
  const known = await standingsOf(daysLookedAt(localDay(new Date()), policy.lookBackDays));
  const due = dueDays(known);
  const yesterday = known.at(-1)?.day;
  const done: { day: LocalDay; work: MorningsWork }[] = [];
  for (const day of due) {
    const isYesterday = day === yesterday;
    const begun = await begin(day, isYesterday ? policy : { ...policy, patience: 0 });
    const taken = begun ? undefined : known.find((one) => one.day === day)?.taken;
    if (taken !== undefined) await alertOnTaken(day, taken, policy.webhooks);
    const without = taken === undefined ? 'running_already' : 'id_taken';
    done.push({ day, work: begun ? (isYesterday ? 'begun' : await endOf(begun)) : without });
    setCurrentDetails(done.map(({ day, work }) => `- ${day}: ${work}`).join('\n'));
  }
  if (due.length === 0) setCurrentDetails('Every day was reconciled already.');
  return done;
}

/** Nothing when the day is being reconciled already, by a person's hand or by an earlier morning, or when its id is taken. */
async function begin(
  day: LocalDay,
  policy: ReconciliationPolicy,
): Promise<ChildWorkflowHandle<typeof reconciliation> | undefined> {
  try {
    return await startChild<typeof reconciliation>(RECONCILIATION_WORKFLOW, {
      workflowId: reconciliationWorkflowId(day),
      args: [day, policy],
      workflowExecutionTimeout: longestDayMs(policy),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Reconciliation of ${day} with MobiFone`,
    });
  } catch (fault) {
    if (fault instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw fault;
  }
}

/** A day that fails by a defect, or is held up, keeps no other day from its turn. */
async function endOf(
  begun: ChildWorkflowHandle<typeof reconciliation>,
): Promise<Extract<MorningsWork, 'reconciled' | 'not_reconciled' | 'failed'>> {
  try {
    return (await begun.result()).kind;
  } catch (fault) {
    if (fault instanceof ChildWorkflowFailure) return 'failed';
    throw fault;
  }
}
