import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import {
  CONTENT_DIGEST_HEADER,
  MESSAGE_SIGNATURE_HEADER,
  SIGNATURE_INPUT_HEADER,
} from '../../channel/message-signature';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../channel/request-signature';
import { RESOURCES } from '../resources';
import { CHANNEL_KEY, SECURITY } from './responses';
import { openAnswers } from './open-answers';
import { shareParts } from './shared-parts';

/** What a channel's developer reads first, on the page at /docs; Markdown. */
const INTRODUCTION = [
  'Sells MobiFone Datacode packages. Each order has your own id and is sold only once, however often you send it. ' +
    'All amounts are in whole đồng (VND). Every error is a problem document (RFC 9457) with a stable `code`; ' +
    '[/problems](/problems) lists all codes and what to do about each. Every response has `X-Request-Id`: your own, if the ' +
    'request has one of up to 64 letters, digits, `.`, `_` and `-`, which every notice returns as well, as it does your ' +
    '`traceparent`. A problem has `Content-Language`: `vi` where `Accept-Language` prefers it, else `en`. Every response to ' +
    'a channel has the `RateLimit` headers that are described at its refusals.',
  '**[Try it](/docs/try)**: `npm start` prints a key for each demo channel. ' +
    'Press *Authorize* and paste one. The sandbox sells nothing for real: ' +
    '[testing](/docs/testing.md) lists the numbers that produce each outcome.',
  'Begin with the [quick start](/docs/quick-start.md): programs in seven languages that buy a package and verify a notice. ' +
    'More: [batches](/docs/batches.md), [webhooks](/docs/webhooks.md), [statements](/docs/statements.md), ' +
    '[keys, signatures, limits](/docs/api-security.md).',
  'Changes are listed in the [change log](/docs/changelog.md); the ' +
    '[deprecation policy](/docs/deprecation-policy.md) says how long features are kept.',
].join('\n\n');

/** The OpenAPI 3.1 document, made from the schemas that requests are held to. */
export function openApiDocument(): ReturnType<OpenApiGeneratorV31['generateDocument']> {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', CHANNEL_KEY, {
    type: 'http',
    scheme: 'bearer',
    description: `Your channel’s key, \`dck_…\`. A channel that signs its requests sends \`${SIGNATURE_INPUT_HEADER}\`, \`${MESSAGE_SIGNATURE_HEADER}\` and \`${CONTENT_DIGEST_HEADER}\` besides (RFC 9421 and 9530), or \`${TIMESTAMP_HEADER}\` and \`${SIGNATURE_HEADER}\`.`,
  });
  for (const resource of RESOURCES) resource.document(registry);
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Datacode API',
      version: '1',
      description: INTRODUCTION,
      contact: { name: 'Datacode operators' },
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/' }],
    security: SECURITY,
    tags: RESOURCES.flatMap(({ tag }) => tag ?? []),
  });
  leaveOutSecurity(document.paths ?? {});
  shareParts(document);
  openAnswers(document);
  return document;
}

/** That of the whole document holds for every operation that does not say otherwise. */
function leaveOutSecurity(paths: Readonly<Record<string, object>>): void {
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path) as Operation[])) {
    if (operation.security === SECURITY) delete operation.security;
  }
}

interface Operation {
  security?: object;
}
