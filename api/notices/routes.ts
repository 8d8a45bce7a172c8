import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Notices } from '../../client/notices';
import { noticeId } from '../../domain/identifiers';
import { channelOf } from '../http/known-channel';
import { listedNoticeResource, noticeResource } from './resource';
import { onlyMethods, Problem } from '../http/problems';
import { noticesQuerySchema } from './schemas';
import { externalIdOf } from '../purchases/routes';

interface NoticeRoutes {
  notices: Notices;
  authenticated: RequestHandler;
}

/** `/v1/purchases/{externalId}/notices`: what the channel was told of a purchase, and how it went. */
export function purchaseNoticeRoutes({ notices, authenticated }: NoticeRoutes): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/:externalId/notices')
    .get(authenticated, async (request: Request, response: Response) => {
      const logs = await notices.ofPurchase(channelOf(response).name, externalIdOf(request));
      if (!logs) throw new Problem('purchase_not_found');
      response.json({ notices: logs.map(noticeResource) });
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `/v1/notices`: the delivery log of a channel, and delivering again. */
export function noticeRoutes({ notices, authenticated }: NoticeRoutes): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .get(authenticated, async (request: Request, response: Response) => {
      const query = noticesQuerySchema.safeParse(request.query);
      if (!query.success) throw new Problem('list_query_invalid', wordsOf(query.error.issues));
      const listing = await notices.list(channelOf(response).name, query.data);
      if (listing.kind === 'foreign_cursor') {
        throw new Problem(
          'list_query_invalid',
          'cursor: It must be `nextCursor` of the page before, of the same list.',
        );
      }
      response.json({
        notices: listing.notices.map(listedNoticeResource),
        nextCursor: listing.nextCursor,
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/:noticeId/resend')
    .post(authenticated, async (request: Request, response: Response) => {
      const id = noticeId(String(request.params['noticeId']));
      const sent = id && (await notices.resend(channelOf(response).name, id));
      if (!sent) throw new Problem('notice_not_found'); // also for another channel's
      response.status(202).json(listedNoticeResource(sent));
    })
    .all(onlyMethods('POST'));
  return router;
}

/** All faults at once, each by its parameter. */
function wordsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'query'}: ${message}`).join(' ');
}
