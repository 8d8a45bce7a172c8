/** Upper bound of a requested pause. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;
/** A longer pause is taken for an error of the sender, and ignored. */
const MAX_PLAUSIBLE_MS = 366 * 24 * 60 * 60 * 1000;

/** The date formats of RFC 9110; whatever else `Date.parse` accepts is a guess. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}( \d{4}| GMT)$/;

/** `Retry-After` (RFC 9110), seconds or a date, as milliseconds from now; nothing when it states no pause. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const pause = askedPauseMs(header.trim(), now);
  return pause > 0 && pause <= MAX_PLAUSIBLE_MS ? Math.min(pause, MAX_RETRY_AFTER_MS) : undefined;
}

/** `NaN` when it cannot be parsed. */
function askedPauseMs(text: string, now: Date): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now.getTime(); // the oldest form leaves GMT out
}
