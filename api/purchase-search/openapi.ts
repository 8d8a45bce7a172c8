import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { purchaseSchema } from '../purchases/schemas';
import {
  foundPurchasesSchema,
  listQuerySchema,
  purchaseListSchema,
  searchRequestSchema,
  type FoundPurchasesResource,
  type PurchaseListResource,
} from './schemas';
import { ACCEPTED_PURCHASE, ROLLED_BACK_PURCHASE, SUCCEEDED_PURCHASE } from '../purchases/examples';
import { PREFER } from '../purchases/openapi';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const LISTED_PURCHASES: PurchaseListResource['purchases'] = [
  ACCEPTED_PURCHASE,
  { ...ROLLED_BACK_PURCHASE, id: 'pur_zyxwvutsrqponmlkjihgfedcba', externalId: 'order-20261124-0002' },
].map(({ reason: _reason, steps: _steps, updatedAt: _updatedAt, ...listed }) => listed);

const SEARCHED: FoundPurchasesResource = {
  purchases: LISTED_PURCHASES.slice(0, 1),
  nextCursor: null,
  totals: { open: 1, succeeded: 0, rejected: 0, rolled_back: 0, cancelled: 0, given_up: 0 },
};

const OUR_ID = z.strictObject({
  id: z.string().meta({ description: 'The `id` of the purchase.', example: SUCCEEDED_PURCHASE.id }),
});
const NOT_AT_ONCE = 'A new or changed purchase can be found after about a second, not at once.';

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases',
    operationId: 'listPurchases',
    tags: ['Purchases'],
    summary: 'List your purchases',
    description: `Filters are combined with AND. Running purchases come first, then completed ones, latest first. Follow \`nextCursor\` until it is null; a purchase that ends while you read may appear twice, but none is left out. ${NOT_AT_ONCE} Purchases are listed for as long as we keep them.`,
    security: SECURITY,
    request: { query: listQuerySchema },
    responses: {
      200: answer('One page of your purchases.', purchaseListSchema, {
        page: { purchases: LISTED_PURCHASES.slice(1), nextCursor: 'eyJwbGFjZSI6Ii4uLiIsInNlYWwiOiIuLi4ifQ' },
      }),
      ...channelProblems('invalid_request'),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases-by-id/{id}',
    operationId: 'getPurchaseById',
    tags: ['Purchases'],
    summary: 'Get a purchase by our id',
    description: `${NOT_AT_ONCE} By your own id it can be found at once.`,
    security: SECURITY,
    request: { params: OUR_ID, headers: PREFER },
    responses: {
      200: answer(
        'The purchase as it is now.',
        purchaseSchema,
        { succeeded: SUCCEEDED_PURCHASE, rolledBack: ROLLED_BACK_PURCHASE },
        'Preference-Applied',
      ),
      ...channelProblems('purchase_not_found'),
    },
  });
}

export function documentSearch(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases/search',
    operationId: 'searchPurchases',
    tags: ['Purchases'],
    summary: 'Find your purchases by number and days',
    description: `A search is posted, so that no subscriber’s number is in a URL. Filters are combined with AND; an empty object finds all your purchases. Order and pages are those of the list. ${NOT_AT_ONCE} A number is not found in purchases whose key was erased.`,
    security: SECURITY,
    request: {
      body: { required: true, content: { 'application/json': { schema: searchRequestSchema } } },
    },
    responses: {
      200: answer('One page of your purchases, and how many there are.', foundPurchasesSchema, {
        found: SEARCHED,
      }),
      ...channelProblems('invalid_request', 'number_search_unavailable'),
    },
  });
}
