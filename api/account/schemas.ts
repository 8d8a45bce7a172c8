import { z } from 'zod';
import { WEBHOOK_STATUSES } from '../../domain/notice/notice';
import { SCOPES } from '../../domain/scopes';
import { amount, moment, paymentForm } from '../http/fields';
import { purchaseState } from '../http/purchase-states';

const earningsSchema = z
  .strictObject({
    sales: z.number().int().min(0),
    faceValue: amount.meta({ description: 'Total face value of the sales, in whole đồng (VND).' }),
    discount: amount.meta({ description: 'Your total discount, in whole đồng (VND).' }),
    payable: amount.meta({ description: 'Face value minus discount, in whole đồng (VND).' }),
    unreadable: z.number().int().min(1).optional().meta({
      description:
        'Purchases that cannot be read at the moment and are in no total; absent if there are none.',
    }),
  })
  .meta({
    id: 'Earnings',
    description:
      'Totals of the purchases that were accepted in this period and succeeded, exact to the đồng.',
  });

export const accountSchema = z
  .strictObject({
    channel: z.string().meta({ description: 'Name of your channel.' }),
    paymentForm,
    discountClass: z
      .string()
      .meta({ description: 'The discount class in your contract; it decides your rates.' }),
    keys: z
      .array(
        z.strictObject({
          prefix: z.string(),
          lastFour: z.string(),
          scopes: z.array(z.enum(SCOPES)),
          expiresAt: moment.nullable().meta({ description: 'Null if it never expires.' }),
          label: z.string().nullable(),
        }),
      )
      .meta({ description: 'Your keys, including expired ones. Only the hash of a key is stored.' }),
    webhook: z.strictObject({
      url: z.string().meta({ description: 'URL that receives the notices.' }),
      states: z
        .array(purchaseState)
        .meta({ description: 'The purchase states that are notified. Refund notices are always sent.' }),
      status: z.enum(WEBHOOK_STATUSES).meta({
        description:
          'failing: the last delivery failed; disabled: your webhook answered 410, so state notices are not retried.',
      }),
      since: moment.nullable().meta({ description: 'Null while it is healthy.' }),
    }),
    earned: z.strictObject({
      today: earningsSchema.extend({
        day: z.string().meta({ description: 'Calendar day in Vietnam.', example: '2026-11-24' }),
      }),
      thisMonth: earningsSchema.extend({
        month: z.string().meta({ description: 'Month in Vietnam.', example: '2026-11' }),
      }),
    }),
  })
  .meta({ id: 'Account' });
export type AccountResource = z.output<typeof accountSchema>;
