import { z } from 'zod';
import { TEST_NOTICE_TYPES } from '../../domain/notice/test-notice';
import { attemptSchema } from '../notices/schemas';

const testNoticeType = z.enum(TEST_NOTICE_TYPES).meta({ id: 'TestNoticeType' });

/** The body of `POST /v1/webhook/ping`; a ping unless another type is given. */
export const webhookPingRequestSchema = z
  .strictObject({ type: testNoticeType.optional() })
  .meta({ id: 'WebhookPingRequest' });

/** What came of a test notice. */
export const webhookPingSchema = z
  .strictObject({
    id: z.string().meta({ description: 'The `webhook-id`.' }),
    type: testNoticeType,
    url: z.string(),
    delivered: z.boolean().meta({ description: 'Whether your webhook answered 2xx.' }),
    attempt: attemptSchema,
    sent: z
      .strictObject({
        headers: z.strictObject({
          'webhook-id': z.string(),
          'webhook-timestamp': z.string(),
          'webhook-signature': z.string(),
        }),
        body: z.string().meta({ description: 'To the letter.' }),
      })
      .nullable()
      .meta({ description: 'What was sent, to verify by hand; null if nothing was sent.' }),
  })
  .meta({ id: 'WebhookPing' });
export type WebhookPingResource = z.output<typeof webhookPingSchema>;
