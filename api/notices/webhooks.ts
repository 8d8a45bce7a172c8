import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { CASE_REFUND_REASONS, type CaseRefundReason } from '../../domain/case/case';
import { BATCH_END_STATES } from '../../domain/notice/notice';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { COMPLETED_BATCH } from '../batches/examples';
import { batchSchema } from '../batches/schemas';
import { amount, moment, reasonOrNull, reasonResource, reasonSchema } from '../http/fields';
import { outcomeOrNull, purchaseOutcome, purchaseState } from '../http/purchase-states';

const about = {
  purchaseId: z.string().meta({ description: 'Our id of the purchase.' }),
  externalId: z.string().meta({ description: 'Your id of the order.' }),
};
const money = z
  .strictObject({ amount, currency: z.literal('VND') })
  .meta({ id: 'Money', description: 'In đồng.' });
/** Not a literal: generators of clients make broken types of a boolean with one value. */
const test = z.boolean().optional().meta({ description: 'A test, about no purchase.' });
const caseReasons = Object.keys(CASE_REFUND_REASONS) as [CaseRefundReason, ...CaseRefundReason[]]; // the literal's keys

export const refundNoticeSchema = z
  .strictObject({
    type: z.literal('purchase.refund_due'),
    timestamp: moment,
    test,
    data: z.strictObject({
      ...about,
      outcome: purchaseOutcome,
      reason: reasonSchema,
      refund: money,
    }),
  })
  .meta({ id: 'RefundNotice' });

export const caseRefundNoticeSchema = z
  .strictObject({
    type: z.literal('purchase.case_refund_due'),
    timestamp: moment,
    test,
    data: z.strictObject({
      ...about,
      reason: z.strictObject({
        code: z.enum(caseReasons),
        message: z.strictObject({ vi: z.string(), en: z.string() }),
      }),
      refund: money,
    }),
  })
  .meta({ id: 'CaseRefundNotice' });

export const stateNoticeSchema = z
  .strictObject({
    type: z.enum(PURCHASE_STATE_NAMES.map((state) => `purchase.${state}` as const)),
    timestamp: moment,
    test,
    data: z.strictObject({
      ...about,
      sequence: z
        .number()
        .int()
        .min(1)
        .meta({ description: 'The event’s sequence number. Notices may arrive in another order.' }),
      state: purchaseState,
      outcome: outcomeOrNull,
      reason: reasonOrNull,
      package: z.string(),
      faceValue: money,
    }),
  })
  .meta({ id: 'StateNotice' });

export const batchNoticeSchema = z
  .strictObject({
    type: z.enum(BATCH_END_STATES.map((state) => `batch.${state}` as const)),
    timestamp: moment,
    test,
    data: batchSchema,
  })
  .meta({ id: 'BatchNotice' });

export const pingNoticeSchema = z
  .strictObject({
    type: z.literal('webhook.ping'),
    timestamp: moment,
    test: z.boolean(),
    data: z.strictObject({ channel: z.string().meta({ description: 'Your channel.' }) }),
  })
  .meta({ id: 'PingNotice' });

const PURCHASE = { purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz', externalId: 'order-20261124-0001' };
const PRICE = { amount: 90_000, currency: 'VND' } as const;

interface Webhook {
  name: string;
  summary: string;
  description: string;
  schema: z.ZodType;
  example: unknown;
}

const WEBHOOKS: readonly Webhook[] = [
  {
    name: 'purchase.refund_due',
    summary: 'Refund your customer',
    description:
      'The purchase did not succeed, or an operator ended it. Refund your customer what was paid, once per `webhook-id`.',
    schema: refundNoticeSchema,
    example: {
      type: 'purchase.refund_due',
      timestamp: '2026-11-24T03:05:00.060Z',
      data: {
        ...PURCHASE,
        outcome: 'rolled_back',
        reason: reasonResource('insufficient_balance'),
        refund: PRICE,
      },
    } satisfies z.output<typeof refundNoticeSchema>,
  },
  {
    name: 'purchase.case_refund_due',
    summary: 'Refund your customer after all',
    description:
      'A purchase that had succeeded later proved wrong at MobiFone. Refund your customer what was paid, once per `webhook-id`.',
    schema: caseRefundNoticeSchema,
    example: {
      type: 'purchase.case_refund_due',
      timestamp: '2026-11-25T03:05:00.060Z',
      data: {
        ...PURCHASE,
        reason: { code: 'missing_at_mobifone', message: CASE_REFUND_REASONS.missing_at_mobifone },
        refund: PRICE,
      },
    } satisfies z.output<typeof caseRefundNoticeSchema>,
  },
  {
    name: 'purchase.state',
    summary: 'A purchase entered a state',
    description:
      'Only for the states that you subscribe to. The `type` names the state, such as `purchase.succeeded`.',
    schema: stateNoticeSchema,
    example: {
      type: 'purchase.succeeded',
      timestamp: '2026-11-24T03:05:00.060Z',
      data: {
        ...PURCHASE,
        sequence: 11,
        state: 'succeeded',
        outcome: 'succeeded',
        reason: null,
        package: 'D90',
        faceValue: PRICE,
      },
    } satisfies z.output<typeof stateNoticeSchema>,
  },
  {
    name: 'batch.completed',
    summary: 'A batch is over',
    description:
      'All rows have a result, or it was cancelled before all had begun (`batch.cancelled`). `data` is the batch.',
    schema: batchNoticeSchema,
    example: {
      type: 'batch.completed',
      timestamp: '2026-11-24T03:07:10.000Z',
      data: COMPLETED_BATCH,
    } satisfies z.output<typeof batchNoticeSchema>,
  },
  {
    name: 'webhook.ping',
    summary: 'Is your webhook there?',
    description: 'You asked for it with `POST /v1/webhook/ping`.',
    schema: pingNoticeSchema,
    example: {
      type: 'webhook.ping',
      timestamp: '2026-11-24T03:05:00.060Z',
      test: true,
      data: { channel: 'phuong-quan-shop' },
    } satisfies z.output<typeof pingNoticeSchema>,
  },
];

/** The headers of Standard Webhooks. */
const HEADERS = z.object({
  'webhook-id': z
    .string()
    .meta({ description: 'The same in every delivery of a notice: process each id once.' }),
  'webhook-timestamp': z
    .string()
    .meta({ description: 'Seconds since 1970. Refuse what is older than five minutes.' }),
  'webhook-signature': z.string().meta({
    description: '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; several during a rotation.',
  }),
});

/** What the gateway sends to a channel's webhook. */
export function documentWebhooks(registry: OpenAPIRegistry): void {
  for (const { name, summary, description, schema, example } of WEBHOOKS) {
    registry.registerWebhook({
      method: 'post',
      path: name,
      operationId: `on${name.replace(/[._](.)/g, (_, letter: string) => letter.toUpperCase()).replace(/^./, (letter) => letter.toUpperCase())}`,
      tags: ['Notices'],
      summary,
      description,
      security: [],
      request: {
        headers: HEADERS,
        body: {
          required: true,
          content: { 'application/json': { schema, examples: { notice: { value: example } } } },
        },
      },
      responses: {
        '2XX': { description: 'You have stored the notice. Answer within ten seconds; the body is ignored.' },
        default: {
          description:
            'The notice is sent again later; `Retry-After` is obeyed. After 410 only a refund notice is sent again.',
        },
      },
    });
  }
}
