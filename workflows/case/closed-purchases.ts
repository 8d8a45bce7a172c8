import { markdownText } from '../../domain/harmless-text';
import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ClosedPurchasesActivities } from '../../activities/closed-purchases-activities';
import type { SweepResult } from '../../domain/case/closed-purchases';
import { cutOffEventId } from '../../domain/notice/operations-events';
import { PRIORITY } from '../../domain/priority';
import { startAlert } from '../notice/start-alert';

/** Maximum cases that an event to operations names; the others are only counted, and all are in the list of cases. */
const MAX_NAMED = 20;

/**
 * Finds purchases that were terminated, failed, timed out or ended by a limit of Temporal's, opens a case about each and
 * alerts operations. What was found is recorded before the first case is opened, so a sweep whose worker dies in between
 * still reports all of them.
 */
export async function closedPurchases(): Promise<SweepResult> {
  const limits = {
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '1 minute',
    scheduleToCloseTimeout: '1 hour', // the schedule skips a sweep while this one runs, so it ends some time
    retry: { initialInterval: '10 seconds', maximumInterval: '5 minutes' },
    priority: { priorityKey: PRIORITY.question },
  } as const;
  const { findClosedPurchases } = proxyActivities<ClosedPurchasesActivities>({
    ...limits,
    summary: 'Which purchases were ended from outside?',
  });
  const { openClosedCases } = proxyActivities<ClosedPurchasesActivities>({
    ...limits,
    summary: 'Open a case about each of them',
  });
  const found = await findClosedPurchases();
  if (found.length === 0) {
    setCurrentDetails('No purchase without a case was ended from outside.');
    return { opened: [], notOpened: [] };
  }
  const result = await openClosedCases(found);
  setCurrentDetails(story(result));
  if (result.opened.length > 0) await alertOperations(result);
  return result;
}

async function alertOperations({ opened, webhooks }: SweepResult): Promise<void> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  await startAlert(
    {
      type: 'operations.purchases_cut_off',
      id: cutOffEventId(firstExecutionRunId),
      occurredAt: new Date().toISOString(),
      data: {
        count: opened.length,
        atStake: opened.reduce((sum, { atStake }) => sum + atStake, 0),
        cases: opened.slice(0, MAX_NAMED),
        workflowId,
      },
    },
    `${opened.length} purchases were ended from outside`,
    webhooks,
  );
}

function story({ opened, notOpened }: SweepResult): string {
  return [
    ...opened.map(({ id, state, atStake, channel }) => `- \`${id}\`: ${state}, ${atStake} VND, ${channel}`),
    ...notOpened.map(
      ({ channel, externalId, why }) =>
        `- no case for ${markdownText(externalId)} of ${channel}: ${markdownText(why)}`,
    ),
  ].join('\n');
}
