import type { z } from 'zod';
import { FIXED_VALUES, type FixedValues } from './fixed-values';
import { matching, optionalDuration, optionalDurationOrOff, text, whole } from './setting-kinds';

type Environment = Readonly<Record<string, string | undefined>>;

const pollers = () =>
  matching(/^(?:auto|(?!0*[01]$)\d{1,4})$/, 'must be "auto", or a number of 2 or more').transform((given) =>
    given === 'auto' ? given : Number(given),
  );

/** Settings of earlier versions that became fixed values: an installation that set one keeps it, with a warning. */
const FORMER = {
  API_ANONYMOUS_RATE_LIMIT: { value: 'anonymousPerMinute', kind: whole(1) },
  API_CHANNEL_STREAMS: { value: 'channelStreams', kind: whole(1) },
  API_CONCURRENCY: { value: 'concurrentRequests', kind: whole(1) },
  API_SHUTDOWN_GRACE: { value: 'apiShutdownGraceMs', kind: optionalDuration() },
  API_STRANGER_RATE_LIMIT: { value: 'anonymousPerMinute', kind: whole(1) },
  API_STREAMS: { value: 'allStreams', kind: whole(1) },
  CIRCUIT_COME_BACK_FROM: { value: 'circuitRetryMinMs', kind: optionalDuration() },
  CIRCUIT_COME_BACK_TO: { value: 'circuitRetryMaxMs', kind: optionalDuration() },
  CIRCUIT_FIRST_PROBE: { value: 'circuitFirstProbeMs', kind: optionalDuration() },
  CIRCUIT_LONGEST_PROBE: { value: 'circuitLongestProbeMs', kind: optionalDuration() },
  CIRCUIT_RETRY_MAX: { value: 'circuitRetryMaxMs', kind: optionalDuration() },
  CIRCUIT_RETRY_MIN: { value: 'circuitRetryMinMs', kind: optionalDuration() },
  METRICS_REFRESH: { value: 'metricsRefreshMs', kind: optionalDuration() },
  PURCHASE_FIRST_TRY: { value: 'firstTryLimitMs', kind: optionalDurationOrOff() },
  PURCHASE_HEARTBEAT_TIMEOUT: { value: 'heartbeatTimeoutMs', kind: optionalDuration() },
  PURCHASE_RETRY_INITIAL: { value: 'retryInitialMs', kind: optionalDuration() },
  PURCHASE_RETRY_MAXIMUM: { value: 'retryMaximumMs', kind: optionalDuration() },
  PURCHASE_SWEEP_EVERY: { value: 'sweepEveryMs', kind: optionalDurationOrOff() },
  RECONCILIATION_ATTEMPT_TIMEOUT: { value: 'reconciliationAttemptTimeoutMs', kind: optionalDuration() },
  RECONCILIATION_LARGEST_FILE: { value: 'settlementFileMaxBytes', kind: whole(1) },
  RECONCILIATION_LOOK_BACK: { value: 'reconciliationLookBackDays', kind: whole(1) },
  RECONCILIATION_MAX_FILE_BYTES: { value: 'settlementFileMaxBytes', kind: whole(1) },
  RECONCILIATION_PATIENCE: { value: 'reconciliationPatienceMs', kind: optionalDuration() },
  RECONCILIATION_SOURCE_TIMEOUT: { value: 'reconciliationSourceTimeoutMs', kind: optionalDuration() },
  WEBHOOK_CHANNEL_CONCURRENCY: { value: 'webhookChannelConcurrency', kind: whole(1) },
  WEBHOOK_CONCURRENCY: { value: 'webhookConcurrency', kind: whole(1) },
  WEBHOOK_CONNECT_TIMEOUT: { value: 'webhookConnectTimeoutMs', kind: optionalDuration() },
  WEBHOOK_HOST_CONCURRENCY: { value: 'webhookHostConcurrency', kind: whole(1) },
  WEBHOOK_TIMEOUT: { value: 'webhookTimeoutMs', kind: optionalDuration() },
  WORKER_HEALTH_HOST: { value: 'workerHealthHost', kind: text() },
  WORKER_MAX_CACHED_WORKFLOWS: { value: 'maxCachedWorkflows', kind: whole(0) },
  WORKER_POLLERS: { value: 'pollers', kind: pollers() },
} as const satisfies Record<string, { value: keyof FixedValues; kind: z.ZodType }>;

/** Former settings that still have an effect. */
export const FORMER_SETTINGS = Object.keys(FORMER);

/** Former settings of development, with what holds now; they are not read any more. */
export const REMOVED: Readonly<Record<string, string>> = {
  LOG_FILES_MAX_BYTES: 'fixed at 1 GB',
  POSTGRESQL_BIN: 'searched on the PATH; put the folder there',
  STOREFRONT_HOST: 'that of SANDBOX_HOST',
  TEMPORAL_TEST_SERVER_PATH: 'searched on the PATH as `temporal-test-server`',
};

/**
 * The fixed values, with those of former settings that are set. Each former setting is warned about once in a process.
 * @param warn writes a line for the person who runs the process
 * @returns besides, a fault for each that cannot be used
 */
export function readFormerSettings(
  environment: Environment,
  warn: (line: string) => void,
): { fixed: FixedValues; faults: string[] } {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  const nameOf = new Map<string, string>();
  for (const [name, { value, kind }] of Object.entries(FORMER)) {
    const given = environment[name];
    if (!given) continue;
    const other = nameOf.get(value);
    const read = kind.safeParse(given);
    if (other !== undefined) {
      faults.push(`${name}: means the same as ${other}, which is set as well; remove one of them`);
    } else if (!read.success) {
      faults.push(...read.error.issues.map(({ message }) => `${name}: ${message}`));
    } else {
      values[value] = read.data;
      nameOf.set(value, name);
      warnOnce(warn, `${name} is deprecated and still read; without it, the built-in value applies.`);
    }
  }
  for (const [name, holds] of Object.entries(REMOVED)) {
    if (environment[name]) warnOnce(warn, `${name} is no longer a setting; its value is ${holds}.`);
  }
  const fixed = { ...FIXED_VALUES, ...values };
  return { fixed, faults: [...faults, ...emptyRanges(fixed)] };
}

function emptyRanges({ circuitRetryMinMs: min, circuitRetryMaxMs: max }: FixedValues): string[] {
  if (min <= max) return [];
  return [`CIRCUIT_RETRY_MIN: ${min} ms is longer than CIRCUIT_RETRY_MAX (${max} ms); set a shorter one`];
}

const warned = new Set<string>();

/** Writes a line about a variable, once in a process. */
export function warnOnce(warn: (line: string) => void, line: string): void {
  if (!warned.has(line)) warn(line);
  warned.add(line);
}
