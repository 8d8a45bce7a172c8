import { Client } from '@temporalio/client';
import { createTakenCaseActivities } from '../activities';
import { Cases } from '../client/cases';
import type { Config } from '../config';
import { contradictionCase } from '../domain/case/contradiction';
import { purchasePolicy } from '../runtime/configuration/purchase-policy';
import type { WorkerTemporal } from './reconciliation';

/** Opens cases whose workflow ids somebody took. The rooms are joined here. */
export function takenCaseActivities(config: Config, temporal: WorkerTemporal) {
  const cases = new Cases(new Client(temporal), {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: purchasePolicy(config),
  });
  return createTakenCaseActivities(async (purchase, state) => {
    await cases.startTaken(contradictionCase(purchase, state, new Date()));
  });
}
