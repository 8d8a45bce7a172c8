import type { RequestHandler } from 'express';

/**
 * Leaves some methods to the routes that follow at the same address. Goes before the handlers of its own methods,
 * which end with `onlyMethods` of all that the address has.
 */
export function leaveMethods(...methods: readonly string[]): RequestHandler {
  return (request, _response, next) => next(methods.includes(request.method) ? 'route' : undefined);
}
