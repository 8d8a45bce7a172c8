import { Client } from '@temporalio/client';
import { createTakenNoticeActivities } from '../activities';
import { NoticeWorkflows } from '../client/notice-workflows';
import { noticePolicy } from '../domain/notice/protocol';
import { purchasePolicy } from '../runtime/configuration/purchase-policy';
import type { Config } from '../config';
import type { WorkerTemporal } from './reconciliation';

/** Starts notices whose workflow ids somebody took. The rooms are joined here. */
export function takenNoticeActivities(config: Config, temporal: WorkerTemporal) {
  const workflows = new NoticeWorkflows(new Client(temporal), {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: noticePolicy(purchasePolicy(config)),
  });
  return createTakenNoticeActivities((addressed) => workflows.startTaken(addressed));
}
