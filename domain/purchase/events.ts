import type { PurchaseState } from './states';
import type { PurchaseStep, StepStatus } from './steps';
import type { ReasonCode } from './reasons';

/** Something that happened to a purchase, in the order in which it happened; never changed afterwards. */
export type PurchaseEvent = {
  /** 1, 2, 3 … within the purchase. */
  sequence: number;
  /** ISO 8601, UTC. */
  at: string;
} & PurchaseHappening;

/** A move to another state, or a step that began or ended. */
export type PurchaseHappening =
  | { kind: 'state'; state: PurchaseState; reason?: ReasonCode }
  | { kind: 'step'; step: PurchaseStep; status: StepStatus };

export type StateEvent = Extract<PurchaseEvent, { kind: 'state' }>;
type EventName = `purchase.${PurchaseState}` | `step.${PurchaseStep}`;

/** The name of an event in the API. */
export function eventName(event: PurchaseHappening): EventName {
  return event.kind === 'state' ? `purchase.${event.state}` : `step.${event.step}`;
}

/** The events after a sequence number; a purchase that an older worker ended has none. */
export function eventsAfter(purchase: { events?: readonly PurchaseEvent[] }, after: number): PurchaseEvent[] {
  return (purchase.events ?? []).filter(({ sequence }) => sequence > after);
}
