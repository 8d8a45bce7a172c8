import { GATEWAY_PROMISE_NAMES } from '../../domain/gateway-promises';
import { LEAST_FINAL_AFTER_MS } from '../../runtime/configuration/purchase-policy';
import { type Finding, type ProbeContext, spelledMs } from './probe';

/** What to set, and why. */
export interface SettingsThatFollow {
  MOBIFONE_PROMISES: string;
  /** Left alone where nothing was measured, or the inquiry was never right in time. */
  MOBIFONE_FINAL_AFTER?: string;
  because: readonly string[];
}

/** A few samples on a quiet day say little about the worst one: the time waited is this many times the largest. */
const SAFETY = 4;

/** What was measured. */
interface Measured {
  lag: Pick<ProbeContext['lag'], 'samples' | 'isTooLong' | 'maxLagMs'>;
  seen: Pick<ProbeContext['seen'], 'landingsMs'>;
}

/** The settings of docs/gateway-promises.md that follow from what was found. */
export function settingsThatFollow(
  findings: readonly Finding[],
  { lag, seen }: Measured,
): SettingsThatFollow {
  const holding = GATEWAY_PROMISE_NAMES.filter((name) =>
    findings.some(({ id, result }) => id === name && result === 'holds'),
  );
  const measuredOnce =
    'Seen in a few tries, which is no agreement: have MobiFone confirm each promise in writing.';
  const MOBIFONE_PROMISES = holding.join(',');
  const lags = lag.samples.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
  if (lag.isTooLong || lags.length === 0) {
    const reason = lag.isTooLong
      ? `the inquiry was not right within ${spelledMs(lag.maxLagMs)}: try again with a longer --max-lag`
      : 'no lag was measured';
    return { MOBIFONE_PROMISES, because: [measuredOnce, `MOBIFONE_FINAL_AFTER stays as it is: ${reason}.`] };
  }
  const largestMs = Math.max(...lags, ...seen.landingsMs);
  const finalAfterMs = Math.max(LEAST_FINAL_AFTER_MS, Math.ceil((largestMs * SAFETY) / 1_000) * 1_000);
  return {
    MOBIFONE_PROMISES,
    MOBIFONE_FINAL_AFTER: `${finalAfterMs / 1_000}s`,
    because: [
      measuredOnce,
      `MOBIFONE_FINAL_AFTER is ${SAFETY} times the largest lag of ${lags.length + seen.landingsMs.length} samples (${spelledMs(largestMs)}), ${LEAST_FINAL_AFTER_MS / 1_000} s at least; it costs nothing while MobiFone answers.`,
    ],
  };
}
