import type { SerializationContext } from '@temporalio/common';

/** A payload that was written where the workflow is not known: by the codec server for a person, or for a schedule. */
export const UNBOUND = 'unbound';

/** Temporal appends the time to the workflow id that a schedule's action names; its payloads are those of the action. */
const SCHEDULED_AT = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * The one place where a payload may be read: its namespace and its workflow, or its activity. Whether it is an argument,
 * a result or a memo the SDK does not say.
 */
export function bindingOf(context: SerializationContext | undefined): string {
  if (!context) return UNBOUND;
  const workflowId = context.workflowId?.replace(SCHEDULED_AT, '') ?? '';
  const place = [context.type, context.namespace, workflowId];
  return JSON.stringify(context.type === 'activity' ? [...place, context.activityId ?? ''] : place);
}

/** Whether a payload of this binding is written for this place. Where the SDK names no place, as in the codec server, all are. */
export function belongsHere(binding: string, context: SerializationContext | undefined): boolean {
  return !context || binding === bindingOf(context);
}

/** @param namespace none is compared with none */
export function isOfNamespace(binding: string, namespace: string | undefined): boolean {
  if (namespace === undefined || binding === UNBOUND) return true;
  const place: unknown = JSON.parse(binding);
  return Array.isArray(place) && place[1] === namespace;
}
