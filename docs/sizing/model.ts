import { ACTIONS, ASSUMED, PRICES } from './assumptions';
import type { ClusterFigures } from './figures';

/** What so many purchases a day need. */
export interface Size {
  purchasesADay: number;
  /** In the busiest minute. */
  peakPerSecond: number;
  actionsAMonth: number;
  /** In the busiest minute. */
  actionsASecond: number;
  /** Histories kept, GB as Temporal counts them. */
  retainedGb: number;
  activeGb: number;
  /** Processes, two at least so that one may die. */
  workers: number;
  apis: number;
  /** Cores for all Temporal servers together. */
  serverCores: number;
  databaseCores: number;
  /** Both databases with their indexes, GB. */
  databaseGb: number;
  /** Flushes of the database's log a second in the busiest minute, before commits share one. */
  flushesASecond: number;
  walMbASecond: number;
  shards: number;
  cloud: CloudCost;
}

export interface CloudCost {
  plan: 'Developer' | 'Business';
  usdAMonth: number;
  /** Beyond the price list: the last price is used, and an offer will be lower. */
  isBeyondList: boolean;
}

const SECONDS_A_DAY = 86_400;
const LEAST_PROCESSES = 2;
const LEAST_SHARDS = 8;
const MOST_SHARDS = 16_384;
const BYTES_A_GB = 1e9;

/** Turns purchases a day into what they need, from what one purchase was measured to take. */
export function sizeOf(purchasesADay: number, figures: ClusterFigures): Size {
  const peakPerSecond = (purchasesADay / SECONDS_A_DAY) * ASSUMED.peakFactor;
  const { historyBytes: bytes, billableActions: happy } = figures.history;
  const { unhappy, read, fairnessShare } = ACTIONS;
  const sold = happy * (1 - ASSUMED.unhappyShare) + unhappy * ASSUMED.unhappyShare;
  const actions = (sold + read * ASSUMED.readsPerPurchase) * (1 + fairnessShare);
  const { storedBytes, walBytes, walSyncs, commits } = figures.databasePerPurchase;
  const kept = purchasesADay * ASSUMED.retentionDays;
  const cores = (kind: string): number =>
    (peakPerSecond * (figures.processorMsPerPurchase[kind] ?? 0)) / 1000 / ASSUMED.busyShare;
  const processes = (kind: string): number => Math.max(LEAST_PROCESSES, Math.ceil(cores(kind)));
  const retainedGb = (kept * bytes) / BYTES_A_GB;
  const activeGb = ((purchasesADay / SECONDS_A_DAY) * ASSUMED.openSeconds * bytes) / BYTES_A_GB;
  const actionsAMonth = purchasesADay * ASSUMED.daysAMonth * actions;
  return {
    purchasesADay,
    peakPerSecond,
    actionsAMonth,
    actionsASecond: (peakPerSecond * actions) / (1 + fairnessShare), // the tenth for fairness is no call
    retainedGb,
    activeGb,
    workers: processes('worker'),
    apis: processes('api'),
    serverCores: cores('temporal'),
    databaseCores: cores('postgresql'),
    databaseGb: (kept * storedBytes * ASSUMED.bloat) / BYTES_A_GB,
    flushesASecond: peakPerSecond * walSyncs,
    walMbASecond: (peakPerSecond * walBytes) / 1e6,
    shards: shardsFor(peakPerSecond * commits),
    cloud: cloudCost(actionsAMonth, activeGb, retainedGb),
  };
}

/** A shard makes one change after the other, so its rate is bounded by how long one takes; a power of two, for good. */
function shardsFor(changesASecond: number): number {
  const wanted = (changesASecond * ASSUMED.writeMs) / 1000 / ASSUMED.shardBusyShare;
  let shards = LEAST_SHARDS;
  while (shards < wanted && shards < MOST_SHARDS) shards *= 2;
  return shards;
}

/** The cheaper of the two plans that have a list price. */
export function cloudCost(actionsAMonth: number, activeGb: number, retainedGb: number): CloudCost {
  const { developer, business, perMillion } = PRICES;
  const millions = actionsAMonth / 1e6;
  const storage = (active: number, retained: number): number =>
    (active * PRICES.activeGbHour + retained * PRICES.retainedGbHour) * ASSUMED.hoursAMonth;
  const asDeveloper = millions * developer.perMillion + storage(activeGb, retainedGb);
  const asBusiness =
    tiered(Math.max(0, millions - business.millions)) +
    storage(Math.max(0, activeGb - business.activeGb), Math.max(0, retainedGb - business.retainedGb));
  const developerBill = asDeveloper * (1 + developer.shareOfUsage);
  const businessBill = asBusiness + Math.max(business.least, asBusiness * business.shareOfUsage);
  const isDeveloper = developerBill <= businessBill;
  return {
    plan: isDeveloper ? 'Developer' : 'Business',
    usdAMonth: isDeveloper ? developerBill : businessBill,
    isBeyondList: !isDeveloper && millions - business.millions > (perMillion.at(-1)?.upTo ?? 0),
  };
}

function tiered(millions: number): number {
  let left = millions;
  let from = 0;
  let usd = 0;
  for (const { upTo, price } of PRICES.perMillion) {
    const inTier = Math.min(left, upTo - from);
    usd += inTier * price;
    left -= inTier;
    from = upTo;
  }
  return usd + left * (PRICES.perMillion.at(-1)?.price ?? 0);
}
