import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { FoundPurchase, PurchaseSearch } from '../../client/purchase-search';
import type { Purchases } from '../../client/purchases';
import type { BilingualText } from '../../domain/bilingual';
import { isPurchaseId, type PurchaseId } from '../../domain/identifiers';
import { channelOf } from '../http/known-channel';
import { leaveMethods } from '../http/leave-methods';
import { preferredWait } from '../http/prefer';
import type { Waiting } from '../http/waiting';
import { onlyMethods, Problem } from '../http/problems';
import { fieldFault, readBody } from './request';
import { listedPurchase, purchaseResource } from './resource';
import { limitOf, listQuerySchema, type PurchaseListResource } from './search-schemas';

interface ListRoutes {
  search: PurchaseSearch;
  authenticated: RequestHandler;
}

/** `GET /v1/purchases`: the list. Buying at the same address is left to the routes that follow. */
export function purchaseListRoutes({ search, authenticated }: ListRoutes): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .all(leaveMethods('POST'))
    .get(authenticated, async (request: Request, response: Response) => {
      const query = readBody(listQuerySchema, request.query);
      const { limit: _limit, cursor, ...filters } = query;
      const channel = channelOf(response).name;
      const listing = await search.list(channel, filters, { limit: limitOf(query), cursor });
      if (listing.kind === 'foreign_cursor') {
        throw new Problem('invalid_request', undefined, {
          errors: [fieldFault('/cursor', 'foreign_cursor')],
        });
      }
      response.json({
        purchases: listing.purchases.map(listedPurchase),
        ...(listing.unreadable ? { unreadable: listing.unreadable } : {}),
        nextCursor: listing.nextCursor,
      } satisfies PurchaseListResource);
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  return router;
}

/**
 * `/v1/purchases/by-id/{id}`: a purchase by our id. It goes after the routes of the channel's own ids, of which
 * "by-id" may be one, with addresses such as `/by-id/cancel` below it.
 */
export function purchaseByIdRoutes(
  parts: ListRoutes & { purchases: Pick<Purchases, 'find'>; waiting: Waiting },
): Router {
  const { search, purchases, authenticated, waiting } = parts;
  const router = Router({ caseSensitive: true });
  router
    .route('/by-id/:id')
    .get(authenticated, async (request: Request, response: Response) => {
      const waitMs = preferredWait(request, response, waiting);
      const channel = channelOf(response).name;
      const found = await findById(request, (id) => search.findById(channel, id));
      const purchase = found && (await purchases.find(channel, found.order.externalId, waitMs));
      if (!purchase) throw new Problem('purchase_not_found', NOT_FOUND);
      response.json(purchaseResource(purchase));
    })
    .all(onlyMethods('GET', 'HEAD'));

  return router;
}

const NOT_FOUND: BilingualText = {
  en: 'None of your purchases has this id. One that was accepted a moment ago may not be found by our id yet: look it up by your external id.',
  vi: 'Không có giao dịch nào của bạn mang mã này. Giao dịch vừa được nhận có thể chưa tìm được theo mã của chúng tôi: hãy tra theo mã đơn hàng của bạn.',
};

async function findById(
  request: Request,
  find: (id: PurchaseId) => Promise<FoundPurchase | undefined>,
): Promise<FoundPurchase | undefined> {
  const { id } = request.params;
  return typeof id === 'string' && isPurchaseId(id) ? find(id) : undefined;
}
