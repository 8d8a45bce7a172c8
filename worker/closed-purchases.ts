import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createClosedPurchasesActivities, type EarlierRuns } from '../activities';
import { Cases } from '../client/cases';
import { openClosedCases } from '../client/closed-cases';
import { ClosedPurchases } from '../client/closed-purchases';
import { keepSweepSchedule } from '../client/closed-purchases-schedule';
import { PurchaseEarlierRuns } from '../client/earlier-runs';
import { purchasePolicy, webhookPolicy } from '../client/purchase-policy';
import type { Config } from '../config';
import { deadlineIn } from '../runtime/deadline';
import type { WorkerTemporal } from './reconciliation';

/** How long a worker's start waits for Temporal to take the schedule, milliseconds. */
const DEADLINE_MS = 10_000;
/** How soon a purchase that was terminated or failed gets its case; a sweep is a few searches. */
const SWEEP_EVERY_MS = 300_000;
/** Cases that one sweep opens at most; the next one goes on. */
const MAX_CASES = 500;

/** Where a worker looks before it sells in a run that is not the first of its purchase. */
export function earlierRuns(config: Config, temporal: WorkerTemporal): EarlierRuns {
  const client = new Client(temporal);
  return new PurchaseEarlierRuns(client, casesOf(config, client));
}

/** What a worker does for purchases that ended otherwise than by their own code; the rooms are joined here. */
export function closedPurchasesActivities(config: Config, temporal: WorkerTemporal) {
  const client = new Client(temporal);
  const purchases = new ClosedPurchases(client);
  const cases = casesOf(config, client);
  return createClosedPurchasesActivities({
    withoutCase: () => purchases.withoutCase(MAX_CASES),
    openCases: async (found) => ({
      ...(await openClosedCases(client, cases, found)),
      webhooks: webhookPolicy(config),
    }),
    standing: (purchase) => purchases.standing(purchase),
  });
}

function casesOf(config: Config, client: Client): Cases {
  return new Cases(client, { taskQueue: config.TEMPORAL_TASK_QUEUE, policy: purchasePolicy(config) });
}

/**
 * Has the schedule of the sweep be as this worker's settings say. A fault of Temporal's is logged and no more: selling
 * does not wait for it, and any worker's next start tries again.
 */
export async function followSweepSettings(config: Config, temporal: WorkerTemporal): Promise<void> {
  const settings = { every: SWEEP_EVERY_MS, taskQueue: config.TEMPORAL_TASK_QUEUE };
  try {
    const client = new Client(temporal);
    await client.withDeadline(deadlineIn(DEADLINE_MS), () => keepSweepSchedule(client, settings));
  } catch (error) {
    Runtime.instance().logger.error('the schedule of the sweep for cut-off purchases could not be set', {
      error,
    });
  }
}
