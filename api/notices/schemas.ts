import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../domain/notice/notice';
import { NOTICE_TYPES } from '../../domain/notice/test-notice';
import { moment } from '../http/fields';

/** Most notices on a page, and how many unless asked otherwise. */
const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 20;

const noticeFields = {
  id: z.string().meta({ description: 'The `webhook-id` of each delivery.' }),
  type: z.enum(NOTICE_TYPES),
  sequence: z.number().int().min(1).nullable().meta({
    description: 'Sequence of the event; notices may arrive out of order. Null unless of a state.',
  }),
  occurredAt: moment,
  status: z.enum(DELIVERY_STATUSES),
};

export const attemptSchema = z
  .strictObject({
    at: moment,
    status: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'HTTP status of your webhook’s response; null if there was none.' }),
    durationMs: z.number().int().min(0),
    detail: z.string(),
  })
  .meta({ id: 'NoticeAttempt' });

const listedFields = {
  ...noticeFields,
  purchaseId: z.string().nullable(),
  externalId: z.string().nullable().meta({ description: 'Your id of the order.' }),
  batchId: z.string().nullable().meta({
    description: 'Your id of the batch; then the two above are null.',
  }),
};
export const listedNoticeSchema = z.strictObject(listedFields).meta({ id: 'ListedNotice' });
export type ListedNoticeResource = z.output<typeof listedNoticeSchema>;

const deliveryFields = {
  attempts: z.array(attemptSchema).meta({
    description: 'Every delivery attempt, in order; of a refund notice the latest 100.',
  }),
  nextAttemptAt: moment.nullable(),
  body: z.string().meta({ description: 'The body of each delivery, to the letter.' }),
};

const noticeSchema = z
  .strictObject({
    ...noticeFields,
    purchaseId: z.string(),
    externalId: z.string().meta({ description: 'Your id of the order.' }),
    ...deliveryFields,
  })
  .meta({ id: 'Notice' });
export type NoticeResource = z.output<typeof noticeSchema>;

/** `GET /v1/notices/{noticeId}`: of a purchase or of a batch. */
export const anyNoticeSchema = z
  .strictObject({ ...listedFields, ...deliveryFields })
  .meta({ id: 'AnyNotice' });
export type AnyNoticeResource = z.output<typeof anyNoticeSchema>;

/** `GET /v1/purchases/{externalId}/notices`. */
export const purchaseNoticesSchema = z
  .strictObject({ notices: z.array(noticeSchema) })
  .meta({ id: 'PurchaseNotices' });

/** `GET /v1/notices`. */
export const noticesSchema = z
  .strictObject({
    notices: z.array(listedNoticeSchema),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null on the last page.' }),
  })
  .meta({ id: 'Notices' });

/** The query of `GET /v1/notices`. */
export const noticesQuerySchema = z.strictObject({
  delivered: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'true: only delivered notices; false: only notices that are not (yet) delivered.' }),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().min(1).max(4096).optional().meta({ description: '`nextCursor` of the previous page.' }),
});
