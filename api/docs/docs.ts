import path from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { onlyMethods } from '../http/methods';
import { referencePage, type Document } from './reference/page';

/** Swagger UI's own files, from the installed package: the page works without the internet. */
const SWAGGER_UI = path.dirname(require.resolve('swagger-ui-dist/package.json'));
const SWAGGER_UI_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The pages of this repository that a channel's developer needs, as text. */
export const PAPERS = {
  'quick-start.md': 'docs/quick-start.md',
  'batches.md': 'docs/batches.md',
  'webhooks.md': 'docs/webhooks.md',
  'statements.md': 'docs/statements.md',
  'api-security.md': 'docs/api-security.md',
  'testing.md': 'docs/testing.md',
  'deprecation-policy.md': 'docs/deprecation-policy.md',
  'changelog.md': 'CHANGELOG.md',
} as const;
const ROOT = path.resolve(__dirname, '../..');

/** Swagger UI, for trying a request; the page to read is the reference. */
const TRY_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Try the Datacode API</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body><div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body>
</html>
`;

/** A file of its own, since the page's content security policy allows no script within it. */
const START =
  "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: true });\n";

/**
 * `/openapi.json`, the page at `/docs` that shows it, and the one at `/docs/try` that sends requests.
 * @param document the OpenAPI document
 */
export function docsRoutes(document: object): Router {
  const page = referencePage(document as Document); // made by `openApiDocument`; the linters of OpenAPI hold its shape
  const router = Router({ caseSensitive: true });
  router
    .route('/openapi.json')
    .get((_request, response) => void response.json(document))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/docs')
    .get((_request, response) => void response.type('html').send(page))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/docs/try')
    .get((_request, response) => void response.type('html').send(TRY_PAGE))
    .all(onlyMethods('GET', 'HEAD'));
  router.use('/docs/reference.css', oneFile(path.join(__dirname, 'reference/reference.css')));
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(START));
  for (const file of SWAGGER_UI_FILES) router.use(`/docs/${file}`, oneFile(path.join(SWAGGER_UI, file)));
  router.use('/favicon.ico', oneFile(path.join(SWAGGER_UI, 'favicon-32x32.png'))); // asked for by every page without one
  for (const [name, file] of Object.entries(PAPERS)) {
    router.use(`/docs/${name}`, oneFile(path.join(ROOT, file), 'text/plain; charset=utf-8'));
  }
  return router;
}

/** @param mediaType what the file is served as, where its name would not do */
function oneFile(file: string, mediaType?: string): RequestHandler {
  return express.static(file, {
    redirect: false,
    etag: false,
    setHeaders: (response) => {
      if (mediaType) response.setHeader('Content-Type', mediaType); // Markdown would be downloaded, not shown
    },
  });
}
