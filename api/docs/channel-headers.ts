import { RATE_LIMIT_HEADERS } from './responses';

interface Operation {
  responses?: Record<string, { headers?: object }>;
}

/** Documents the headers that every answer to a channel has. */
export function addChannelHeaders(paths: Readonly<Record<string, object>>): void {
  for (const [path, routes] of Object.entries(paths)) {
    if (!path.startsWith('/v1/')) continue;
    for (const operation of Object.values(routes) as Operation[]) {
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        if (status !== '429' && status !== 'default') continue; // every answer has them, as the introduction says
        response.headers = { ...response.headers, ...RATE_LIMIT_HEADERS };
      }
    }
  }
}
