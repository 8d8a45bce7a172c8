import { z } from 'zod';
import { WEBHOOK_STATUSES } from '../../domain/notice/notice';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { SCOPES } from '../../domain/scopes';
import { amount, moment, paymentForm } from '../http/fields';

const earningsSchema = z
  .strictObject({
    sales: z.number().int().min(0),
    faceValue: amount.meta({ description: 'What was sold, at face value, whole đồng (VND).' }),
    discount: amount.meta({ description: 'What you earned of it, whole đồng (VND).' }),
    payable: amount.meta({ description: 'Face value less discount, whole đồng (VND).' }),
  })
  .meta({
    id: 'Earnings',
    description: 'Of the purchases that were accepted in this time and succeeded, exact to the đồng.',
  });

export const accountSchema = z
  .strictObject({
    channel: z.string().meta({ description: 'Your name with us.' }),
    paymentForm,
    discountClass: z.string().meta({ description: 'Of your contract; it decides your rates.' }),
    keys: z
      .array(
        z.strictObject({
          prefix: z.string(),
          lastFour: z.string(),
          scopes: z.array(z.enum(SCOPES)),
          expiresAt: moment.nullable().meta({ description: 'Null when it works for ever.' }),
          label: z.string().nullable(),
        }),
      )
      .meta({ description: 'Your keys, expired ones among them; we keep no more of a key than its hash.' }),
    webhook: z.strictObject({
      url: z.string().meta({ description: 'Where you are told.' }),
      states: z
        .array(z.enum(PURCHASE_STATE_NAMES))
        .meta({ description: 'The states that you are told of, besides refunds, which you always are.' }),
      status: z.enum(WEBHOOK_STATUSES).meta({
        description:
          'failing: a notice was not taken and none since; disabled: it answered 410, so that states are not told again.',
      }),
      since: moment.nullable().meta({ description: 'Null while it is healthy.' }),
    }),
    earned: z.strictObject({
      today: earningsSchema.extend({
        day: z.string().meta({ description: 'In Vietnam.', example: '2026-11-24' }),
      }),
      thisMonth: earningsSchema.extend({
        month: z.string().meta({ description: 'In Vietnam.', example: '2026-11' }),
      }),
    }),
  })
  .meta({ id: 'Account' });
export type AccountResource = z.output<typeof accountSchema>;
