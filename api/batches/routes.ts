import { Router, type Request, type RequestHandler, type Response } from 'express';
import { batchDigest, type BatchListing } from '../../client/batches';
import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import { isOver } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { ChannelName } from '../../domain/identifiers';
import { needs } from '../http/authentication';
import { answerWithStream, lastEventId, unlessSilent, type StreamedEvent } from '../http/event-stream';
import { takesLargeBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { leaveMethods, onlyMethods } from '../http/methods';
import { fieldFaultResource, preferredLanguage, Problem } from '../http/problems';
import { fieldFault, readBody } from '../http/read-body';
import { inSlices } from '../http/slices';
import { requestOrigin } from '../http/trace';
import { DEFAULT_LIMIT } from '../purchase-search/schemas';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import {
  faultless,
  givenBatch,
  isOther,
  JSON_OR_CSV,
  readRows,
  type BatchReading,
  type GivenBatch,
} from './request';
import { batchIdOf, batchResource, rowResource, tagOf } from './resource';
import { resultsCsv } from './results-csv';
import {
  batchListQuerySchema,
  DEFAULT_ROWS,
  resultsQuerySchema,
  type BatchesResource,
  type BatchResultsResource,
  type BatchValidationResource,
} from './schemas';
import { BatchWatch } from './watch';

type BatchServices = Pick<
  ApiServices,
  'batches' | 'offers' | 'gate' | 'authenticated' | 'now' | 'waiting' | 'closing' | 'metrics'
>;

function routes(services: BatchServices): Router {
  const router = Router({ caseSensitive: true });
  addSubmission(router, services);
  addReading(router, services);
  addStream(router, services);
  return router;
}

const ordersBody: RequestHandler = (request, _response, next) => {
  if (isOther(request)) throw new Problem('unsupported_media_type', JSON_OR_CSV);
  next();
};

function addSubmission(router: Router, { batches, offers, gate, authenticated, now }: BatchServices): void {
  router
    .route('/v1/batches/validate') // also the address of a batch whose id is "validate"
    .all(leaveMethods('GET', 'HEAD'))
    .post(
      needs('read'),
      takesLargeBody,
      waitsFor('largeBodies'),
      authenticated,
      ordersBody,
      async (request: Request, response: Response) => {
        const at = now();
        const channel = channelOf(response);
        const given = await givenBatch(request, response);
        const { rows, faults } = await inSlices(response, readRows(given, channel, offers, at));
        const wanted = new Set(rows.map(({ offer }) => offer.package.code));
        const sellable = await gate.list(channel, at);
        const language = preferredLanguage(request);
        response.json({
          rows: given.orders.length,
          errorCount: faults.count,
          errors: faults.told.map((fault) => fieldFaultResource(fault, language)),
          validRows: rows.length,
          faceValue: rows.reduce((sum, { offer }) => sum + offer.package.faceValue, 0),
          discount: rows.reduce((sum, { offer }) => sum + offer.discount.amount, 0),
          payable: rows.reduce((sum, { offer }) => sum + offer.payable, 0),
          pausedPackages: sellable.flatMap(({ offer, pause }) =>
            pause && wanted.has(offer.package.code)
              ? [{ code: offer.package.code, until: pause.until ?? null }]
              : [],
          ),
        } satisfies BatchValidationResource);
      },
    )
    .all(onlyMethods('GET', 'HEAD', 'POST'));

  router
    .route('/v1/batches')
    .all(leaveMethods('GET', 'HEAD'))
    .post(
      takesLargeBody,
      waitsFor('largeBodies'),
      authenticated,
      ordersBody,
      async (request: Request, response: Response) => {
        const channel = channelOf(response);
        const at = now();
        const given = await givenBatch(request, response);
        const reading = await inSlices(response, readRows(given, channel, offers, at));
        const repeated = await acceptedBefore(batches, channel.name, given, reading);
        if (repeated) return answerBatch(response.status(200), repeated);
        const { batchId, rows } = faultless(given, reading);
        const submission = await batches.submit({
          channel: channel.name,
          batchId,
          rows,
          acceptedAt: at.toISOString(),
          ...requestOrigin(response),
        });
        if (submission.kind === 'conflict') throw new Problem('batch_id_conflict');
        answerBatch(response.status(submission.kind === 'accepted' ? 201 : 200), submission.record);
      },
    );
  router
    .route('/v1/batches/:batchId/cancel')
    .post(authenticated, async (request: Request, response: Response) => {
      const cancellation = await batches.cancel(channelOf(response).name, batchIdOf(request));
      if (cancellation.kind === 'not_found') throw new Problem('batch_not_found');
      const { kind, record } = cancellation;
      if (kind === 'over' && record.progress.state !== 'cancelled') throw new Problem('batch_over');
      response.status(202).json(batchResource(record)); // also for a cancellation that is asked for twice
    })
    .all(onlyMethods('POST'));
}

function answerBatch(response: Response, record: BatchRecord): void {
  response.location(`/v1/batches/${record.batchId}`).json(batchResource(record));
}

/** The same list, of which not every row can be sold any more: a package or a price of it has ended since. */
async function acceptedBefore(
  batches: ApiServices['batches'],
  channel: ChannelName,
  { batchId, orders }: GivenBatch,
  { wellFormed, faults }: BatchReading,
): Promise<BatchRecord | undefined> {
  if (batchId === undefined || faults.count === 0 || wellFormed.length !== orders.length) return undefined;
  const existing = await batches.find(channel, batchId);
  return existing?.digest === batchDigest(wellFormed) ? existing : undefined;
}

function addReading(router: Router, { batches, authenticated }: BatchServices): void {
  router
    .route('/v1/batches')
    .get(authenticated, async (request: Request, response: Response) => {
      const { limit = DEFAULT_LIMIT, cursor } = readBody(batchListQuerySchema, request.query);
      const listing = await batches.list(channelOf(response).name, { limit, cursor });
      response.json(pageOf(listing));
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));

  router
    .route('/v1/batches/:batchId')
    .get(authenticated, async (request: Request, response: Response) => {
      const resource = batchResource(found(await batches.find(channelOf(response).name, batchIdOf(request))));
      response.set({ 'Cache-Control': 'private, no-cache', ETag: tagOf(resource) });
      response.vary('Authorization').json(resource); // which answers 304 to `If-None-Match`
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/v1/batches/:batchId/results')
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const { name } = channelOf(response);
      const id = batchIdOf(request);
      response.vary('Accept').vary('Accept-Language');
      const asFile = request.accepts(['application/json', 'text/csv']) === 'text/csv';
      const { limit = DEFAULT_ROWS, cursor } = readBody(resultsQuerySchema, request.query);
      const page = asFile ? { limit: MAX_BATCH_ROWS } : { limit, cursor };
      const results = found(await batches.results(name, id, page));
      if (results.kind === 'foreign_cursor') throw foreignCursor();
      const { from, nextCursor } = results;
      if (asFile) {
        const file = await inSlices(response, resultsCsv(name, results.rows, preferredLanguage(request)));
        return void response.attachment(`batch-${id}.csv`).send(file);
      }
      const rows = results.rows.map((row, at) => rowResource(name, row, from + at));
      response.json({ rows, nextCursor } satisfies BatchResultsResource);
    })
    .all(onlyMethods('GET', 'HEAD'));
}

function addStream(router: Router, services: BatchServices): void {
  const { batches, authenticated } = services;
  const watch = new BatchWatch(batches);
  router
    .route('/v1/batches/:batchId/events')
    .get(authenticated, async (request: Request, response: Response) => {
      const known = lastEventId(request);
      const id = batchIdOf(request);
      await answerWithStream(response, services, {
        first: async () => found(await batches.find(channelOf(response).name, id)),
        isKnown: ({ progress: { state, revision } }) => isOver(state) && known >= revision,
        async tell(first, events, { ended, access }) {
          if (first.progress.revision > known) events.send(eventOf(first));
          let last = first;
          while (!isOver(last.progress.state) && !ended.aborted) {
            const next = await unlessSilent(watch.after(last, ended));
            if (!next || access.aborted) return;
            events.send(eventOf(next));
            last = next;
          }
        },
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
}

/** `/v1/batches`: many orders in one list; each row is an ordinary purchase. */
export const batches: ApiResource = {
  routes,
  document,
  tag: { name: 'Batches', description: 'Buy for a list of numbers.' },
};

/** @throws Problem `batch_not_found` */
function found<T>(batch: T | undefined): T {
  if (!batch) throw new Problem('batch_not_found');
  return batch;
}

/** @throws Problem `invalid_request` */
function pageOf(listing: BatchListing): BatchesResource {
  if (listing.kind === 'foreign_cursor') throw foreignCursor();
  const { records, unreadable, nextCursor } = listing;
  return {
    batches: records.map(batchResource),
    ...(unreadable > 0 ? { unreadable } : {}),
    nextCursor,
  };
}

function foreignCursor(): Problem {
  return new Problem('invalid_request', undefined, { errors: [fieldFault('/cursor', 'foreign_cursor')] });
}

function eventOf(record: BatchRecord): StreamedEvent {
  const { revision, state } = record.progress;
  return { id: revision, event: `batch.${state}`, data: batchResource(record) };
}
