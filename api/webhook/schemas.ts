import { z } from 'zod';
import { TEST_NOTICE_TYPES } from '../../domain/notice/test-notice';
import { moment } from '../http/fields';

const testNoticeType = z.enum(TEST_NOTICE_TYPES);

/** The body of `POST /v1/webhook/ping`. */
export const webhookPingRequestSchema = z
  .strictObject({
    type: testNoticeType.default('webhook.ping').meta({
      description: 'Kind of the test notice; `webhook.ping`, which is about nothing, unless given.',
      example: 'purchase.refund_due',
    }),
  })
  .meta({ id: 'WebhookPingRequest' });

/** What came of a test notice. */
export const webhookPingSchema = z
  .strictObject({
    id: z.string().meta({ description: 'The `webhook-id`. It is in no log and cannot be sent again.' }),
    type: testNoticeType,
    url: z.string().meta({ description: 'Your webhook.' }),
    delivered: z.boolean().meta({ description: 'Whether your webhook answered 2xx.' }),
    at: moment,
    status: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'HTTP status of your webhook\u2019s response; null if there was none.' }),
    durationMs: z.number().int().min(0),
    detail: z.string().meta({ description: 'What happened, in words.' }),
    sent: z
      .strictObject({
        headers: z.strictObject({
          'webhook-id': z.string(),
          'webhook-timestamp': z.string(),
          'webhook-signature': z.string(),
        }),
        body: z.string().meta({ description: 'The body, to the letter: what the signature is of.' }),
      })
      .nullable()
      .meta({ description: 'What was sent, so that you can verify it by hand; null if nothing was sent.' }),
  })
  .meta({ id: 'WebhookPing' });
export type WebhookPingResource = z.output<typeof webhookPingSchema>;
