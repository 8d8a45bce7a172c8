import type { Router } from 'express';
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
const addressOf = ({ path }: Route) => path.replace('{period}', '2026-11').replace(/\{\w+\}/g, 'x');

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
