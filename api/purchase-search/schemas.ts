import { z } from 'zod';
import type { LocalDay } from '../../domain/local-time';
import { PURCHASE_OUTCOMES, PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { packageCodeSchema } from '../http/fields';
import { purchaseSchema } from '../purchases/schemas';

export const DEFAULT_LIMIT = 20;

/** The parameters of `GET /v1/purchases`. */
export const listQuerySchema = z.strictObject({
  state: z.enum(PURCHASE_STATE_NAMES).optional(),
  outcome: z.enum(PURCHASE_OUTCOMES).optional(),
  package: packageCodeSchema.optional(),
  day: z.iso
    .date('Must be a calendar date such as 2026-11-24.')
    .transform((text) => text as LocalDay) // just checked
    .optional()
    .meta({ description: 'Calendar day in Vietnam on which the order was accepted.', example: '2026-11-24' }),
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
  cursor: z
    .string()
    .max(2048, 'Must have at most 2048 characters.')
    .optional()
    .meta({ description: '`nextCursor` of the previous page, with the same filters.' }),
});

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
