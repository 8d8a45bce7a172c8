import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { healthSchema } from '../schemas';
import { answer, EVERY_ROUTE, problems } from './responses';

/** For whoever runs the API. */
export function addHealth(registry: OpenAPIRegistry): void {
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
