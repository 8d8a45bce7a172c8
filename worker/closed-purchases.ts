import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { createClosedPurchasesActivities, type EarlierRuns } from '../activities';
import { Cases } from '../client/cases';
import { openClosedCases } from '../client/closed-cases';
import { ClosedPurchases } from '../client/closed-purchases';
import { keepSweepSchedule } from './sweep-schedule';
import { PurchaseEarlierRuns } from '../client/earlier-runs';
import { purchasePolicy, webhookPolicy } from '../runtime/configuration/purchase-policy';
import type { Config } from '../config';
import { deadlineIn } from '../runtime/deadline';
import type { WorkerTemporal } from './reconciliation';

/** How long a worker's start waits for Temporal to update the schedule. */
const TIMEOUT_MS = 10_000;
/** How soon a purchase that was terminated or failed gets its case; a sweep is a few searches. */
const SWEEP_EVERY_MS = 300_000;
/** Maximum of cases that one sweep opens; the next one continues. */
const MAX_CASES = 500;

/** Looks up earlier runs of a purchase, before a later run sells. */
export function earlierRuns(config: Config, temporal: WorkerTemporal): EarlierRuns {
  const client = new Client(temporal);
  return new PurchaseEarlierRuns(client, casesOf(config, client));
}

/** Activities for purchases that did not end by their own code. The rooms are joined here. */
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
 * Sets the schedule of the sweep by this worker's settings. A failure is only logged: sales do not depend on it, and the
 * next start of any worker tries again.
 */
export async function followSweepSettings(config: Config, temporal: WorkerTemporal): Promise<void> {
  const settings = { every: SWEEP_EVERY_MS, taskQueue: config.TEMPORAL_TASK_QUEUE };
  try {
    const client = new Client(temporal);
    await client.withDeadline(deadlineIn(TIMEOUT_MS), () => keepSweepSchedule(client, settings));
  } catch (error) {
    Runtime.instance().logger.error('the schedule of the sweep for cut-off purchases could not be set', {
      error,
    });
  }
}
