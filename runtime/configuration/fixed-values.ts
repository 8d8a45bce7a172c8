/**
 * Timings and bounds that no installation has a reason to change, and that tests of the whole product shorten.
 * Milliseconds, unless the name says otherwise.
 */
export interface FixedValues {
  retryInitialMs: number;
  retryMaximumMs: number;
  heartbeatTimeoutMs: number;
  /** `off`: every call is an activity of its own. */
  firstTryLimitMs: number | 'off';
  circuitRetryMinMs: number;
  circuitRetryMaxMs: number;
  webhookTimeoutMs: number;
  webhookConnectTimeoutMs: number;
  webhookConcurrency: number;
  webhookChannelConcurrency: number;
  webhookHostConcurrency: number;
  batchConcurrency: number;
  batchRowsAtOnce: number;
  /** `auto`: as Temporal's worker finds. */
  pollers: number | 'auto';
  /** METRICS_HOST unless given. */
  workerHealthHost?: string;
  metricsRefreshMs: number;
  anonymousPerMinute: number;
  concurrentRequests: number;
  channelStreams: number;
  allStreams: number;
  apiShutdownGraceMs: number;
  /** Derived from the circuit's retries unless given. */
  circuitFirstProbeMs?: number;
  circuitLongestProbeMs?: number;
  /** `off`: no sweep. */
  sweepEveryMs: number | 'off';
  reconciliationAttemptTimeoutMs: number;
  reconciliationLookBackDays: number;
  reconciliationPatienceMs: number;
  reconciliationSourceTimeoutMs: number;
  settlementFileMaxBytes: number;
  /** Temporal's default unless given. */
  maxCachedWorkflows?: number;
}

export const FIXED_VALUES: FixedValues = {
  /** The first retry of a gateway call waits this long, and each next one twice as long: short faults pass in seconds. */
  retryInitialMs: 1_000,
  /** A fault of hours then costs 30 requests an hour per purchase, and its end is noticed within two minutes. */
  retryMaximumMs: 120_000,
  /** A worker that reports nothing for this long counts as dead. Workers report every few seconds. */
  heartbeatTimeoutMs: 10_000,
  /** Each call of the sale's first attempt (docs/decisions/0017); a slower sale goes on call by call. */
  firstTryLimitMs: 2_000,
  /**
   * During a MobiFone outage, a call that was held back is retried after a random delay between these two: above most
   * pauses of a single fault, and all that wait are retried within a minute and a half of MobiFone's return.
   */
  circuitRetryMinMs: 20_000,
  circuitRetryMaxMs: 80_000,
  /** Of one delivery; docs/webhooks.md promises it to channels. */
  webhookTimeoutMs: 10_000,
  /** DNS, TCP and TLS together: a live host connects in far less, and a dead one holds its slot no longer. */
  webhookConnectTimeoutMs: 3_000,
  /** Deliveries of a worker at the same time, apart from all its other work; each mostly waits (docs/decisions/0026). */
  webhookConcurrency: 300,
  /** One channel's webhook that hangs takes no more of a worker's deliveries than these. */
  webhookChannelConcurrency: 10,
  /** More than one channel may have, so that no channel closes a shared host to another. */
  webhookHostConcurrency: 20,
  /** Parts of batches that a worker has under way, of all channels together (docs/decisions/0051). */
  batchConcurrency: 2,
  /** Rows of batches that a worker has under way at most: as many as MobiFone answers as fast as one alone. */
  batchRowsAtOnce: 16,
  /** As Temporal's own workers have; a worker's processor is busy long before they are (docs/decisions/0018). */
  pollers: 10,
  /** Some thirty small counts at Temporal each time; Prometheus scrapes about as often. */
  metricsRefreshMs: 30_000,
  /** Requests without a known key, from one address: above what probes and mistakes make, and useless for guessing keys. */
  anonymousPerMinute: 300,
  /** Per channel, unless the registry says otherwise: far above what a channel needs, and below what hurts the others. */
  concurrentRequests: 500,
  /** Open event streams of a channel, and apart from them its held answers; unless the registry says otherwise. */
  channelStreams: 500,
  /** Both together, of all channels; each takes a descriptor and some memory. */
  allStreams: 4_000,
  /** For running requests of a stopping API: an answer is held for 30 seconds at most. */
  apiShutdownGraceMs: 35_000,
  /** How soon a purchase that was terminated or failed gets its case; a sweep is a few searches. */
  sweepEveryMs: 300_000,
  /** To fetch and compare one day: a large file from a slow server takes some minutes. */
  reconciliationAttemptTimeoutMs: 3_600_000,
  /** Days before yesterday that each morning makes up for; shorter than any sensible retention. */
  reconciliationLookBackDays: 14,
  /** From RECONCILIATION_AT on, before operations learn that yesterday's file is missing: half a working day is left. */
  reconciliationPatienceMs: 21_600_000,
  /** For the largest settlement file that is accepted, over a line of about 15 Mbit/s. */
  reconciliationSourceTimeoutMs: 300_000,
  /** More than three million lines of 150 bytes; a larger one is not what it should be. */
  settlementFileMaxBytes: 500_000_000,
};
