import { z } from 'zod';
import { MOBIFONE_STATES } from '../../client/service-state';
import { moment } from '../http/fields';

const until = moment
  .nullable()
  .meta({ description: 'When the pause ends by itself; null if that is not known.' });

export const statusSchema = z
  .strictObject({
    sales: z.enum(['open', 'paused', 'unavailable']).meta({
      description:
        'open: orders are taken; paused: all orders, or all of your channel, get `sales_paused`; unavailable: orders get `temporarily_unavailable`.',
    }),
    until,
    pausedPackages: z
      .array(z.strictObject({ code: z.string(), until }))
      .meta({ description: 'Packages whose sale alone is paused.' }),
    mobifone: z.enum(MOBIFONE_STATES).meta({
      description:
        'unavailable: MobiFone does not answer; orders are taken, and wait for it or end `rejected`, by our policy. unknown: it was not asked lately.',
    }),
  })
  .meta({ id: 'Status' });
export type StatusResource = z.output<typeof statusSchema>;
