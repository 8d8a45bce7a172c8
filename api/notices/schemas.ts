import { z } from 'zod';
import { DELIVERY_STATUSES, type NoticeType } from '../../domain/notice/notice';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';

const NOTICE_TYPES: [NoticeType, ...NoticeType[]] = [
  'purchase.refund_due',
  'purchase.case_refund_due',
  ...PURCHASE_STATE_NAMES.map((state) => `purchase.${state}` as const),
];
/** Most notices on a page, and how many unless asked otherwise. */
const LARGEST_PAGE = 100;
const USUAL_PAGE = 20;

const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC.', example: '2026-11-24T03:05:00.000Z' });

const listed = {
  id: z.string().meta({ description: '`webhook-id` of each delivery.' }),
  type: z.enum(NOTICE_TYPES),
  purchaseId: z.string(),
  externalId: z.string().meta({ description: 'Your id of the order.' }),
  sequence: z
    .number()
    .int()
    .min(1)
    .nullable()
    .meta({ description: 'Of the event: notices may arrive in another order. Null for a refund notice.' }),
  occurredAt: moment,
  status: z.enum(DELIVERY_STATUSES),
};

const attemptSchema = z
  .strictObject({
    at: moment,
    status: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'What your webhook answered; null for nothing.' }),
    durationMs: z.number().int().min(0),
    detail: z.string(),
  })
  .meta({ id: 'NoticeAttempt' });

export const listedNoticeSchema = z.strictObject(listed).meta({ id: 'ListedNotice' });
export type ListedNoticeResource = z.output<typeof listedNoticeSchema>;

const noticeSchema = z
  .strictObject({
    ...listed,
    attempts: z.array(attemptSchema).meta({
      description: 'Every attempt, in order; of a refund notice those that were asked for by a re-send.',
    }),
    nextAttemptAt: moment.nullable(),
  })
  .meta({ id: 'Notice' });
export type NoticeResource = z.output<typeof noticeSchema>;

/** `GET /v1/purchases/{externalId}/notices`. */
export const purchaseNoticesSchema = z
  .strictObject({ notices: z.array(noticeSchema) })
  .meta({ id: 'PurchaseNotices' });

/** `GET /v1/notices`. */
export const noticesSchema = z
  .strictObject({
    notices: z.array(listedNoticeSchema),
    nextCursor: z.string().nullable().meta({ description: 'Of the next page; null on the last.' }),
  })
  .meta({ id: 'Notices' });

/** The query of `GET /v1/notices`. */
export const noticesQuerySchema = z.strictObject({
  delivered: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Only those that your webhook took, or only those that it did not take (yet).' }),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(USUAL_PAGE),
  cursor: z.string().min(1).max(4096).optional().meta({ description: '`nextCursor` of the page before.' }),
});
