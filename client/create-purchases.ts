import { Client, Connection } from '@temporalio/client';
import { temporalTarget, type ConnectionConfig } from './connection';
import { purchasePolicy, type PolicySettings } from './purchase-policy';
import type { Purchases } from './purchases';
import { TemporalPurchases } from './temporal-purchases';

export type PurchasesConfig = ConnectionConfig & PolicySettings;

/**
 * Purchases on the Temporal server of the configuration. The connection is made at the first call and again whenever
 * it was lost, so that an API outlives its server.
 */
export function createPurchases(config: PurchasesConfig): Purchases & { close(): Promise<void> } {
  const { connectionOptions, namespace } = temporalTarget(config);
  const connection = Connection.lazy(connectionOptions);
  const purchases = new TemporalPurchases(new Client({ connection, namespace }), {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: purchasePolicy(config),
  });
  return Object.assign(purchases, { close: () => connection.close() });
}
