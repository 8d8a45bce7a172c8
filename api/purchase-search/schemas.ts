import { z } from 'zod';
import type { LocalDay } from '../../domain/local-time';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import { msisdnSchema, packageCodeSchema } from '../http/fields';
import { purchaseSchema } from '../purchases/schemas';
import { purchaseOutcome, purchaseState } from '../http/purchase-states';

export const DEFAULT_LIMIT = 20;

const day = z.iso.date('Must be a calendar date such as 2026-11-24.').transform((text) => text as LocalDay); // just checked
const cursor = z
  .string()
  .max(2048, 'Must have at most 2048 characters.')
  .optional()
  .meta({ description: '`nextCursor` of the previous page, with the same filters.' });
const from = day.optional().meta({
  description: 'First calendar day in Vietnam on which the order was accepted.',
  example: '2026-11-01',
});
const to = day.optional().meta({
  description: 'Last calendar day in Vietnam on which the order was accepted.',
  example: '2026-11-30',
});

/** The parameters of `GET /v1/purchases`. */
export const listQuerySchema = z.strictObject({
  state: purchaseState.optional(),
  outcome: purchaseOutcome.optional(),
  package: packageCodeSchema.optional(),
  day: day
    .optional()
    .meta({ description: 'Calendar day in Vietnam on which the order was accepted.', example: '2026-11-24' }),
  from,
  to,
  needsAttention: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Whether our operators must handle it.' }),
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/, 'Must be an integer from 1 to 100.')
    .transform(Number)
    .optional()
    .meta({
      description: `Page size, 1 to 100; the default is ${DEFAULT_LIMIT}.`,
      example: '50',
    }),
  cursor,
});

/** `POST /v1/purchases/search`: in a body, since nobody's number may be in a URL. */
export const searchRequestSchema = z
  .strictObject({
    msisdn: msisdnSchema.optional(),
    state: purchaseState.optional(),
    outcome: purchaseOutcome.optional(),
    package: packageCodeSchema.optional(),
    from,
    to,
    needsAttention: z.boolean().optional().meta({ description: 'Whether our operators must handle it.' }),
    limit: z
      .number()
      .int('Must be an integer from 1 to 100.')
      .min(1, 'Must be an integer from 1 to 100.')
      .max(100, 'Must be an integer from 1 to 100.')
      .optional()
      .meta({ description: `Page size, 1 to 100; the default is ${DEFAULT_LIMIT}.`, example: 50 }),
    cursor,
  })
  .meta({ id: 'PurchaseSearchRequest' });

const listedPurchaseSchema = purchaseSchema.omit({ reason: true, steps: true, updatedAt: true }).meta({
  id: 'ListedPurchase',
  description: 'Get the purchase by one of its ids for its reason and steps.',
});
export type ListedPurchaseResource = z.output<typeof listedPurchaseSchema>;

export const purchaseListSchema = z
  .strictObject({
    purchases: z.array(listedPurchaseSchema),
    unreadable: z.number().int().min(1).optional().meta({
      description:
        'Number of purchases of this page that cannot be shown, because they were erased or their stored data cannot be read on our side. Absent if there are none.',
    }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null on the last page. Treat it as opaque.' }),
  })
  .meta({ id: 'PurchaseList' });
export type PurchaseListResource = z.output<typeof purchaseListSchema>;

const total = z.number().int().min(0);
export const foundPurchasesSchema = purchaseListSchema
  .extend({
    totals: z
      .strictObject({
        open: total.meta({ description: 'Without an outcome yet.' }),
        succeeded: total,
        rejected: total,
        rolled_back: total,
        cancelled: total,
        given_up: total,
      } satisfies Record<PurchaseOutcome | 'open', z.ZodType>)
      .meta({ description: 'Number of all your purchases that match, by outcome, not of this page only.' }),
  })
  .meta({ id: 'FoundPurchases' });
export type FoundPurchasesResource = z.output<typeof foundPurchasesSchema>;
