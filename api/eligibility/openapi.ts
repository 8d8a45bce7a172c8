import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { eligibilityRequestSchema, eligibilitySchema, type EligibilityResource } from './schemas';
import { ACCEPTED_PURCHASE } from '../purchases/examples';
import { PACKAGES } from '../packages/openapi';
import { answer, EVERY_BODY, EVERY_CHANNEL_ROUTE, OF_TEMPORAL, problems, SECURITY } from '../docs/responses';

const SUBSCRIBER_OFFERS: EligibilityResource = {
  msisdn: ACCEPTED_PURCHASE.msisdn,
  packages: PACKAGES.packages.map((offered) => ({ ...offered, eligibility: 'eligible', reason: null })),
};

export const NOTHING_SOLD = 'Nothing is sold. MobiFone is asked, which takes up to some seconds.';

export function document(registry: OpenAPIRegistry): void {
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
