import { Router, type Request, type Response } from 'express';
import type { FoundPurchase, PurchaseListing } from '../../client/purchase-search';
import type { BilingualText } from '../../domain/bilingual';
import { isPurchaseId, type PurchaseId } from '../../domain/identifiers';
import { channelOf } from '../http/known-channel';
import { leaveConcurrency, waitsFor } from '../http/limits';
import { preferredWait } from '../http/waiting';
import { jsonBody } from '../http/json-body';
import { needs } from '../http/authentication';
import { leaveMethods, onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import { fieldFault, readBody } from '../http/read-body';
import { boughtResource, purchaseResource } from '../purchases/resource';
import type { ApiResource, ApiServices } from '../resource';
import { document, documentSearch } from './openapi';
import {
  DEFAULT_LIMIT,
  listQuerySchema,
  searchRequestSchema,
  type FoundPurchasesResource,
  type ListedPurchaseResource,
  type PurchaseListResource,
} from './schemas';

type SearchServices = Pick<ApiServices, 'search' | 'purchases' | 'authenticated' | 'waiting'>;

function routes({ search, purchases, authenticated, waiting }: SearchServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/purchases')
    .get(authenticated, async (request: Request, response: Response) => {
      const { limit = DEFAULT_LIMIT, cursor, ...filters } = readBody(listQuerySchema, request.query);
      const listing = await search.list(channelOf(response).name, filters, { limit, cursor });
      response.json(pageResource(listing));
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  router
    .route([BY_ID, '/v1/purchases/by-id/:id']) // the second is its older address
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const waitMs = preferredWait(request, response, waiting);
      const channel = channelOf(response).name;
      const found = await findById(request, (id) => search.findById(channel, id));
      if (waitMs > 0) leaveConcurrency(response);
      const purchase =
        found &&
        (await waiting.during(response, waitMs, purchases.find(channel, found.order.externalId, waitMs)));
      if (!purchase) throw new Problem('purchase_not_found', NOT_FOUND);
      response.json(purchaseResource(purchase));
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `POST /v1/purchases/search`: by a number, which may not be in a URL, and by days; with totals. */
function searchRoutes({ search, authenticated }: SearchServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/purchases/search') // also the address of an order whose external id is "search"
    .all(leaveMethods('GET', 'HEAD'))
    .post(needs('read'), authenticated, jsonBody, async (request: Request, response: Response) => {
      const { limit = DEFAULT_LIMIT, cursor, ...filters } = readBody(searchRequestSchema, request.body);
      const { name } = channelOf(response);
      const [listing, totals] = await Promise.all([
        search.list(name, filters, { limit, cursor }),
        search.totals(name, filters),
      ]);
      if ('kind' in totals) throw new Problem('number_search_unavailable');
      response.json({ ...pageResource(listing), totals } satisfies FoundPurchasesResource);
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));
  return router;
}

/** The search; it must come before the routes of `purchases`. */
export const postedSearch: ApiResource = { routes: searchRoutes, document: documentSearch };

/** @throws Problem `invalid_request`, `number_search_unavailable` */
function pageResource(listing: PurchaseListing): PurchaseListResource {
  switch (listing.kind) {
    case 'no_numbers':
      throw new Problem('number_search_unavailable');
    case 'foreign_cursor':
      throw new Problem('invalid_request', undefined, {
        errors: [fieldFault('/cursor', 'foreign_cursor')],
      });
    case 'page':
      return {
        purchases: listing.purchases.map(listedPurchase),
        ...(listing.unreadable ? { unreadable: listing.unreadable } : {}),
        nextCursor: listing.nextCursor,
      };
  }
}

/** Finding purchases: the list, and by our id. Both must come after the routes of `purchases`; see `resources.ts`. */
export const purchaseSearch: ApiResource = { routes, document };

/** A purchase in a list. */
function listedPurchase(found: FoundPurchase): ListedPurchaseResource {
  const { order, state, outcome, needsAttention } = found;
  return {
    id: order.purchaseId,
    externalId: order.externalId,
    state,
    outcome,
    ...boughtResource(order),
    needsAttention,
    createdAt: order.acceptedAt,
  };
}

const BY_ID = '/v1/purchases-by-id/:id';
const NOT_FOUND: BilingualText = {
  en: 'None of your purchases has this id. A purchase accepted a moment ago may not be searchable by our id yet: look it up by your external id.',
  vi: 'Không có giao dịch nào của bạn mang mã này. Giao dịch vừa được nhận có thể chưa tra cứu được bằng mã giao dịch: hãy tra theo mã đơn hàng của bạn.',
};

async function findById(
  request: Request,
  find: (id: PurchaseId) => Promise<FoundPurchase | undefined>,
): Promise<FoundPurchase | undefined> {
  const { id } = request.params;
  return typeof id === 'string' && isPurchaseId(id) ? find(id) : undefined;
}
