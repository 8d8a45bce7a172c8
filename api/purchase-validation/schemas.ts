import { z } from 'zod';
import { maskedMsisdn, verdict } from '../eligibility/schemas';
import { amount, discount, externalIdSchema, paymentForm } from '../http/fields';
import { purchaseRequestSchema } from '../purchases/schemas';

/** `POST /v1/purchases/validate`. */
export const validationRequestSchema = purchaseRequestSchema
  .extend({ externalId: externalIdSchema.optional() })
  .meta({ id: 'ValidationRequest' });
export type ValidationRequest = z.output<typeof validationRequestSchema>;

export const validationSchema = z
  .strictObject({
    ...verdict,
    package: z.strictObject({ code: z.string(), name: z.string() }),
    faceValue: amount,
    discount,
    payable: amount.meta({ description: 'Face value minus discount, in whole đồng (VND).' }),
    paymentForm,
    msisdn: maskedMsisdn,
    acceptedBefore: z.boolean().meta({
      description:
        'Whether this order was already accepted. If so, the price is the one at acceptance, and sending the order again sells nothing more.',
    }),
  })
  .meta({ id: 'Validation' });
export type ValidationResource = z.output<typeof validationSchema>;
