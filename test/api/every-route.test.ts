import type { Router } from 'express';
import supertest from 'supertest';
import { PAPERS } from '../../api/docs/docs';
import { RESOURCES } from '../../api/resources';
import type { ApiServices } from '../../api/resource';
import { KEYS, Shop } from './shop';
import { wholeDocument } from './whole-document';

type Method = 'get' | 'post';
interface Route {
  method: Method;
  path: string;
}

const { paths = {} } = wholeDocument();
const documented: Route[] = Object.entries(paths).flatMap(([path, operations]) =>
  Object.keys(operations)
    .filter((method): method is Method => method === 'get' || method === 'post')
    .map((method) => ({ method, path })),
);
const ofChannels = documented.filter(({ path }) => path.startsWith('/v1'));

/** The address of a documented route, with something in the place of each parameter. */
const addressOf = ({ path }: Pick<Route, 'path'>) =>
  path.replace('{period}', '2026-11').replace(/\{\w+\}/g, 'x');

const answerTo = (route: Route, key: string | null) => {
  const shop = new Shop();
  return route.method === 'get' ? shop.get(addressOf(route), key) : shop.post(addressOf(route), {}, key);
};

describe('each route that the document has for channels', () => {
  it('answers nobody who presents no key', async () => {
    expect(ofChannels.length).toBeGreaterThan(20);
    for (const route of ofChannels) {
      const { status, body } = await answerTo(route, null);
      expect({ ...route, status, code: body.code }).toEqual({
        ...route,
        status: 401,
        code: 'unauthenticated',
      });
    }
  });

  it('demands a scope: a key that may do nothing is told which', async () => {
    for (const route of ofChannels) {
      const { status, body, headers } = await answerTo(route, KEYS.operator);
      expect({ ...route, status, code: body.code }).toEqual({ ...route, status: 403, code: 'scope_missing' });
      expect(headers['www-authenticate']).toMatch(/scope="(read|submit)"$/);
    }
  });
});

/** Other addresses of routes that the document has. */
const ALIASES = new Map([['get /v1/purchases/by-id/{}', 'get /v1/purchases-by-id/{}']]);

describe('the routes that the API serves', () => {
  it('are those of the document, and no other', () => {
    const services = new Proxy({} as ApiServices, { get: () => () => undefined }); // no route is asked
    const served = RESOURCES.flatMap((resource) => routesOf(resource.routes(services)));
    const known = documented.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(served.map((route) => ALIASES.get(route) ?? route))).toEqual(new Set(known));
  });
});

/** A layer of Express’ router, of which its types have a part. */
interface Layer {
  route?: { path: string | string[]; stack: { method?: string }[] };
  rawPath: string;
  /** Whether it is asked at every path. */
  slash: boolean;
  name: string;
  handle: { stack?: unknown };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
interface Walked {
  routes: { path: string; methods: (typeof METHODS)[number][] }[];
  /** Where something is mounted that is no router; a file server at the root as well. */
  mounted: string[];
}

/** All routes and mounts, through every router in it. */
function walked(router: unknown, prefix: string): Walked {
  const { stack } = router as { stack: Layer[] }; // Express’ own
  const found: Walked = { routes: [], mounted: [] };
  for (const { route, rawPath, slash, name, handle } of stack) {
    if (route) {
      const own = METHODS.filter((method) => route.stack.some((each) => each.method === method));
      const methods = own.length > 0 ? own : ['get' as const]; // of one that answers them all
      for (const path of [route.path].flat()) {
        found.routes.push({ path: `${prefix}${path === '/' && prefix !== '' ? '' : path}`, methods });
      }
    } else if (handle.stack !== undefined) {
      const inside = walked(handle, slash ? prefix : `${prefix}${rawPath}`);
      found.routes.push(...inside.routes);
      found.mounted.push(...inside.mounted);
    } else if (!slash || name === 'serveStatic') found.mounted.push(`${prefix}${rawPath}`);
  }
  return found;
}

/** Pages and files that are served to everybody, beside the documented routes that ask for no key. */
const OPEN_PAGES = ['/openapi.json', '/docs', '/docs/try', '/docs/start.js', '/problems', '/problems/:code'];
const OPEN_FILES = [
  '/docs/reference.css',
  ...['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].map((file) => `/docs/${file}`),
  '/favicon.ico',
  ...Object.keys(PAPERS).map((name) => `/docs/${name}`),
];

describe('the app as a whole', () => {
  const everything = walked(new Shop().app.router, '');

  it('answers nobody without a key but by the open pages and the routes that the document opens', async () => {
    const isOpen: string[] = [];
    for (const { path, methods } of everything.routes) {
      for (const method of methods) {
        const { app } = new Shop(); // another each time: strangers are limited
        const { status } = await supertest(app)[method](addressOf({ path: path.replace(/:(\w+)/g, '{$1}') }));
        if (status !== 401 && status !== 405) isOpen.push(path);
      }
    }
    const opened = documented.map(({ path }) => path).filter((path) => !path.startsWith('/v1'));
    expect(new Set(isOpen)).toEqual(new Set([...OPEN_PAGES, ...opened]));
    expect(everything.routes.length).toBeGreaterThan(ofChannels.length);
  });

  it('serves no files but those of its pages, and has nothing else below a path', () => {
    const limited = '/problems,/docs,/openapi.json,/favicon.ico'; // by address
    expect(new Set(everything.mounted)).toEqual(new Set([...OPEN_FILES, limited, '/v1'])); // which sets a header
  });
});

function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const paths: unknown = route.path; // a list where it has several, which its type does not say
    const methods = new Set(route.stack.map(({ method }) => method));
    return [...methods].flatMap((method) =>
      method === 'get' || method === 'post'
        ? [paths].flat().map((path) => `${method} ${String(path).replace(/:\w+/g, '{}')}`)
        : [],
    );
  });
}
