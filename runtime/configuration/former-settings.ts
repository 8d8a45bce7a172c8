import type { z } from 'zod';
import { FIXED_VALUES, type FixedValues } from './fixed-values';
import { warnOnce } from './renamed-settings';
import { optionalDuration, optionalDurationOrOff, whole } from './setting-kinds';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of earlier versions that became fixed values: an installation that set one keeps it, with a warning. */
const FORMER = {
  API_CHANNEL_STREAMS: { value: 'channelStreams', kind: whole(1) },
  API_CONCURRENCY: { value: 'concurrentRequests', kind: whole(1) },
  API_STREAMS: { value: 'allStreams', kind: whole(1) },
  CIRCUIT_FIRST_PROBE: { value: 'circuitFirstProbeMs', kind: optionalDuration() },
  CIRCUIT_LONGEST_PROBE: { value: 'circuitLongestProbeMs', kind: optionalDuration() },
  METRICS_REFRESH: { value: 'metricsRefreshMs', kind: optionalDuration() },
  PURCHASE_FIRST_TRY: { value: 'firstTryLimitMs', kind: optionalDurationOrOff() },
  PURCHASE_HEARTBEAT_TIMEOUT: { value: 'heartbeatTimeoutMs', kind: optionalDuration() },
  PURCHASE_RETRY_INITIAL: { value: 'retryInitialMs', kind: optionalDuration() },
  PURCHASE_RETRY_MAXIMUM: { value: 'retryMaximumMs', kind: optionalDuration() },
  PURCHASE_SWEEP_EVERY: { value: 'sweepEveryMs', kind: optionalDurationOrOff() },
  RECONCILIATION_ATTEMPT_TIMEOUT: { value: 'reconciliationAttemptTimeoutMs', kind: optionalDuration() },
  RECONCILIATION_LOOK_BACK: { value: 'reconciliationLookBackDays', kind: whole(1) },
  RECONCILIATION_SOURCE_TIMEOUT: { value: 'reconciliationSourceTimeoutMs', kind: optionalDuration() },
  WEBHOOK_CHANNEL_CONCURRENCY: { value: 'webhookChannelConcurrency', kind: whole(1) },
  WEBHOOK_CONNECT_TIMEOUT: { value: 'webhookConnectTimeoutMs', kind: optionalDuration() },
  WEBHOOK_HOST_CONCURRENCY: { value: 'webhookHostConcurrency', kind: whole(1) },
  WORKER_MAX_CACHED_WORKFLOWS: { value: 'maxCachedWorkflows', kind: whole(0) },
} as const satisfies Record<string, { value: keyof FixedValues; kind: z.ZodType }>;

export const FORMER_SETTINGS = Object.keys(FORMER);

/**
 * The fixed values, with those of former settings that are set. Each is warned about once in a process.
 * @param warn writes a line for the person who runs the process
 * @returns besides, a fault for each that cannot be read
 */
export function readFormerSettings(
  environment: Environment,
  warn: (line: string) => void,
): { fixed: FixedValues; faults: string[] } {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, { value, kind }] of Object.entries(FORMER)) {
    const text = environment[name];
    if (!text) continue;
    const read = kind.safeParse(text);
    if (!read.success) {
      faults.push(...read.error.issues.map(({ message }) => `${name}: ${message}`));
      continue;
    }
    values[value] = read.data;
    warnOnce(warn, name, 'is deprecated and still read; without it, the built-in value applies.');
  }
  return { fixed: { ...FIXED_VALUES, ...values }, faults };
}
