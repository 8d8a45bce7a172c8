import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { accountSchema, type AccountResource } from './schemas';
import { answer, channelProblems, SECURITY } from '../docs/responses';

const ACCOUNT: AccountResource = {
  channel: 'phuong-quan-shop',
  paymentForm: 'postpaid',
  discountClass: 'standard',
  keys: [
    { prefix: 'dck_live_', lastFour: 'x7Qa', scopes: ['submit', 'read'], expiresAt: null, label: 'web shop' },
  ],
  webhook: {
    url: 'https://shop.example/datacode/notices',
    states: ['succeeded', 'rolled_back'],
    status: 'healthy',
    since: null,
  },
  earned: {
    today: { day: '2026-11-24', sales: 2, faceValue: 180000, discount: 11700, payable: 168300 },
    thisMonth: { month: '2026-11', sales: 40, faceValue: 3600000, discount: 234000, payable: 3366000 },
  },
};

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/account',
    operationId: 'getAccount',
    tags: ['Account'],
    summary: 'Show your contract, your keys and what you have earned',
    description:
      'A successful purchase counts on the day in Vietnam on which it was accepted. It appears within about a second.',
    security: SECURITY,
    responses: {
      200: answer('Your account.', accountSchema, { account: ACCOUNT }),
      ...channelProblems(),
    },
  });
}
