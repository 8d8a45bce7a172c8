/** What makes a Go program tell of each of its garbage collections on standard error. */
export const TELL_COLLECTIONS = 'gctrace=1';

/** `gc 140 @2349.3s 1%: …, 264->269->137 MB, 276 MB goal, …`: before, at its end, and what is alive. */
const COLLECTION = /^gc \d+ @.* \d+->\d+->(\d+) MB, (\d+) MB goal/gm;
/** The part that watches the server writes to the same log, and runs a small Go program itself. */
const LEAST_GOAL_MB = 32;

/**
 * What the Temporal server had alive after its last collection. Its memory as the system sees it says less: Go lets it grow
 * to twice of that, and gives it back when it likes.
 * @param log what the server has written
 * @returns bytes; nothing before the first collection
 */
export function liveHeapBytes(log: string): number | undefined {
  const last = [...log.matchAll(COLLECTION)].findLast(([, , goal]) => Number(goal) >= LEAST_GOAL_MB);
  return last && Number(last[1]) * 1024 ** 2;
}
