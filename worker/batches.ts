import { activityInfo } from '@temporalio/activity';
import type { Logger } from 'pino';
import { createBatchActivities } from '../activities';
import { loadCatalogue } from '../catalogue/load';
import type { ChannelRegistry } from '../channel/registry';
import type { ChannelName } from '../domain/identifiers';
import { ownActivityOf } from '../domain/own-activity-id';
import { createPurchases } from '../client/create-purchases';
import type { Config } from '../config';
import type { Circuit } from '../mobifone/circuit';
import { OrderAcceptance } from '../selling/accept-order';
import { BatchSeller } from '../selling/batch-seller';
import { DuplicateGuard } from '../selling/duplicate-guard';
import { NumberLimitGuard } from '../selling/number-limits';
import { Offers } from '../selling/offers';
import { PriceClock } from '../selling/price-clock';
import { RowPace } from '../selling/row-pace';
import { SalesGate } from '../selling/sales-gate';
import type { SingleSales } from './single-sales';

/**
 * Activities that begin the rows of batches, by the same code and the same kind of connection as the API begins single
 * orders. The rooms are joined here.
 * @throws UnusableFile when the catalogue or the key ring cannot be used
 */
export function batchActivities(
  config: Config,
  registry: ChannelRegistry,
  circuit: Circuit,
  singles: SingleSales,
  logger: Logger,
): { activities: ReturnType<typeof createBatchActivities>; close: () => Promise<void> } {
  const { packages, rules } = loadCatalogue(config, (gap) => logger.warn({ setting: 'DISCOUNTS_FILE' }, gap));
  const clients = createPurchases(config, { rows: { haveOwnActivityIds: isOfOwnActivity } });
  const now = () => new Date();
  const gate = new SalesGate(
    new Offers(packages, rules, new PriceClock(rules, logger)),
    clients.pauses,
    clients.blocks,
  );
  const { purchases, ends, wasBatchOver } = clients;
  const orders = new OrderAcceptance({
    purchases,
    gate,
    duplicates: new DuplicateGuard(clients.orderClaims, purchases, config.DUPLICATE_WINDOW),
    numberLimits: new NumberLimitGuard(clients.saleCounts, purchases, () => registry.numberLimits()),
    now,
  });
  const pace = new RowPace({
    most: config.fixed.batchRowsAtOnce,
    areSingleSalesAround: () => singles.areAround(),
    now: () => performance.now(),
    later: (call, ms) => void setTimeout(call, ms).unref(),
  });
  const rowsAtOnce = (channel: ChannelName) => rowsBy(circuit, channel, config.fixed.batchRowsAtOnce);
  const seller = new BatchSeller({ registry, orders, purchases, ends, gate, now, pace, rowsAtOnce });
  return { activities: createBatchActivities(seller, wasBatchOver), close: () => clients.close() };
}

/** While MobiFone is out for the channel, none, or the one whose calls find out whether it is back. */
function rowsBy(circuit: Circuit, channel: ChannelName, most: number): number {
  if (!circuit.isOutFor(channel)) return most;
  return circuit.holdsBack(channel) ? 0 : 1;
}

/** Whether the activity that begins rows has an id of its own, as those of batches that an updated API accepted. */
function isOfOwnActivity(): boolean {
  return ownActivityOf(activityInfo().activityId) !== undefined;
}
