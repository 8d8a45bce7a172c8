import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { externalIdSchema } from '../http/fields';
import {
  anyNoticeSchema,
  listedNoticeSchema,
  noticesQuerySchema,
  noticesSchema,
  purchaseNoticesSchema,
  type AnyNoticeResource,
  type NoticeResource,
} from './schemas';
import { documentWebhooks } from './webhooks';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const ID = 'evt_pur_abcdefghijklmnopqrstuvwxyz_11';
const LISTED = {
  id: ID,
  type: 'purchase.succeeded',
  purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz',
  externalId: 'order-20261124-0001',
  sequence: 11,
  occurredAt: '2026-11-24T03:05:00.060Z',
  status: 'delivered',
} as const;
const NOTICE: NoticeResource = {
  ...LISTED,
  attempts: [
    { at: '2026-11-24T03:05:00.100Z', status: 503, durationMs: 40, detail: 'the webhook answered 503' },
    { at: '2026-11-24T03:05:05.600Z', status: 204, durationMs: 35, detail: 'delivered' },
  ],
  nextAttemptAt: null,
  body: JSON.stringify({
    type: LISTED.type,
    timestamp: LISTED.occurredAt,
    data: {
      purchaseId: LISTED.purchaseId,
      externalId: LISTED.externalId,
      sequence: LISTED.sequence,
      state: 'succeeded',
      outcome: 'succeeded',
      reason: null,
      package: 'D90',
      faceValue: { amount: 90_000, currency: 'VND' },
    },
  }),
};

const BATCH_NOTICE: AnyNoticeResource = {
  id: 'evt_bat_abcdefghijklmnopqrstuvwxyz',
  type: 'batch.completed',
  sequence: null,
  occurredAt: '2026-11-24T03:07:10.000Z',
  status: 'delivering',
  purchaseId: null,
  externalId: null,
  batchId: 'staff-2026-11',
  attempts: NOTICE.attempts.slice(0, 1),
  nextAttemptAt: '2026-11-24T03:07:16.000Z',
  body: '{"type":"batch.completed",…}',
};
const OWN_NOTICE = z.strictObject({
  noticeId: z.string().meta({ description: 'Id of the notice.', example: ID }),
});

export function document(registry: OpenAPIRegistry): void {
  documentWebhooks(registry);
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases/{externalId}/notices',
    operationId: 'listPurchaseNotices',
    tags: ['Notices'],
    summary: 'List the notices of a purchase',
    description: 'Refund notices among them, each with every delivery attempt.',
    security: SECURITY,
    request: { params: z.strictObject({ externalId: externalIdSchema }) },
    responses: {
      200: answer('The notices, each with its delivery attempts.', purchaseNoticesSchema, {
        deliveredAtLast: { notices: [NOTICE] },
      }),
      ...channelProblems('purchase_not_found'),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/notices',
    operationId: 'listNotices',
    tags: ['Notices'],
    summary: 'List the notices to your webhook',
    description:
      'Latest first: the notices of the states that you subscribed to, and your refund notices. A new notice appears after a moment. A page may be shorter than `limit`; the list ends where `nextCursor` is null.',
    security: SECURITY,
    request: { query: noticesQuerySchema },
    responses: {
      200: answer('A page of notices.', noticesSchema, {
        last: { notices: [{ ...LISTED, batchId: null }], nextCursor: null },
      }),
      ...channelProblems('list_query_invalid'),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/notices/{noticeId}',
    operationId: 'getNotice',
    tags: ['Notices'],
    summary: 'Get a notice',
    description: 'With every delivery attempt. A new notice can be found after about a second.',
    security: SECURITY,
    request: { params: OWN_NOTICE },
    responses: {
      200: answer('The notice.', anyNoticeSchema, { batch: BATCH_NOTICE }),
      ...channelProblems('notice_not_found'),
    },
  });
  registry.registerPath({
    method: 'post',
    path: '/v1/notices/{noticeId}/resend',
    operationId: 'resendNotice',
    tags: ['Notices'],
    summary: 'Deliver a notice again',
    description:
      'Delivers the notice at once with the same id and content, whether or not it was delivered before; at most 6 times a minute for each notice, then 429 `rate_limited`. A new notice can be found after about a second.',
    security: SECURITY,
    request: { params: OWN_NOTICE },
    responses: {
      202: answer('It is being delivered.', listedNoticeSchema, {
        delivering: { ...LISTED, batchId: null, status: 'delivering' },
      }),
      ...channelProblems('notice_not_found'),
    },
  });
}
