import { z } from 'zod';
import { ELIGIBILITY_KINDS } from '../../domain/catalogue/eligibility';
import { amount, discount, msisdnSchema, paymentForm, reasonSchema } from '../http/fields';
import { offerSchema } from '../packages/schemas';

/** `POST /v1/eligibility`. */
export const eligibilityRequestSchema = z
  .strictObject({ msisdn: msisdnSchema })
  .meta({ id: 'EligibilityRequest' });

const verdict = {
  eligibility: z.enum(ELIGIBILITY_KINDS).meta({
    description:
      'What MobiFone says at this moment: `unknown` when it does not answer in time. Only the sale itself settles it.',
  }),
  reason: reasonSchema.nullable().meta({ description: 'With `refused`: why.' }),
};
const maskedMsisdn = z.string().meta({ description: 'The number, masked.', example: '8490****567' });

export const eligibilitySchema = z
  .strictObject({ msisdn: maskedMsisdn, packages: z.array(offerSchema.extend(verdict)) })
  .meta({ id: 'Eligibility' });
export type EligibilityResource = z.output<typeof eligibilitySchema>;

export const validationSchema = z
  .strictObject({
    ...verdict,
    package: z.strictObject({ code: z.string(), name: z.string() }),
    faceValue: amount,
    discount,
    payable: amount.meta({ description: 'Face value less discount, whole đồng (VND).' }),
    paymentForm,
    msisdn: maskedMsisdn,
    acceptedBefore: z.boolean().meta({
      description:
        'Whether this very order was accepted already: then its price is the one it was accepted at, and sending it again sells nothing more.',
    }),
  })
  .meta({ id: 'Validation' });
export type ValidationResource = z.output<typeof validationSchema>;
