import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import { answer, channelProblems, SECURITY } from '../docs/responses';
import { externalIdSchema } from '../http/fields';
import { IF_NONE_MATCH } from '../status/openapi';
import { LAST_EVENT_ID } from '../purchase-events/openapi';
import { ACCEPTED_BATCH, COMPLETED_BATCH, ROWS } from './examples';
import {
  batchesSchema,
  batchListQuerySchema,
  batchQuerySchema,
  batchRequestSchema,
  batchValidationRequestSchema,
  batchResultsSchema,
  batchSchema,
  batchValidationSchema,
  resultsQuerySchema,
} from './schemas';

const OWN_BATCH = z.strictObject({
  batchId: externalIdSchema.meta({ description: 'Your id of the batch.' }),
});
const CSV = {
  'text/csv': {
    schema: z.string(),
    examples: {
      orders: { value: 'externalId,msisdn,package\nstaff-2026-11-0001,0901234567,D90\n' },
    },
  },
};
const TAGGED = { tags: ['Batches'], security: SECURITY };

/** One event of the stream, as tools that read streams see it. */
const streamedBatchSchema = z
  .strictObject({ id: z.string(), event: z.string(), data: z.string() })
  .meta({ id: 'StreamedBatch', description: '`data` is the batch as JSON.' });

export function document(registry: OpenAPIRegistry): void {
  documentSubmission(registry);
  documentReading(registry);
}

function documentSubmission(registry: OpenAPIRegistry): void {
  registry.registerPath({
    ...TAGGED,
    method: 'post',
    path: '/v1/batches',
    operationId: 'submitBatch',
    summary: 'Buy for a list of numbers',
    description: `At most ${MAX_BATCH_ROWS} orders, as JSON, or as CSV with a header row and \`?batchId=\`. Nothing is sold unless all are in order. Each becomes a purchase, at the price of the moment at which it begins.`,
    request: {
      query: batchQuerySchema,
      body: { required: true, content: { 'application/json': { schema: batchRequestSchema }, ...CSV } },
    },
    responses: {
      201: answer('The batch was accepted.', batchSchema, { accepted: ACCEPTED_BATCH }, 'Location'),
      200: answer(
        'It was accepted before; this is how far it is.',
        batchSchema,
        { completed: COMPLETED_BATCH },
        'Location',
      ),
      ...channelProblems('invalid_request', 'batch_id_conflict'),
    },
  });
  registry.registerPath({
    ...TAGGED,
    method: 'post',
    path: '/v1/batches/validate',
    operationId: 'validateBatch',
    summary: 'Validate a batch without buying',
    description: 'The first 100 errors, and number and price of the valid rows. `batchId` may be left out.',
    request: {
      query: batchQuerySchema,
      body: {
        required: true,
        content: { 'application/json': { schema: batchValidationRequestSchema }, ...CSV },
      },
    },
    responses: {
      200: answer('Errors and price.', batchValidationSchema, {
        valid: {
          rows: 300,
          validRows: 300,
          errorCount: 0,
          errors: [],
          faceValue: 27_000_000,
          discount: 1_755_000,
          payable: 25_245_000,
          pausedPackages: [],
        },
      }),
      ...channelProblems('invalid_request'),
    },
  });
  registry.registerPath({
    ...TAGGED,
    method: 'post',
    path: '/v1/batches/{batchId}/cancel',
    operationId: 'cancelBatch',
    summary: 'Cancel a batch',
    description: 'No further row begins; those that have begun go on.',
    request: { params: OWN_BATCH },
    responses: {
      202: answer('It is being cancelled, or is.', batchSchema, {
        cancelling: { ...ACCEPTED_BATCH, state: 'cancelling' },
      }),
      ...channelProblems('batch_not_found', 'batch_over'),
    },
  });
}

function documentReading(registry: OpenAPIRegistry): void {
  registry.registerPath({
    ...TAGGED,
    method: 'get',
    path: '/v1/batches',
    operationId: 'listBatches',
    summary: 'List your batches',
    description:
      'Running ones first, then the latest. A change appears after a moment; a batch by its id is always up to date.',
    request: { query: batchListQuerySchema },
    responses: {
      200: answer('One page.', batchesSchema, { none: { batches: [], nextCursor: null } }),
      ...channelProblems('invalid_request'),
    },
  });
  registry.registerPath({
    ...TAGGED,
    method: 'get',
    path: '/v1/batches/{batchId}',
    operationId: 'getBatch',
    summary: 'Get a batch',
    description: 'Made to be polled: send the last `ETag` as `If-None-Match`.',
    request: { params: OWN_BATCH, headers: IF_NONE_MATCH },
    responses: {
      200: answer('How far it is.', batchSchema, { completed: COMPLETED_BATCH }, 'ETag'),
      304: { description: 'Nothing has changed.' },
      ...channelProblems('batch_not_found'),
    },
  });
  const page = answer('One page of rows, in the order of the list.', batchResultsSchema, {
    page: { rows: ROWS, nextCursor: 'eyJhbGciOiJkaXIi…' },
  });
  registry.registerPath({
    ...TAGGED,
    method: 'get',
    path: '/v1/batches/{batchId}/results',
    operationId: 'getBatchResults',
    summary: 'Get what came of the rows',
    description: 'With `Accept: text/csv`, all rows as one file.',
    request: { params: OWN_BATCH, query: resultsQuerySchema },
    responses: {
      200: {
        ...page,
        content: {
          ...page.content,
          'text/csv': {
            schema: z.string(),
            examples: { results: { value: 'externalId,msisdn,package,result,…\r\n' } },
          },
        },
      },
      ...channelProblems('invalid_request', 'batch_not_found'),
    },
  });
  registry.registerPath({
    ...TAGGED,
    method: 'get',
    path: '/v1/batches/{batchId}/events',
    operationId: 'streamBatch',
    summary: 'Follow a batch',
    description: 'Server-sent events: the batch at each change, until it is over.',
    request: {
      params: OWN_BATCH,
      headers: LAST_EVENT_ID,
    },
    responses: {
      200: {
        description: 'A stream.',
        content: {
          'text/event-stream': {
            schema: z.union([z.string(), streamedBatchSchema]),
            examples: { stream: { value: 'id: 7\nevent: batch.running\ndata: {"batchId":…}\n\n' } },
          },
        },
      },
      204: { description: 'The batch is over and you know it: do not reconnect.' },
      ...channelProblems('last_event_id_invalid', 'batch_not_found', 'too_many_streams', 'streams_exhausted'),
    },
  });
}
