import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { packagesSchema } from '../schemas';
import { PACKAGES } from './examples';
import { answer, EVERY_CHANNEL_ROUTE, problems, SECURITY } from './responses';

/** What may be sold. */
export function addPackages(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/packages',
    operationId: 'listPackages',
    tags: ['Packages'],
    summary: 'List what you may sell now',
    security: SECURITY,
    responses: {
      200: answer('The packages, each at your price of this moment.', packagesSchema, { packages: PACKAGES }),
      ...problems(...EVERY_CHANNEL_ROUTE),
    },
  });
}
