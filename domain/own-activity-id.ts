/** What the id of an activity says of it. */
export interface OwnActivity {
  activityType: string;
  /** The run of its workflow in which it was ordered; a run that is a reset of it counts as the same. */
  originalRunId: string;
}

/**
 * The id of an activity in a workflow, with its type and its workflow's run. A payload is bound to the activity's id
 * (docs/decisions/0033-payloads-are-bound.md), so no stored input can be sent again as that of another type, or in a run that
 * somebody else starts.
 *
 * @param number unique in the run
 * @example ownActivityId({ activityType: 'chargeSubscriber', originalRunId: '01a2…' }, 3) // 'chargeSubscriber:3:01a2…'
 */
export function ownActivityId({ activityType, originalRunId }: OwnActivity, number: number): string {
  return `${activityType}:${number}:${originalRunId}`;
}

/** What an id says; undefined for one from before, which is a number, and `none` for what is no id of ours. */
export function ownActivityOf(activityId: string): OwnActivity | 'none' | undefined {
  if (/^\d+$/.test(activityId)) return undefined;
  const [, activityType, originalRunId] = /^(\w+):\d+:([\w-]+)$/.exec(activityId) ?? [];
  return activityType && originalRunId ? { activityType, originalRunId } : 'none';
}

/** Whether an input of a workflow is a policy that has its activities named so; absent in older ones. */
export function asksForOwnIds(policy: unknown): boolean {
  return (
    typeof policy === 'object' &&
    policy !== null &&
    'ownActivityIds' in policy &&
    policy.ownActivityIds === true
  );
}
