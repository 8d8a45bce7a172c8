/**
 * The result of an activity, marked as one: its payload is bound to the activity as its input, its heartbeats and the details of
 * its failures are (docs/decisions/0033-payloads-are-bound.md), and none of these may pass for the result.
 */
export interface ActivityResult {
  isResult: true;
  /** Absent where it is undefined. */
  result?: unknown;
}

export function activityResult(result: unknown): ActivityResult {
  return { isResult: true, result };
}

/** The marked result; undefined for what is none. */
export function resultIn(told: unknown): ActivityResult | undefined {
  const isMarked = typeof told === 'object' && told !== null && 'isResult' in told && told.isResult === true;
  return isMarked ? (told as ActivityResult) : undefined; // just checked
}
