import path from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { onlyMethods } from '../http/methods';

/** Swagger UI's own files, from the installed package: the page works without the internet. */
const SWAGGER_UI = path.dirname(require.resolve('swagger-ui-dist/package.json'));
const SWAGGER_UI_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The pages of this repository that a channel's developer needs, as text. */
const PAPERS = {
  'testing.md': 'docs/testing.md',
  'deprecation-policy.md': 'docs/deprecation-policy.md',
  'changelog.md': 'CHANGELOG.md',
} as const;
const ROOT = path.resolve(__dirname, '../..');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Datacode API</title><meta name="viewport" content="width=device-width">
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
 * `/openapi.json` and the page at `/docs` that shows it.
 * @param document the OpenAPI document
 */
export function docsRoutes(document: object): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/openapi.json')
    .get((_request, response) => void response.json(document))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/docs')
    .get((_request, response) => void response.type('html').send(PAGE))
    .all(onlyMethods('GET', 'HEAD'));
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
