/** No wait that is asked for is kept for longer than this. */
const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;
/** More than a year is no wait that anybody means. */
const NONSENSE_MS = 366 * 24 * 60 * 60 * 1000;

/** The forms that RFC 9110 has for a date; what else `Date.parse` makes of a text is a guess. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}( \d{4}| GMT)$/;

/** `Retry-After` as RFC 9110 has it, seconds or a date, as milliseconds from now; nothing when it asks for none. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const pause = askedPauseMs(header.trim(), now);
  return pause > 0 && pause <= NONSENSE_MS ? Math.min(pause, LONGEST_RETRY_AFTER_MS) : undefined;
}

/** Not a number when nothing can be understood. */
function askedPauseMs(text: string, now: Date): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now.getTime(); // the oldest form leaves GMT out
}
