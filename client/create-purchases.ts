import { Client, Connection } from '@temporalio/client';
import { temporalTarget, type ConnectionConfig } from './connection';
import { TemporalIdempotencyKeys, type IdempotencyKeys } from './idempotency-keys';
import { purchasePolicy, type PolicySettings } from './purchase-policy';
import type { Purchases } from './purchases';
import { TemporalPurchases } from './temporal-purchases';

export type PurchasesConfig = ConnectionConfig & PolicySettings;

/**
 * Purchases on the Temporal server of the configuration. The connection is made at the first call and again whenever
 * it was lost, so that an API outlives its server.
 */
export function createPurchases(
  config: PurchasesConfig,
): Purchases & { idempotencyKeys: IdempotencyKeys; close(): Promise<void> } {
  const { connectionOptions, namespace } = temporalTarget(config);
  const connection = Connection.lazy(connectionOptions);
  const client = new Client({ connection, namespace });
  const purchases = new TemporalPurchases(client, {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: purchasePolicy(config),
  });
  return Object.assign(purchases, {
    idempotencyKeys: new TemporalIdempotencyKeys(client, config.TEMPORAL_TASK_QUEUE),
    close: () => connection.close(),
  });
}
