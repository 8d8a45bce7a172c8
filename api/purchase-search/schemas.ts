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
    .date('It must be a day of the calendar such as 2026-11-24.')
    .transform((text) => text as LocalDay) // just checked
    .optional()
    .meta({ description: 'The day on which the order was accepted, in Vietnam.', example: '2026-11-24' }),
  needsAttention: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Whether our people are looking into it.' }),
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/, 'It must be a whole number from 1 to 100.')
    .transform(Number)
    .optional()
    .meta({
      description: `How many to list at most, 1 to 100; ${DEFAULT_LIMIT} unless given.`,
      example: '50',
    }),
  cursor: z
    .string()
    .max(2048, 'It must have 2048 characters at most.')
    .optional()
    .meta({ description: '`nextCursor` of the page before, with the same filters.' }),
});

const listedPurchaseSchema = purchaseSchema
  .omit({ reason: true, steps: true, updatedAt: true })
  .meta({ id: 'ListedPurchase', description: 'Look it up by one of its ids for its reason and its steps.' });
export type ListedPurchaseResource = z.output<typeof listedPurchaseSchema>;

export const purchaseListSchema = z
  .strictObject({
    purchases: z.array(listedPurchaseSchema),
    unreadable: z.number().int().min(1).optional().meta({
      description:
        'How many purchases of this page cannot be shown, since they were erased or their key is missing on our side; absent when there are none.',
    }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'For the next page; null when this is the last. Do not take it apart.' }),
  })
  .meta({ id: 'PurchaseList' });
export type PurchaseListResource = z.output<typeof purchaseListSchema>;
