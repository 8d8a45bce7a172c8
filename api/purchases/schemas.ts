import { z } from 'zod';
import { PURCHASE_STEP_NAMES, STEP_STATUSES } from '../../domain/purchase/steps';
import { RULES } from '../http/field-rules';
import {
  amount,
  discount,
  externalIdSchema,
  moment,
  msisdnSchema,
  packageCodeSchema,
  paymentForm,
  reasonOrNull,
} from '../http/fields';
import { outcomeOrNull, purchaseState } from '../http/purchase-states';

/** `POST /v1/purchases`. */
export const purchaseRequestSchema = z
  .strictObject({
    externalId: externalIdSchema,
    msisdn: msisdnSchema,
    package: packageCodeSchema,
    allowDuplicate: z.boolean().optional().meta({
      description:
        'Set it after `possible_duplicate`, when your customer wants the same package twice within a short time.',
      example: false,
    }),
  })
  .meta({ id: 'PurchaseRequest' });

/** `POST /v1/purchases/{externalId}/cancel`; the body may be left out. */
export const cancelRequestSchema = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1, RULES.someText.en)
      .max(200, 'Must have at most 200 characters.')
      .optional()
      .meta({
        description: 'Kept for support.',
        example: 'the customer changed his mind',
      }),
  })
  .meta({ id: 'CancelRequest' });

const stepSchema = z
  .strictObject({
    step: z.enum(PURCHASE_STEP_NAMES),
    title: z.string(),
    status: z.enum(STEP_STATUSES),
    startedAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Step' });

/** A purchase as its channel sees it. */
export const purchaseSchema = z
  .strictObject({
    id: z.string().meta({ description: 'Our id of the purchase.' }),
    externalId: z.string().meta({ description: 'Your id of the order.' }),
    state: purchaseState,
    outcome: outcomeOrNull,
    reason: reasonOrNull,
    package: z.strictObject({ code: z.string(), name: z.string() }),
    faceValue: amount,
    discount,
    payable: amount.meta({ description: 'Face value minus discount, in whole đồng (VND).' }),
    paymentForm,
    msisdn: z.string().meta({ description: 'The subscriber’s number, masked.', example: '8490****567' }),
    steps: z.array(stepSchema),
    needsAttention: z.boolean().meta({ description: 'Whether our operators must handle it.' }),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'Purchase' });
export type PurchaseResource = z.output<typeof purchaseSchema>;
