import { z } from 'zod';
import { amount, discount, moment, paymentForm } from '../http/fields';

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
const pausedSchema = offerSchema
  .extend({
    until: moment
      .nullable()
      .meta({ description: 'When the pause ends by itself; null if a person ends it.' }),
  })
  .meta({ id: 'PausedPackage' });
export const packagesSchema = z
  .strictObject({
    packages: z.array(offerSchema),
    paused: z.array(pausedSchema).meta({
      description: 'Packages whose sale is paused, for you or for all; an order gets 503 `sales_paused`.',
    }),
  })
  .meta({ id: 'Packages' });
export type PackageResource = z.output<typeof offerSchema>;
export type PackagesResource = z.output<typeof packagesSchema>;
