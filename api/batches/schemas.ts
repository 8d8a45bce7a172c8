import { z } from 'zod';
import { MAX_BATCH_ROWS, ROW_RESULTS } from '../../domain/batch/batch';
import { BATCH_OBSTACLE_NAMES, BATCH_STATES } from '../../domain/batch/progress';
import type { BatchId } from '../../domain/identifiers';
import { amount, externalIdSchema, moment } from '../http/fields';
import { fieldFaultSchema } from '../http/problem-schema';
import { listQuerySchema } from '../purchase-search/schemas';
import { purchaseRequestSchema } from '../purchases/schemas';
import { statusSchema } from '../status/schemas';

export const DEFAULT_ROWS = 100;

const batchIdSchema = externalIdSchema
  .transform((text) => text as string as BatchId) // of the same form
  .meta({
    description: 'Your id of the batch; no mobile number.',
    example: 'staff-2026-11',
  });

/** `POST /v1/batches` as JSON. */
export const batchRequestSchema = z
  .strictObject({
    batchId: batchIdSchema,
    orders: z.array(purchaseRequestSchema).min(1).max(MAX_BATCH_ROWS),
  })
  .meta({ id: 'BatchRequest' });

/** `POST /v1/batches/validate` as JSON. */
export const batchValidationRequestSchema = batchRequestSchema
  .partial({ batchId: true })
  .meta({ id: 'BatchValidationRequest' });

/** The same before its rows are counted, and looked at one by one. */
export const batchShapeSchema = z.strictObject({
  batchId: batchIdSchema.optional(),
  orders: z.array(z.unknown(), {
    error: (issue) => (issue.input === undefined ? undefined : 'Must be a list.'),
  }),
});

/** The query of a batch as CSV. */
export const batchQuerySchema = z.strictObject({
  batchId: batchIdSchema.optional().meta({ description: 'Of a batch as CSV.', example: 'staff-2026-11' }),
});

const count = z.number().int().min(0);
const counts = z
  .strictObject(
    Object.fromEntries(ROW_RESULTS.map((result) => [result, count])) as Record<
      (typeof ROW_RESULTS)[number],
      typeof count
    >, // one for each
  )
  .meta({ id: 'BatchCounts' });
const money = z
  .strictObject({ faceValue: amount, discount: amount, payable: amount, refunded: amount })
  .meta({
    id: 'BatchMoney',
    description: 'Of rows that succeeded; `refunded`: of others.',
  });

export const batchSchema = z
  .strictObject({
    batchId: z.string(),
    state: z.enum(BATCH_STATES),
    waitingFor: z.enum(BATCH_OBSTACLE_NAMES).nullable(),
    rows: count,
    results: counts,
    money,
    startedAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Batch' });
export type BatchResource = z.output<typeof batchSchema>;

export const batchesSchema = z
  .strictObject({
    batches: z.array(batchSchema),
    unreadable: z.number().int().min(1).optional().meta({
      description: 'Batches of this page that were erased or cannot be read; absent if none.',
    }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Batches' });
export type BatchesResource = z.output<typeof batchesSchema>;

export const batchValidationSchema = z
  .strictObject({
    rows: count,
    validRows: count,
    errorCount: count,
    errors: z.array(fieldFaultSchema),
    faceValue: amount,
    discount: amount,
    payable: amount,
    pausedPackages: statusSchema.shape.pausedPackages.meta({
      description: 'Their sale is paused: rows would wait.',
    }),
  })
  .meta({ id: 'BatchValidation' });
export type BatchValidationResource = z.output<typeof batchValidationSchema>;

const reason = z
  .strictObject({
    code: z.string(),
    message: z.strictObject({ vi: z.string(), en: z.string() }),
  })
  .meta({ id: 'RowReason' });

const rowSchema = z
  .strictObject({
    index: count.meta({ description: 'Place in `orders`.' }),
    externalId: z.string(),
    msisdn: z.string().meta({ description: 'Masked.', example: '8490****567' }),
    package: z.string(),
    result: z.enum(ROW_RESULTS).meta({
      description:
        '`open`: no outcome yet. `refused`: no purchase made. `repeated`: made before by another order.',
    }),
    reason: z.union([reason, z.null()]),
    purchaseId: z.string().nullable(),
    faceValue: amount,
    discount: amount,
    payable: amount,
    refund: amount,
  })
  .meta({ id: 'BatchRow', description: 'Amounts add up to the `money` of the batch.' });
export type BatchRowResource = z.output<typeof rowSchema>;

export const batchResultsSchema = z
  .strictObject({ rows: z.array(rowSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'BatchResults' });
export type BatchResultsResource = z.output<typeof batchResultsSchema>;

/** The query of `GET /v1/batches/{batchId}/results`. */
export const resultsQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, 'Must be an integer from 1 to 1000.')
    .transform(Number)
    .optional()
    .meta({ description: `Page size, 1 to 1000; the default is ${DEFAULT_ROWS}.` }),
  cursor: listQuerySchema.shape.cursor,
});

/** The query of `GET /v1/batches`. */
export const batchListQuerySchema = listQuerySchema.pick({ limit: true, cursor: true });
