import type { Client } from '@temporalio/client';
import type { PurchasePolicy } from '../domain/purchase/purchase';
import { Cases } from './cases';
import { OutsideEnds } from './outside-ends';
import type { RowSources } from './row-outcome';
import { TemporalPurchases } from './temporal-purchases';

/** Where operators read what came of the rows of batches. */
export function rowSources(
  client: Client,
  settings: { taskQueue: string; policy: PurchasePolicy },
): RowSources {
  return {
    purchases: new TemporalPurchases(client, settings),
    ends: new OutsideEnds(client, new Cases(client, settings)),
  };
}
