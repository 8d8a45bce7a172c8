import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { healthSchema } from './schemas';
import { answer, EVERY_ROUTE, problems } from '../docs/responses';

const OF_OPERATORS =
  'For operators: a purchase’s page in Temporal’s Web UI is the workflow `purchase:<channel>:<externalId>` there; ' +
  '`datacode purchases show <purchase id>` prints its address, and `docs/operations.md` has every list as a link. ' +
  'Channels have no access to it.';

export function document(registry: OpenAPIRegistry): void {
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
    description: OF_OPERATORS,
    responses: {
      200: answer('Temporal answers and takes writes, and there are prices.', healthSchema, {
        ready: { status: 'ready' },
      }),
      ...problems(...EVERY_ROUTE, 'temporarily_unavailable'),
    },
  });
}
