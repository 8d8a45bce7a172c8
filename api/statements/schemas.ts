import { z } from 'zod';
import { amount, moment } from '../http/fields';
import { purchaseOutcome } from '../http/purchase-states';

const count = z.number().int().min(0);
const day = z.string().meta({ description: 'Calendar day in Vietnam.', example: '2026-11-24' });
const balance = amount.meta({
  description: 'What the sales since the first of the month come to for you to pay, in whole đồng (VND).',
});

const sums = {
  sold: z
    .strictObject({ count, faceValue: amount, discount: amount, payable: amount })
    .meta({ id: 'StatementSold', description: 'Purchases that succeeded.' }),
  refunded: z
    .strictObject({
      count,
      amount: amount.meta({ description: 'What your customers get back, in whole đồng (VND).' }),
      undelivered: count.meta({ description: 'Of these, how many notices your webhook did not accept.' }),
    })
    .meta({ id: 'StatementRefunded', description: 'Purchases for whose refund you were asked.' }),
  open: z
    .strictObject({ count, faceValue: amount })
    .meta({ id: 'StatementOpen', description: 'Purchases without an outcome yet.' }),
  unreadable: count.meta({ description: 'Purchases that cannot be read and are in no sum.' }),
};

const refundSchema = z
  .strictObject({
    purchaseId: z.string(),
    externalId: z.string(),
    package: z.string(),
    outcome: purchaseOutcome,
    amount,
    noticeId: z.string().meta({ description: 'The `webhook-id` of the notice.' }),
    type: z.enum(['purchase.refund_due', 'purchase.case_refund_due']),
    delivered: z.boolean().meta({ description: 'Whether your webhook accepted it.' }),
  })
  .meta({ id: 'StatementRefund' });
export type StatedRefundResource = z.output<typeof refundSchema>;

const daySchema = z
  .strictObject({ day, opening: balance, ...sums, closing: balance, refunds: z.array(refundSchema) })
  .meta({ id: 'StatementDay' });
export type StatementDayResource = z.output<typeof daySchema>;

export const statementSchema = z
  .strictObject({
    channel: z.string(),
    period: z.string(),
    from: day,
    to: day,
    asOf: moment,
    opening: balance,
    days: z.array(daySchema).meta({ description: 'Each day until today.' }),
    totals: z.strictObject(sums).meta({ id: 'StatementTotals' }),
    closing: balance,
    over: z
      .boolean()
      .meta({ description: 'Whether the period ended in Vietnam five minutes ago or earlier.' }),
    final: z.boolean().meta({
      description: 'The period is over, nothing is open, and all could be read: no sum will change.',
    }),
  })
  .meta({ id: 'Statement' });
export type StatementResource = z.output<typeof statementSchema>;
