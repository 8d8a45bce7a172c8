import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { answer, channelProblems, SECURITY } from '../docs/responses';
import { webhookPingRequestSchema, webhookPingSchema, type WebhookPingResource } from './schemas';

const ID = 'test_00112233445566778899aabbccddeeff';
const PING: WebhookPingResource = {
  id: ID,
  type: 'webhook.ping',
  url: 'https://shop.example/datacode/notices',
  delivered: true,
  attempt: { at: '2026-11-24T03:05:00.100Z', status: 204, durationMs: 35, detail: 'delivered' },
  sent: {
    headers: {
      'webhook-id': ID,
      'webhook-timestamp': '1795489500',
      'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    },
    body: '{"type":"webhook.ping","timestamp":"2026-11-24T03:05:00.060Z","test":true,"data":{"channel":"phuong-quan-shop"}}',
  },
};

const NOT_SENT = { at: PING.attempt.at, status: null, durationMs: 0, detail: 'not sent: too many at once' };

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/webhook/ping',
    operationId: 'pingWebhook',
    tags: ['Notices'],
    summary: 'Send a test notice to your webhook',
    description:
      'Sends one notice now, signed and marked `"test": true`, and returns what your webhook answered. It is about no purchase: never refund for it.',
    security: SECURITY,
    request: {
      body: { required: false, content: { 'application/json': { schema: webhookPingRequestSchema } } },
    },
    responses: {
      200: answer('What your webhook answered.', webhookPingSchema, {
        delivered: PING,
        notSent: { ...PING, delivered: false, attempt: NOT_SENT, sent: null },
      }),
      ...channelProblems('invalid_request'),
    },
  });
}
