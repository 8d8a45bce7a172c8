/** Nobody is taken at their word for longer than this, milliseconds. */
const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1000;

/** `Retry-After` as RFC 9110 has it, seconds or a date, as milliseconds from now; nothing when it asks for none. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const pause = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return pause > 0 ? Math.min(pause, LONGEST_RETRY_AFTER_MS) : undefined;
}
