import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { validationRequestSchema } from '../purchases/schemas';
import { eligibilityRequestSchema, eligibilitySchema, validationSchema } from './schemas';
import { ELIGIBLE, NOT_ELIGIBLE, SUBSCRIBER_OFFERS } from '../docs/examples';
import { answer, EVERY_BODY, EVERY_CHANNEL_ROUTE, OF_TEMPORAL, problems, SECURITY } from '../docs/responses';

const NOTHING_SOLD = 'Nothing is sold. MobiFone is asked, which takes up to some seconds.';

/** Looking before buying. */
export function addEligibility(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases/validate',
    operationId: 'validatePurchase',
    tags: ['Eligibility'],
    summary: 'Validate a purchase without buying',
    description: `All that a submission would refuse is refused here; \`eligibility\` tells whether MobiFone would take it. ${NOTHING_SOLD}`,
    security: SECURITY,
    request: {
      body: { required: true, content: { 'application/json': { schema: validationRequestSchema } } },
    },
    responses: {
      200: answer('What it would cost, and whether it would be taken.', validationSchema, {
        eligible: ELIGIBLE,
        refused: NOT_ELIGIBLE,
      }),
      ...problems(
        ...EVERY_CHANNEL_ROUTE,
        ...EVERY_BODY,
        'package_not_available',
        'sales_paused',
        'external_id_conflict',
        ...OF_TEMPORAL,
      ),
    },
  });
  registry.registerPath({
    method: 'post',
    path: '/v1/eligibility',
    operationId: 'askEligibility',
    tags: ['Eligibility'],
    summary: 'Ask which packages a subscriber may have',
    description: `Every package that you may sell now, at your price. ${NOTHING_SOLD} A POST, so that the number is in no address.`,
    security: SECURITY,
    request: {
      body: { required: true, content: { 'application/json': { schema: eligibilityRequestSchema } } },
    },
    responses: {
      200: answer('The packages, each with what MobiFone says.', eligibilitySchema, {
        packages: SUBSCRIBER_OFFERS,
      }),
      ...problems(...EVERY_CHANNEL_ROUTE, ...EVERY_BODY, ...OF_TEMPORAL),
    },
  });
}
