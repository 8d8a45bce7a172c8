import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { PurchaseEvent } from '../../domain/purchase/events';
import { eventResource } from './resource';
import { externalIdSchema } from '../http/fields';
import { eventsSchema, eventStreamSchema } from './schemas';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const EVENTS = (
  [
    { kind: 'state', state: 'accepted' },
    { kind: 'state', state: 'checking' },
    { kind: 'step', step: 'check', status: 'running' },
    { kind: 'step', step: 'check', status: 'refused' },
    { kind: 'state', state: 'rejected', reason: 'subscriber_not_found' },
  ] as const
).map((happening, at): PurchaseEvent => {
  return { sequence: at + 1, at: `2026-11-24T03:05:00.0${at}0Z`, ...happening };
});
const STREAM = 'retry: 2000\n\nid: 2\nevent: purchase.checking\ndata: {"sequence":2,…}\n\n: still here\n\n';

/** The header of every stream of events. */
export const LAST_EVENT_ID = z.strictObject({
  'last-event-id': z.string().optional().meta({
    description: 'The `id` of the last event received; the stream continues after it.',
    example: '4',
  }),
});

export function document(registry: OpenAPIRegistry): void {
  const listed = answer('The events so far, or a stream of events.', eventsSchema, {
    rejected: { events: EVENTS.map(eventResource) },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases/{externalId}/events',
    operationId: 'listPurchaseEvents',
    tags: ['Purchases'],
    summary: 'Follow the events of a purchase',
    description:
      'With `Accept: text/event-stream` each event is sent as it happens, until the purchase is over. A stream may end early: reconnect with `Last-Event-ID`, as EventSource does automatically, and no event is lost or repeated.',
    security: SECURITY,
    request: {
      params: z.strictObject({ externalId: externalIdSchema }),
      headers: LAST_EVENT_ID.extend({
        accept: z.string().optional().meta({
          description: '`text/event-stream` for the stream; JSON otherwise.',
          example: 'text/event-stream',
        }),
      }),
    },
    responses: {
      200: {
        ...listed,
        content: {
          ...listed.content,
          'text/event-stream': { schema: eventStreamSchema, examples: { stream: { value: STREAM } } },
        },
      },
      204: { description: 'The purchase is over and you have all its events: do not reconnect.' },
      ...channelProblems(
        'last_event_id_invalid',
        'purchase_not_found',
        'too_many_streams',
        'streams_exhausted',
      ),
    },
  });
}
