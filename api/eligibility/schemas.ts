import { z } from 'zod';
import { ELIGIBILITY_KINDS } from '../../domain/catalogue/eligibility';
import { msisdnSchema, reasonSchema } from '../http/fields';
import { offerSchema } from '../packages/schemas';

/** `POST /v1/eligibility`. */
export const eligibilityRequestSchema = z
  .strictObject({ msisdn: msisdnSchema })
  .meta({ id: 'EligibilityRequest' });

/** What MobiFone says of a package. */
export const verdict = {
  eligibility: z.enum(ELIGIBILITY_KINDS).meta({
    description:
      'What MobiFone says at this moment: `unknown` when it does not answer in time. Only the sale itself settles it.',
  }),
  reason: reasonSchema.nullable().meta({ description: 'With `refused`: why.' }),
};
export const maskedMsisdn = z.string().meta({ description: 'The number, masked.', example: '8490****567' });

export const eligibilitySchema = z
  .strictObject({ msisdn: maskedMsisdn, packages: z.array(offerSchema.extend(verdict)) })
  .meta({ id: 'Eligibility' });
export type EligibilityResource = z.output<typeof eligibilitySchema>;
