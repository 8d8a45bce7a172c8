import { z } from 'zod';
import { amount, discount, paymentForm } from '../http/fields';

export const offerSchema = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    dataMegabytes: z.number().int(),
    validityDays: z.number().int(),
    faceValue: amount,
    discount,
    payable: amount,
    paymentForm,
  })
  .meta({ id: 'Package' });
export const packagesSchema = z.strictObject({ packages: z.array(offerSchema) }).meta({ id: 'Packages' });
export type PackageResource = z.output<typeof offerSchema>;
export type PackagesResource = z.output<typeof packagesSchema>;
