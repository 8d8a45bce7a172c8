import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { answer, channelProblems, SECURITY } from '../docs/responses';
import { statusSchema, type StatusResource } from './schemas';

const OPEN: StatusResource = {
  sales: 'open',
  until: null,
  pausedPackages: [{ code: 'D120', until: '2026-11-24T05:00:00.000Z' }],
  mobifone: 'available',
};
const PAUSED: StatusResource = {
  sales: 'paused',
  until: '2026-11-24T05:00:00.000Z',
  pausedPackages: [],
  mobifone: 'unavailable',
};

export const IF_NONE_MATCH = z.strictObject({
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'The `ETag` of the last response.', example: '"4kZrYq2fJmV0n1cXw9TbQA"' }),
});

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/status',
    operationId: 'getStatus',
    tags: ['Status'],
    summary: 'Ask whether you can sell at this moment',
    description:
      'Made to be polled, every 15 seconds for example: send the `ETag` of the last response as `If-None-Match`, and an unchanged status is answered 304 without a body. It is at most 10 seconds old.',
    security: SECURITY,
    request: {
      headers: IF_NONE_MATCH,
    },
    responses: {
      200: answer('The status.', statusSchema, { open: OPEN, allPaused: PAUSED }, 'ETag'),
      304: { description: 'The status is as it was.' },
      ...channelProblems(),
    },
  });
}
