/**
 * How long after an order was accepted Temporal starts its workflow at the latest, milliseconds: seconds, and what the
 * clocks of two machines may differ by. A later start may be a copy of an earlier one
 * (docs/decisions/0036-a-start-is-fresh.md).
 */
export const START_WITHIN_MS = 120_000;

/**
 * Whether a workflow was started when its order was accepted. A time in the future is doubted as well, since a copy of
 * that order would pass for fresh until then.
 * @param acceptedAt ISO 8601; what is no time was accepted by nobody
 */
export function startsInTime(acceptedAt: string, startedAtMs: number): boolean {
  return Math.abs(startedAtMs - Date.parse(acceptedAt)) <= START_WITHIN_MS;
}
