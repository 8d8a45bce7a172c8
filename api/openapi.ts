import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import {
  ACCEPTED_PURCHASE,
  CANCELLING_PURCHASE,
  PACKAGES,
  ROLLED_BACK_PURCHASE,
  SUCCEEDED_PURCHASE,
} from './openapi-examples';
import { answer, problems } from './openapi-responses';
import { LONGEST_WAIT } from './prefer';
import {
  cancelRequestSchema,
  externalIdSchema,
  healthSchema,
  packagesSchema,
  purchaseRequestSchema,
  purchaseSchema,
} from './schemas';

const SECURITY = 'channelKey';
const OWN_PURCHASE = z.strictObject({ externalId: externalIdSchema });
const PREFER = z.strictObject({
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\` holds the answer until the outcome is known, N seconds at most (at most ${LONGEST_WAIT}).`,
      example: 'wait=20',
    }),
});
const EVERY_ROUTE = ['malformed_request', 'internal_error'] as const;
const EVERY_CHANNEL_ROUTE = [...EVERY_ROUTE, 'unauthenticated', 'channel_disabled'] as const;
const EVERY_BODY = ['payload_too_large', 'unsupported_media_type', 'invalid_request'] as const;

/** The OpenAPI 3.1 document, made from the schemas that requests are held to. */
export function openApiDocument(): ReturnType<OpenApiGeneratorV31['generateDocument']> {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', SECURITY, {
    type: 'http',
    scheme: 'bearer',
    description: 'Your channel’s key, `dck_…`.',
  });
  addPurchases(registry);
  addPackages(registry);
  addHealth(registry);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Datacode API',
      version: '1',
      description:
        'Sells MobiFone Datacode packages. Each order has an id of your own and is sold once, however often it is sent. ' +
        'All amounts are whole đồng (VND). Every failure is a problem document (RFC 9457) whose `code` is for your program.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Purchases', description: 'Buy a package, follow the purchase, cancel it.' },
      { name: 'Packages', description: 'What you may sell now, and at what price.' },
      { name: 'Health', description: 'For whoever runs the API.' },
    ],
  });
}

function addPurchases(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases',
    operationId: 'submitPurchase',
    tags: ['Purchases'],
    summary: 'Buy a package',
    description:
      'The answer means that the order is durable, not that it is sold; `outcome` tells. If the answer is lost, send the same order again.',
    security: [{ [SECURITY]: [] }],
    request: {
      headers: PREFER,
      body: { required: true, content: { 'application/json': { schema: purchaseRequestSchema } } },
    },
    responses: {
      201: answer(
        'The order was accepted.',
        purchaseSchema,
        { accepted: ACCEPTED_PURCHASE, waited: SUCCEEDED_PURCHASE },
        'Location',
        'Preference-Applied',
      ),
      200: answer(
        'The same order was accepted before: the purchase as it is now.',
        purchaseSchema,
        { succeeded: SUCCEEDED_PURCHASE, rolledBack: ROLLED_BACK_PURCHASE },
        'Location',
        'Preference-Applied',
      ),
      ...problems(
        ...EVERY_CHANNEL_ROUTE,
        ...EVERY_BODY,
        'package_not_available',
        'external_id_conflict',
        'temporarily_unavailable',
      ),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/purchases/{externalId}',
    operationId: 'getPurchase',
    tags: ['Purchases'],
    summary: 'Look a purchase up by your own id',
    security: [{ [SECURITY]: [] }],
    request: { params: OWN_PURCHASE, headers: PREFER },
    responses: {
      200: answer(
        'The purchase as it is now.',
        purchaseSchema,
        { succeeded: SUCCEEDED_PURCHASE, rolledBack: ROLLED_BACK_PURCHASE },
        'Preference-Applied',
      ),
      ...problems(...EVERY_CHANNEL_ROUTE, 'purchase_not_found', 'temporarily_unavailable'),
    },
  });
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases/{externalId}/cancel',
    operationId: 'cancelPurchase',
    tags: ['Purchases'],
    summary: 'Cancel a purchase',
    description:
      'Possible until the charge is sent (prepaid: the registration). Asking again for what is cancelled already is no fault.',
    security: [{ [SECURITY]: [] }],
    request: {
      params: OWN_PURCHASE,
      body: { required: false, content: { 'application/json': { schema: cancelRequestSchema } } },
    },
    responses: {
      202: answer('The purchase is being cancelled, or is cancelled.', purchaseSchema, {
        cancelling: CANCELLING_PURCHASE,
      }),
      ...problems(
        ...EVERY_CHANNEL_ROUTE,
        ...EVERY_BODY,
        'purchase_not_found',
        'too_late_to_cancel',
        'temporarily_unavailable',
      ),
    },
  });
}

function addPackages(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/packages',
    operationId: 'listPackages',
    tags: ['Packages'],
    summary: 'List what you may sell now',
    security: [{ [SECURITY]: [] }],
    responses: {
      200: answer('The packages, each at your price of this moment.', packagesSchema, { packages: PACKAGES }),
      ...problems(...EVERY_CHANNEL_ROUTE),
    },
  });
}

function addHealth(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/healthz',
    operationId: 'isAlive',
    tags: ['Health'],
    summary: 'Whether the process runs',
    responses: {
      200: answer('It runs.', healthSchema, { ok: { status: 'ok' } }),
      ...problems(...EVERY_ROUTE),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/readyz',
    operationId: 'isReady',
    tags: ['Health'],
    summary: 'Whether orders can be taken',
    responses: {
      200: answer('Temporal answers.', healthSchema, { ready: { status: 'ready' } }),
      ...problems(...EVERY_ROUTE, 'temporarily_unavailable'),
    },
  });
}
