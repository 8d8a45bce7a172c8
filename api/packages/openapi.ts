import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { offerSchema, packagesSchema, type PackagesResource } from './schemas';
import { packageCodeSchema } from '../http/fields';
import { answer, channelProblems, SECURITY } from '../docs/responses';

export const PACKAGES: PackagesResource = {
  packages: [
    {
      code: 'D90',
      name: 'Datacode D90 – 30 GB trong 30 ngày',
      dataMegabytes: 30720,
      validityDays: 30,
      faceValue: 90000,
      discount: { rateBasisPoints: 650, amount: 5850 },
      payable: 84150,
      paymentForm: 'postpaid',
    },
  ],
  paused: [],
};

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'get',
    path: '/v1/packages',
    operationId: 'listPackages',
    tags: ['Packages'],
    summary: 'List the packages that you may sell now',
    description: 'At your prices; packages whose sale is paused are in `paused`.',
    security: SECURITY,
    responses: {
      200: answer('The packages, each at your current price.', packagesSchema, { packages: PACKAGES }),
      ...channelProblems(),
    },
  });
  registry.registerPath({
    method: 'get',
    path: '/v1/packages/{code}',
    operationId: 'getPackage',
    tags: ['Packages'],
    summary: 'Get a package',
    description: 'At your price.',
    security: SECURITY,
    request: { params: z.strictObject({ code: packageCodeSchema }) },
    responses: {
      200: answer('The package at your current price.', offerSchema, {
        package: PACKAGES.packages[0],
      }),
      ...channelProblems('sales_paused', 'package_not_found'),
    },
  });
}
