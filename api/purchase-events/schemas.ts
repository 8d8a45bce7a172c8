import { z } from 'zod';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { PURCHASE_STEP_NAMES, STEP_STATUSES } from '../../domain/purchase/steps';
import { moment, reasonOrNull } from '../http/fields';
import { outcomeOrNull, purchaseState } from '../http/purchase-states';

const happened = {
  sequence: z.number().int().min(1).meta({ description: '1, 2, 3 … within the purchase, without gaps.' }),
  at: moment,
};

const STATE_EVENT_TYPES = PURCHASE_STATE_NAMES.map((state) => `purchase.${state}` as const);
const STEP_EVENT_TYPES = PURCHASE_STEP_NAMES.map((step) => `step.${step}` as const);

const stateEventSchema = z
  .strictObject({
    ...happened,
    type: z.enum(STATE_EVENT_TYPES),
    state: purchaseState,
    outcome: outcomeOrNull,
    reason: reasonOrNull,
  })
  .meta({ id: 'StateEvent', description: 'The purchase changed its state.' });

const stepEventSchema = z
  .strictObject({
    ...happened,
    type: z.enum(STEP_EVENT_TYPES),
    step: z.strictObject({
      step: z.enum(PURCHASE_STEP_NAMES),
      title: z.string(),
      status: z.enum(STEP_STATUSES),
    }),
  })
  .meta({ id: 'StepEvent', description: 'A step began or ended.' });

const eventSchema = z.union([stateEventSchema, stepEventSchema]).meta({ id: 'PurchaseEvent' });
export type EventResource = z.output<typeof eventSchema>;

/** `GET /v1/purchases/{externalId}/events` as JSON. */
export const eventsSchema = z.strictObject({ events: z.array(eventSchema) }).meta({ id: 'PurchaseEvents' });

/** One of the same as server-sent events. */
const streamedEventSchema = z
  .strictObject({
    id: z.string().regex(/^[1-9]\d*$/),
    event: z.enum([...STATE_EVENT_TYPES, ...STEP_EVENT_TYPES]),
    data: z.string(),
  })
  .meta({
    id: 'StreamedEvent',
    description: '`data` is the event as JSON, `id` its sequence, `event` its type.',
  });

/** The stream as it is sent, and as tools that read streams see each event of it. */
export const eventStreamSchema = z.union([z.string(), streamedEventSchema]).meta({
  description: 'Comment lines keep the connection open.',
});
