import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { addDoorHeaders } from './door-headers';
import { addAccount } from '../account/openapi';
import { addEligibility } from '../eligibility/openapi';
import { addHealth } from '../health/openapi';
import { addEvents } from '../purchase-events/openapi';
import { INTRODUCTION } from './introduction';
import { addNotices } from '../notices/openapi';
import { addPackages } from '../packages/openapi';
import { addPurchaseSearch } from '../purchases/search-openapi';
import { addPurchases } from '../purchases/openapi';
import { CHANNEL_KEY } from './responses';

/** The OpenAPI 3.1 document, made from the schemas that requests are held to. */
export function openApiDocument(): ReturnType<OpenApiGeneratorV31['generateDocument']> {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', CHANNEL_KEY, {
    type: 'http',
    scheme: 'bearer',
    description: 'Your channel’s key, `dck_…`.',
  });
  addPurchases(registry);
  addEvents(registry);
  addPurchaseSearch(registry);
  addNotices(registry);
  addPackages(registry);
  addEligibility(registry);
  addAccount(registry);
  addHealth(registry);
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Datacode API',
      version: '1',
      description: INTRODUCTION,
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Purchases', description: 'Buy a package, find and follow purchases, cancel them.' },
      { name: 'Notices', description: 'What your webhook was told, and delivering it again.' },
      { name: 'Packages', description: 'What you may sell now, and at what price.' },
      { name: 'Eligibility', description: 'What a subscriber may have, before anything is sold.' },
      { name: 'Account', description: 'Who you are to us, and what you have earned.' },
      { name: 'Health', description: 'For whoever runs the API.' },
    ],
  });
  addDoorHeaders(document.paths ?? {});
  return document;
}
