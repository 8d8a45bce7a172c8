import { Router, type Request, type Response } from 'express';
import type { Channel } from '../../channel/registry';
import type { WebhookTest } from '../../client/webhook-tests';
import type { SentNotice } from '../../domain/notice/test-notice';
import { jsonBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { readBody } from '../http/read-body';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { webhookPingRequestSchema, type WebhookPingResource } from './schemas';

function routes({
  webhookTests,
  authenticated,
}: Pick<ApiServices, 'webhookTests' | 'authenticated'>): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/webhook/ping')
    .post(waitsFor('workers'), authenticated, jsonBody, async (request: Request, response: Response) => {
      const { type = 'webhook.ping' } = readBody(
        webhookPingRequestSchema,
        request.body === undefined ? {} : request.body,
      );
      const channel = channelOf(response);
      response.json(pingResource(channel, await webhookTests.send(channel.name, type)));
    })
    .all(onlyMethods('POST'));
  return router;
}

/** `/v1/webhook/ping`: a signed test notice of any kind, and what the webhook answered. */
export const webhook: ApiResource = { routes, document };

function pingResource(
  { webhookUrl }: Channel,
  { notice: { id, type }, delivered, attempt, sent }: WebhookTest,
): WebhookPingResource {
  const { at, status = null, durationMs, detail } = attempt;
  return {
    id,
    type,
    url: webhookUrl,
    delivered,
    attempt: { at, status, durationMs, detail },
    sent: sent && { headers: signatureHeaders(sent), body: sent.body },
  };
}

/** Those of Standard Webhooks, which verify the body; others say nothing about it. */
function signatureHeaders({ headers }: SentNotice): NonNullable<WebhookPingResource['sent']>['headers'] {
  return {
    'webhook-id': headers['webhook-id'] ?? '',
    'webhook-timestamp': headers['webhook-timestamp'] ?? '',
    'webhook-signature': headers['webhook-signature'] ?? '',
  };
}
