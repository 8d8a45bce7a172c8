import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { eligibilityRequestSchema, eligibilitySchema, type EligibilityResource } from './schemas';
import { ACCEPTED_PURCHASE } from '../purchases/examples';
import { PACKAGES } from '../packages/openapi';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const SUBSCRIBER_OFFERS: EligibilityResource = {
  msisdn: ACCEPTED_PURCHASE.msisdn,
  packages: PACKAGES.packages.map((offered) => ({ ...offered, eligibility: 'eligible', reason: null })),
};

export const NOTHING_SOLD = 'Nothing is sold. The request queries MobiFone and may take a few seconds.';

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/eligibility',
    operationId: 'askEligibility',
    tags: ['Eligibility'],
    summary: 'List the packages that a subscriber may buy',
    description: `Every package that you may sell now, at your price and with the subscriber’s eligibility. ${NOTHING_SOLD} It is a POST so that the number does not appear in a URL.`,
    security: SECURITY,
    request: {
      body: { required: true, content: { 'application/json': { schema: eligibilityRequestSchema } } },
    },
    responses: {
      200: answer('The packages, each with MobiFone’s answer.', eligibilitySchema, {
        packages: SUBSCRIBER_OFFERS,
      }),
      ...channelProblems('invalid_request'),
    },
  });
}
