import type { RequestHandler } from 'express';
import { Problem } from './problems';

/** Answers 405 to the methods that a route does not have. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  const allow = methods.join(', ');
  return () => {
    const detail = { en: `Allowed methods: ${allow}.`, vi: `Phương thức được hỗ trợ: ${allow}.` };
    throw new Problem('method_not_allowed', detail, {}, { Allow: allow });
  };
}

/**
 * Leaves some methods to later routes of the same address. Goes before the handlers of this route, which ends with
 * `onlyMethods` of all methods that the address has.
 */
export function leaveMethods(...methods: readonly string[]): RequestHandler {
  return (request, _response, next) => next(methods.includes(request.method) ? 'route' : undefined);
}
