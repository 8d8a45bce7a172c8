import { Router, type Request, type Response } from 'express';
import { noticeBody } from '../../channel/notice';
import { listedNotice, type ListedNotice } from '../../client/notices';
import { noticeId, type NoticeId } from '../../domain/identifiers';
import { isBatchNotice, type NoticeLog } from '../../domain/notice/notice';
import { MAX_RESENDS } from '../../domain/notice/protocol';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import {
  noticesQuerySchema,
  type AnyNoticeResource,
  type ListedNoticeResource,
  type NoticeResource,
} from './schemas';
import { externalIdOf } from '../http/fields';

type NoticeServices = Pick<ApiServices, 'notices' | 'authenticated'>;

function routes({ notices, authenticated }: NoticeServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/purchases/:externalId/notices')
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const logs = await notices.ofPurchase(channelOf(response).name, externalIdOf(request));
      if (!logs) throw new Problem('purchase_not_found');
      response.json({ notices: logs.flatMap(noticeResource) });
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/v1/notices')
    .get(authenticated, async (request: Request, response: Response) => {
      const query = noticesQuerySchema.safeParse(request.query);
      if (!query.success) throw new Problem('list_query_invalid', wordsOf(query.error.issues));
      const listing = await notices.list(channelOf(response).name, query.data);
      if (listing.kind === 'foreign_cursor') {
        throw new Problem('list_query_invalid', {
          en: 'cursor: Must be the `nextCursor` of the previous page of the same list. Omit it to start from the first page.',
          vi: 'cursor: Phải là `nextCursor` của trang trước trong cùng danh sách. Bỏ trống để bắt đầu từ trang đầu.',
        });
      }
      response.json({
        notices: listing.notices.map(listedNoticeResource),
        nextCursor: listing.nextCursor,
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/v1/notices/:noticeId')
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const log = await notices.find(channelOf(response).name, noticeIdOf(request));
      if (!log) throw new Problem('notice_not_found'); // also for another channel's
      const { notice, standing } = log;
      response.json({
        ...listedNoticeResource(listedNotice(notice, standing)),
        ...deliveries(log),
      } satisfies AnyNoticeResource);
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/v1/notices/:noticeId/resend')
    .post(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const { name } = channelOf(response);
      const sent = await notices.resend(name, noticeIdOf(request), name);
      if (sent.kind === 'not_found') throw new Problem('notice_not_found'); // also for another channel's
      if (sent.kind === 'too_often') throw askedTooOften(sent.retryAfterSeconds);
      response.status(202).json(listedNoticeResource(sent.notice));
    })
    .all(onlyMethods('POST'));
  return router;
}

/** `/v1/notices` and `/v1/purchases/{externalId}/notices`: the delivery log, one notice, and delivering again. */
export const notices: ApiResource = {
  routes,
  document,
  tag: { name: 'Notices', description: 'The delivery log of your webhook; deliver a notice again.' },
};

/** @throws Problem `notice_not_found`, also for an id that no notice can have */
function noticeIdOf(request: Request): NoticeId {
  const id = noticeId(String(request.params['noticeId']));
  if (id) return id;
  throw new Problem('notice_not_found');
}

function askedTooOften(seconds: number): Problem {
  const detail = {
    en: `This notice was sent again ${MAX_RESENDS} times within a minute. Ask for it again in ${seconds} seconds.`,
    vi: `Thông báo này đã được gửi lại ${MAX_RESENDS} lần trong một phút. Hãy yêu cầu gửi lại sau ${seconds} giây.`,
  };
  return new Problem('rate_limited', detail, {}, { 'Retry-After': String(seconds) });
}

/** All faults at once, each by its parameter. */
function wordsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'query'}: ${message}`).join(' ');
}

/** A notice as its channel sees it in a list. */
function listedNoticeResource({ standing, ...listed }: ListedNotice): ListedNoticeResource {
  return { ...listed, status: standing };
}

/** A notice about a purchase with its delivery log. */
function noticeResource(log: NoticeLog): NoticeResource[] {
  const { notice, standing } = log;
  if (isBatchNotice(notice)) return [];
  const { purchaseId, externalId } = notice;
  const { batchId: _, ...listed } = listedNoticeResource(listedNotice(notice, standing));
  return [{ ...listed, purchaseId, externalId, ...deliveries(log) }];
}

function deliveries({
  notice,
  attempts,
  nextAttemptAt,
}: NoticeLog): Pick<NoticeResource, 'attempts' | 'nextAttemptAt' | 'body'> {
  return {
    attempts: attempts.map(({ at, status, durationMs, detail }) => {
      return { at, status: status ?? null, durationMs, detail };
    }),
    nextAttemptAt,
    body: noticeBody(notice),
  };
}
