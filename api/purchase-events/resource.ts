import type { PurchaseEvent } from '../../domain/purchase/events';
import { PURCHASE_STEPS } from '../../domain/purchase/steps';
import { isOutcome } from '../../domain/purchase/states';
import { reasonResource } from '../http/fields';
import type { EventResource } from './schemas';

/** An event as its channel sees it. */
export function eventResource(event: PurchaseEvent): EventResource {
  const { sequence, at } = event;
  if (event.kind === 'step') {
    const { step, status } = event;
    return { sequence, at, type: `step.${step}`, step: { step, title: PURCHASE_STEPS[step].title, status } };
  }
  const { state, reason } = event;
  return {
    sequence,
    at,
    type: `purchase.${state}`,
    state,
    outcome: isOutcome(state) ? state : null,
    reason: reason ? reasonResource(reason) : null,
  };
}
