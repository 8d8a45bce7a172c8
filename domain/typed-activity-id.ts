/**
 * The id of an activity in a workflow, with the type before its number. A payload is bound to the activity's id
 * (docs/decisions/0033-payloads-are-bound.md), so no stored input can be sent again as that of another type.
 *
 * @param number unique in the workflow
 * @example typedActivityId('chargeSubscriber', 3) // 'chargeSubscriber:3'
 */
export function typedActivityId(activityType: string, number: number): string {
  return `${activityType}:${number}`;
}

/** Whether an activity of this id can be of the type; an id from before is a number and names none. */
export function mayBeOfType(activityId: string, activityType: string): boolean {
  return /^\d+$/.test(activityId) || activityId.startsWith(`${activityType}:`);
}
