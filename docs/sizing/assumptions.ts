/** What is assumed of a day, where nothing measured says it; change it and `npm run docs`. */
export const ASSUMED = {
  /** How much busier the busiest minute is than the average of the day. */
  peakFactor: 10,
  /** Purchases that end in anything but a sale: rolled back or rejected, and the channel told by a notice workflow. */
  unhappyShare: 0.1,
  /** Times that a channel or a person looks at a purchase that runs or ran; each is a query. */
  readsPerPurchase: 0.5,
  retentionDays: 35,
  /** How busy a core may be in the busiest minute, so that a lost process does not take the others along. */
  busyShare: 0.6,
  /** How long the database takes to make one change durable, ms, and how busy a shard may be with it. */
  writeMs: 2,
  shardBusyShare: 0.25,
  /** Tables and indexes hold rows that were deleted and are not vacuumed yet. */
  bloat: 1.3,
  /** How long a purchase is open on average, seconds; most take one, those that wait for a watch or an outage minutes. */
  openSeconds: 60,
  daysAMonth: 30,
  hoursAMonth: 744,
} as const;

/**
 * Billable actions by Temporal Cloud's rules (bench/billable-actions.ts) beyond those of a sale, which the bench counts:
 * of a purchase whose charge is refused, waited for, with its notice workflow, as counted in test/histories.
 */
export const ACTIONS = { unhappy: 14, read: 1, fairnessShare: 0.1 } as const;

/**
 * Temporal Cloud's list of pay-as-you-go prices in USD, as its documentation had it: temporalio/documentation,
 * docs/evaluate/cloud/pricing.mdx at commit 0217b71, looked up on 2026-11-25.
 */
export const PRICES = {
  /** Up to so many million actions of a month, each million costs so much; above the last, Temporal makes an offer. */
  perMillion: [
    { upTo: 5, price: 50 },
    { upTo: 10, price: 45 },
    { upTo: 20, price: 40 },
    { upTo: 50, price: 35 },
    { upTo: 100, price: 30 },
    { upTo: 200, price: 25 },
  ],
  retainedGbHour: 0.00105,
  activeGbHour: 0.042,
  /** Without a base fee, one price at every volume. */
  developer: { perMillion: 50, shareOfUsage: 0.1 },
  business: { least: 500, shareOfUsage: 0.1, millions: 2.5, activeGb: 2.5, retainedGb: 100 },
} as const;
