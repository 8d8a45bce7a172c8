import type { ListedNotice } from '../../client/notices';
import { isStateNotice, noticeType, type NoticeLog } from '../../domain/notice/notice';
import type { ListedNoticeResource, NoticeResource } from './schemas';

/** A notice as its channel sees it in a list. */
export function listedNoticeResource({ notice, standing }: ListedNotice): ListedNoticeResource {
  return {
    id: notice.id,
    type: noticeType(notice),
    purchaseId: notice.purchaseId,
    externalId: notice.externalId,
    sequence: isStateNotice(notice) ? notice.sequence : null,
    occurredAt: notice.occurredAt,
    status: standing,
  };
}

/** A notice with its delivery log. */
export function noticeResource(log: NoticeLog): NoticeResource {
  return {
    ...listedNoticeResource(log),
    attempts: log.attempts.map(({ at, status, durationMs, detail }) => {
      return { at, status: status ?? null, durationMs, detail };
    }),
    nextAttemptAt: log.nextAttemptAt,
  };
}
