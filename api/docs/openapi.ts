import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { addChannelHeaders } from './channel-headers';
import { RESOURCES } from '../resources';
import { CHANNEL_KEY } from './responses';

/** What a channel's developer reads first, on the page at /docs; Markdown. */
const INTRODUCTION = [
  'Sells MobiFone Datacode packages. Each order has an id of your own and is sold once, however often it is sent. ' +
    'All amounts are whole đồng (VND). Every failure is a problem document (RFC 9457) whose `code` is for your program; ' +
    '[/problems](/problems) lists all codes, each with what to do.',
  '**Try it on this page**: `npm start` prints a key for each demo channel (they are in `demo-channels.json` of its ' +
    'data folder as well). Press *Authorize* and paste one. Against the sandbox nothing is sold for real: ' +
    '[testing](/docs/testing.md) has the numbers that provoke every outcome.',
  'What changed is in the [change log](/docs/changelog.md), and how long what you use will stay in the ' +
    '[deprecation policy](/docs/deprecation-policy.md).',
].join('\n\n');

/** The OpenAPI 3.1 document, made from the schemas that requests are held to. */
export function openApiDocument(): ReturnType<OpenApiGeneratorV31['generateDocument']> {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', CHANNEL_KEY, {
    type: 'http',
    scheme: 'bearer',
    description: 'Your channel’s key, `dck_…`.',
  });
  for (const resource of RESOURCES) resource.document(registry);
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Datacode API',
      version: '1',
      description: INTRODUCTION,
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/' }],
    tags: RESOURCES.flatMap(({ tag }) => tag ?? []),
  });
  addChannelHeaders(document.paths ?? {});
  return document;
}
