import { Router, type Request, type Response } from 'express';
import { TemporalUnavailable, type EventsAnswer } from '../../client/purchases';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { eventResource } from './resource';
import { eventName } from '../../domain/purchase/events';
import { beginStream, EventStream, lastEventId, wantsStream } from '../http/event-stream';
import { channelOf } from '../http/known-channel';
import { leaveConcurrency, waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import { externalIdOf } from '../http/fields';

/** How long one question to Temporal is held; the next goes on at the same place and costs the purchase nothing. */
const HELD_MS = 25_000;

type EventServices = Pick<ApiServices, 'purchases' | 'authenticated' | 'closing' | 'metrics' | 'waiting'>;

function routes({ purchases, authenticated, closing, metrics, waiting }: EventServices): Router {
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
      const access = waiting.openStream(response);
      const first = told(await purchases.eventsAfter(channel, id, { after, waitMs: 0 }));
      leaveConcurrency(response);
      // A reader who knows everything is not to come again: of all answers only this one stops an EventSource.
      if (first.over && first.events.length === 0) return void response.status(204).end();
      await stream(response, access, { first, after }, (known, signal) =>
        purchases.eventsAfter(channel, id, { after: known, waitMs: HELD_MS, signal }),
      );
    })
    .all(onlyMethods('GET', 'HEAD'));

  /** Tells one reader until the purchase is over, the reader or its access is gone, we stop, or Temporal is silent. */
  async function stream(
    response: Response,
    access: AbortSignal,
    { first, after }: { first: Told; after: number },
    next: (known: number, signal: AbortSignal) => Promise<EventsAnswer>,
  ): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // oxlint-disable-next-line no-restricted-properties -- aborted when the response closes
    const ended = AbortSignal.any([gone.signal, closing, access]);
    beginStream(response);
    metrics.streamOpened(response);
    const events = new EventStream(response);
    let known = after;
    let news = first;
    for (;;) {
      if (access.aborted) break; // its reader may not know what happened since
      for (const event of news.events)
        events.send({ id: event.sequence, event: eventName(event), data: eventResource(event) });
      known = news.events.at(-1)?.sequence ?? known;
      if (news.over || ended.aborted) break;
      const answer = await next(known, ended).catch(silence);
      if (answer?.kind !== 'told') break; // the reader comes again and is told what is the matter
      news = answer;
    }
    events.end();
  }

  return router;
}

/** `/v1/purchases/{externalId}/events`: the events of a purchase, as a list or as a stream. */
export const purchaseEvents: ApiResource = { routes, document };

type Told = Extract<EventsAnswer, { kind: 'told' }>;

function told(answer: EventsAnswer): Told {
  if (answer.kind === 'not_found') throw new Problem('purchase_not_found');
  if (answer.kind === 'beyond') throw new Problem('last_event_id_invalid');
  return answer;
}

/** Temporal’s silence in mid-stream; anything else is a defect. */
function silence(fault: unknown): undefined {
  if (!(fault instanceof TemporalUnavailable)) throw fault;
}
