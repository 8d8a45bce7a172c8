import { Client } from '@temporalio/client';
import { createClosedPurchasesActivities, type EarlierRuns } from '../activities';
import { Cases } from '../client/cases';
import { openClosedCases } from '../client/closed-cases';
import { ClosedPurchases } from '../client/closed-purchases';
import { PurchaseEarlierRuns } from '../client/earlier-runs';
import { purchasePolicy, webhookPolicy } from '../runtime/configuration/purchase-policy';
import type { Config } from '../config';
import type { WorkerTemporal } from './reconciliation';

/** Maximum of cases that one sweep opens; the next one continues. What cannot be read takes no place of them. */
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
