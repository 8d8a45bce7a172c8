import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { healthSchema } from './schemas';
import { answer, EVERY_ROUTE, problems } from '../docs/responses';

const OF_OPERATORS =
  'For operators: in Temporal’s Web UI a purchase is the workflow `purchase:<channel>:<externalId>`; ' +
  '`datacode purchases show <purchase id>` prints its URL, and `docs/operations.md` has every list as a link. ' +
  'Channels have no access to it.';

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
      ...problems(...EVERY_ROUTE),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/readyz',
    operationId: 'isReady',
    tags: ['Health'],
    summary: 'Whether orders can be accepted',
    description: OF_OPERATORS,
    security: [],
    responses: {
      200: answer('Temporal responds and accepts writes, and prices are available.', healthSchema, {
        ready: { status: 'ready' },
      }),
      ...problems(...EVERY_ROUTE, 'temporarily_unavailable'),
    },
  });
}
