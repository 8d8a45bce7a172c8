import {
  ActivityFailure,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  ReconciliationActivities,
  ReconciliationAttempt,
} from '../../activities/reconciliation-activities';
import { markdownText } from '../../domain/harmless-text';
import type { LocalDay } from '../../domain/local-time';
import {
  LOOK_ATTEMPTS,
  NOT_RECONCILED_REASONS,
  type NotReconciled,
  type ReconciliationPolicy,
  type ReconciliationResult,
} from '../../domain/reconciliation/reconciliation';
import { PRIORITY } from '../../domain/priority';
import { alertOn } from './alert';
import { requireFields, requireText, requireWebhooks, TIME_LIMITS } from '../start-inputs';
import { reconciliationStory, waitingStory } from './story';

/** Pauses between looks for a file that is not there yet: from, to, and by how much they grow. */
const FIRST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;
const PAUSE_GROWTH = 1.5;
/** Of one look, when the source or Temporal does not answer: about twenty minutes in all. */
const RETRIES = {
  initialInterval: '10 seconds',
  backoffCoefficient: 2,
  maximumInterval: '5 minutes',
  maximumAttempts: LOOK_ATTEMPTS,
} as const;

/**
 * Reconciles one day with MobiFone's file: looks for the file until it is there or patience is over, compares, and
 * alerts operations to breaks or to a failure. The workflow id is the day's, so a day is reconciled once at a time.
 */
export async function reconciliation(
  day: LocalDay,
  policy: ReconciliationPolicy,
): Promise<ReconciliationResult> {
  requireText('day', day);
  requireFields('policy', policy, TIME_LIMITS);
  requireWebhooks(policy);
  const result = await reconciled(day, policy);
  setCurrentDetails(reconciliationStory(result));
  log.info('a day was reconciled', {
    day,
    standing: result.kind === 'reconciled' ? (result.clean ? 'clean' : 'breaks') : result.reason,
  });
  await alertOn(result, policy.webhooks);
  return { ...result, runId: workflowInfo().runId };
}

async function reconciled(day: LocalDay, policy: ReconciliationPolicy): Promise<ReconciliationResult> {
  let left = policy.patience;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const attempt = await look(day, policy);
    if (attempt.kind === 'reconciled') return attempt;
    const { kind: reason, detail } = attempt;
    if (reason !== 'file_missing' || left <= 0) return { kind: 'not_reconciled', day, reason, detail };
    const wait = Math.min(pause, left);
    setCurrentDetails(waitingStory(day, detail, new Date(Date.now() + wait)));
    await sleep(wait, { summary: `Wait for MobiFone’s file of ${day}: ${markdownText(detail)}` });
    left -= wait;
    pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS);
  }
}

async function look(
  day: LocalDay,
  policy: ReconciliationPolicy,
): Promise<ReconciliationAttempt | { kind: Extract<NotReconciled['reason'], 'failed'>; detail: string }> {
  const { reconcileDay } = proxyActivities<ReconciliationActivities>({
    summary: `Compare ${day} with MobiFone’s file`,
    startToCloseTimeout: policy.attemptTimeout,
    heartbeatTimeout: policy.heartbeatTimeout,
    retry: RETRIES,
    priority: { priorityKey: PRIORITY.question, fairnessKey: workflowInfo().workflowType }, // after all sales
  });
  try {
    return await reconcileDay(day);
  } catch (failure) {
    if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
    const detail = failure.cause?.message ?? NOT_RECONCILED_REASONS.failed;
    return { kind: 'failed', detail };
  }
}
