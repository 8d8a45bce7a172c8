import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  isCancellation,
  log,
  patched,
  proxyActivities,
  startChild,
} from '@temporalio/workflow';
import type { TakenNoticeActivities } from '../../activities/taken-notice-activities';
import { markdownText } from '../../domain/harmless-text';
import { noticeSubject, noticeType, type AddressedNotice } from '../../domain/notice/notice';
import { NOTICE_WORKFLOW, type NoticePolicy } from '../../domain/notice/protocol';
import { PRIORITY } from '../../domain/priority';
import { noticeChild } from './child';
import type { notice } from './notice';

/** While it lasts, the batch or the purchase does not end: somebody may have taken the id under a key that never was. */
const PATIENCE = '10 minutes';

/** Starts the one workflow that delivers a notice; does not wait for the delivery. */
export async function startNotice(addressed: AddressedNotice, policy: NoticePolicy): Promise<void> {
  try {
    await startChild<typeof notice>(NOTICE_WORKFLOW, noticeChild(addressed, policy));
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    // After a reset it is ours, which is delivering already; but anybody who can write to Temporal can take its id before.
    if (patched('taken-notices-are-started')) await startTaken(addressed);
  }
}

async function startTaken({ channel, notice: due }: AddressedNotice): Promise<void> {
  const { startTakenNotice } = proxyActivities<TakenNoticeActivities>({
    summary: `Whose is the workflow of ${noticeType(due)} of ${markdownText(noticeSubject(due))}?`,
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: PATIENCE,
    retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '10 minutes' },
    priority: { priorityKey: PRIORITY.paid, fairnessKey: channel },
  });
  try {
    await startTakenNotice(channel, due);
  } catch (failure) {
    if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
    log.error('a notice was not started: its workflow id is taken', { notice: due.id, channel });
  }
}
