import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { accountSchema } from './schemas';
import { ACCOUNT } from '../docs/examples';
import { answer, EVERY_CHANNEL_ROUTE, OF_TEMPORAL, problems, SECURITY } from '../docs/responses';

/** Who the channel is to us. */
export function addAccount(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/account',
    operationId: 'getAccount',
    tags: ['Account'],
    summary: 'Show your contract, your keys and what you have earned',
    description:
      'A purchase counts on the day in Vietnam on which it was accepted, once it has succeeded; a success shows within about a second.',
    security: SECURITY,
    responses: {
      200: answer('Your account.', accountSchema, { account: ACCOUNT }),
      ...problems(...EVERY_CHANNEL_ROUTE, ...OF_TEMPORAL),
    },
  });
}
