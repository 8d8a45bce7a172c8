import { withFixedValues } from '../support/parts/fixed-values';

/** A lost attempt is noticed within seconds. */
export const CHAOS_VALUES = {
  heartbeatTimeoutMs: 2_000,
  retryInitialMs: 100,
  retryMaximumMs: 2_000,
  circuitRetryMinMs: 1_000,
  circuitRetryMaxMs: 3_000,
  webhookTimeoutMs: 3_000,
};

/** The settings of the product that go with them. */
export const CHAOS_SETTINGS = {
  ...withFixedValues(CHAOS_VALUES),
  PURCHASE_LATE_EFFECT_WATCH: '5s',
  MOBIFONE_CALL_TIMEOUT: '4s', // longer than the slow number's three seconds; it makes an attempt last 21 s at most
  MOBIFONE_FINAL_AFTER: '5s',
  LOG_LEVEL: 'warn',
} as const;

/** Below MOBIFONE_FINAL_AFTER: a command that was sent to a frozen sandbox lands when it wakes. */
export const LONGEST_FREEZE_OF_MOBIFONE_MS = 4_000;
