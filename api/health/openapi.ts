import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { healthSchema } from './schemas';
import { answer, problems } from '../docs/responses';

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/healthz',
    operationId: 'isAlive',
    tags: ['Health'],
    summary: 'Whether the process runs',
    description: 'Says nothing about Temporal; see `/readyz`.',
    security: [],
    responses: {
      200: answer('The process runs.', healthSchema, { ok: { status: 'ok' } }),
      ...problems(),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/readyz',
    operationId: 'isReady',
    tags: ['Health'],
    summary: 'Whether orders can be accepted',
    description: 'For load balancers; a channel asks `/v1/status`.',
    security: [],
    responses: {
      200: answer('Temporal responds and accepts writes, and prices are available.', healthSchema, {
        ready: { status: 'ready' },
      }),
      ...problems('temporarily_unavailable'),
    },
  });
}
