import { z } from 'zod';
import { ELIGIBILITY_KINDS } from '../../domain/catalogue/eligibility';
import { msisdnSchema, reasonOrNull } from '../http/fields';
import { offerSchema } from '../packages/schemas';

/** `POST /v1/eligibility`. */
export const eligibilityRequestSchema = z
  .strictObject({ msisdn: msisdnSchema })
  .meta({ id: 'EligibilityRequest' });

/** What MobiFone says of a package. */
export const verdict = {
  eligibility: z.enum(ELIGIBILITY_KINDS).meta({
    description:
      'MobiFone’s current answer; `unknown` if it does not respond in time. Only the sale itself is binding.',
  }),
  reason: reasonOrNull.meta({ description: 'Set if `eligibility` is `refused`.' }),
};
export const maskedMsisdn = z
  .string()
  .meta({ description: 'The subscriber’s number, masked.', example: '8490****567' });

export const eligibilitySchema = z
  .strictObject({ msisdn: maskedMsisdn, packages: z.array(offerSchema.extend(verdict)) })
  .meta({ id: 'Eligibility' });
export type EligibilityResource = z.output<typeof eligibilitySchema>;
