import { Router, type Request, type Response } from 'express';
import type { EventsAnswer, EventsQuestion } from '../../client/purchases';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { eventResource } from './resource';
import { eventName } from '../../domain/purchase/events';
import {
  answerWithStream,
  lastEventId,
  unlessSilent,
  wantsStream,
  type EventStream,
} from '../http/event-stream';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import { externalIdOf } from '../http/fields';

/** How long one question to Temporal is held; the next goes on at the same place and costs the purchase nothing. */
const HELD_MS = 25_000;

type EventServices = Pick<ApiServices, 'purchases' | 'authenticated' | 'closing' | 'metrics' | 'waiting'>;

function routes(services: EventServices): Router {
  const { purchases, authenticated } = services;
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/purchases/:externalId/events')
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const channel = channelOf(response).name;
      const id = externalIdOf(request);
      response.vary('Accept');
      if (!wantsStream(request)) {
        const { events } = told(await purchases.eventsAfter(channel, id, { after: 0, waitMs: 0 }));
        return void response.json({ events: events.map(eventResource) });
      }
      const after = lastEventId(request);
      await answerWithStream(response, services, {
        first: async () => told(await purchases.eventsAfter(channel, id, { after, waitMs: 0 })),
        isKnown: ({ over, events }) => over && events.length === 0,
        tell: (first, events, signals) =>
          tellPurchase({ first, after }, events, signals, (known) =>
            purchases.eventsAfter(channel, id, { ...known, waitMs: HELD_MS }),
          ),
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** Tells one reader until the purchase is over, the reader or its access is gone, we stop, or Temporal is silent. */
async function tellPurchase(
  { first, after }: { first: Told; after: number },
  stream: EventStream,
  { ended, access }: { ended: AbortSignal; access: AbortSignal },
  next: (known: Pick<EventsQuestion, 'after' | 'signal' | 'isUpToDate'>) => Promise<EventsAnswer>,
): Promise<void> {
  let known = after;
  let news = first;
  while (!access.aborted) {
    for (const event of news.events)
      stream.send({ id: event.sequence, event: eventName(event), data: eventResource(event) });
    known = news.events.at(-1)?.sequence ?? known;
    if (news.over || ended.aborted) return;
    const answer = await unlessSilent(
      next({ after: known, signal: ended, isUpToDate: news.events.length === 0 }),
    );
    if (answer?.kind !== 'told') return; // the reader comes again and is told what is the matter
    news = answer;
  }
}

/** `/v1/purchases/{externalId}/events`: the events of a purchase, as a list or as a stream. */
export const purchaseEvents: ApiResource = { routes, document };

type Told = Extract<EventsAnswer, { kind: 'told' }>;

function told(answer: EventsAnswer): Told {
  if (answer.kind === 'not_found') throw new Problem('purchase_not_found');
  if (answer.kind === 'beyond') throw new Problem('last_event_id_invalid');
  return answer;
}
