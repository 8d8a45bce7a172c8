import type { RequestHandler } from 'express';

/**
 * Leaves all other methods to the routes that follow at the same address. Without it express would answer OPTIONS
 * with the methods of this route alone.
 */
export function leaveOtherMethods(...methods: readonly string[]): RequestHandler {
  return (request, _response, next) => next(methods.includes(request.method) ? undefined : 'route');
}
