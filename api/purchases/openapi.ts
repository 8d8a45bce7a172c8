import type { OpenAPIRegistry, ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { IDEMPOTENCY_KEY_PATTERN } from './idempotency';
import { MAX_WAIT_SECONDS } from '../http/waiting';
import { cancelRequestSchema, purchaseRequestSchema, purchaseSchema } from './schemas';
import { externalIdSchema } from '../http/fields';
import { ACCEPTED_PURCHASE, CANCELLING_PURCHASE, ROLLED_BACK_PURCHASE, SUCCEEDED_PURCHASE } from './examples';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const OWN_PURCHASE = z.strictObject({ externalId: externalIdSchema });
/** The header of every route that may wait for an outcome. */
export const PREFER = z.strictObject({
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\` delays the response until the outcome is known, for at most N seconds (N ≤ ${MAX_WAIT_SECONDS}).`,
      example: 'wait=20',
    }),
});

const SUBMIT_HEADERS = PREFER.extend({
  'idempotency-key': z.string().regex(IDEMPOTENCY_KEY_PATTERN).optional().meta({
    description:
      'Optional; 1 to 255 visible ASCII characters, preferably in double quotes. A key may be used for one order only. The external id alone already makes repeated requests safe.',
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  }),
});

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases',
    operationId: 'submitPurchase',
    tags: ['Purchases'],
    summary: 'Buy a package',
    description:
      'The response confirms that the order is stored, not that the package is sold; see `outcome`. If you receive no response, send the same order again.',
    security: SECURITY,
    request: {
      headers: SUBMIT_HEADERS,
      body: { required: true, content: { 'application/json': { schema: purchaseRequestSchema } } },
    },
    responses: {
      201: linked(
        answer(
          'The order was accepted.',
          purchaseSchema,
          { accepted: ACCEPTED_PURCHASE, waited: SUCCEEDED_PURCHASE },
          'Location',
          'Preference-Applied',
        ),
        'getPurchase',
        'listPurchaseEvents',
        'cancelPurchase',
      ),
      200: linked(
        answer(
          'The same order was accepted before; this is the purchase as it is now.',
          purchaseSchema,
          { succeeded: SUCCEEDED_PURCHASE, rolledBack: ROLLED_BACK_PURCHASE },
          'Location',
          'Preference-Applied',
        ),
        'getPurchase',
        'listPurchaseEvents',
        'cancelPurchase',
      ),
      ...channelProblems(
        'invalid_request',
        'package_not_available',
        'sales_paused',
        'external_id_conflict',
        'possible_duplicate',
        'number_blocked',
        'number_limit_reached',
        'idempotency_key_in_use',
        'idempotency_key_reused',
      ),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases/{externalId}',
    operationId: 'getPurchase',
    tags: ['Purchases'],
    summary: 'Get a purchase by your id',
    description: 'With `Prefer: wait=N` the response waits for the outcome.',
    security: SECURITY,
    request: { params: OWN_PURCHASE, headers: PREFER },
    responses: {
      200: linked(
        answer(
          'The purchase as it is now.',
          purchaseSchema,
          { succeeded: SUCCEEDED_PURCHASE, rolledBack: ROLLED_BACK_PURCHASE },
          'Preference-Applied',
        ),
        'getPurchase',
        'listPurchaseEvents',
        'cancelPurchase',
      ),
      ...channelProblems('purchase_not_found'),
    },
  });
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases/{externalId}/cancel',
    operationId: 'cancelPurchase',
    tags: ['Purchases'],
    summary: 'Cancel a purchase',
    description:
      'Possible until the charge (prepaid: the registration) is sent. Cancelling a purchase that is already cancelled succeeds.',
    security: SECURITY,
    request: {
      params: OWN_PURCHASE,
      body: { required: false, content: { 'application/json': { schema: cancelRequestSchema } } },
    },
    responses: {
      202: linked(
        answer('The purchase is being cancelled, or is cancelled.', purchaseSchema, {
          cancelling: CANCELLING_PURCHASE,
        }),
        'getPurchase',
      ),
      ...channelProblems('invalid_request', 'purchase_not_found', 'too_late_to_cancel'),
    },
  });
}

/** Operations that follow from a purchase in a response; each takes its external id from the body. */
const NEXT = {
  getPurchase: 'Get the purchase, or wait for its outcome.',
  listPurchaseEvents: 'Follow its events.',
  cancelPurchase: 'Cancel it.',
} as const;

/** Adds OpenAPI links to the operations that follow from the purchase in a response. */
function linked(answer: ResponseConfig, ...next: readonly (keyof typeof NEXT)[]): ResponseConfig {
  const links = next.map((operationId) => [
    operationId,
    {
      operationId,
      description: NEXT[operationId],
      parameters: { externalId: '$response.body#/externalId' },
    },
  ]);
  return { ...answer, links: Object.fromEntries(links) };
}
