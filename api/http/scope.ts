import type { Request, RequestHandler, Response } from 'express';
import type { Scope } from '../../domain/scopes';

const declared = new WeakMap<Response, Scope>();

/**
 * Declares the scope that a route demands of a key, where it is not what its method says. Goes before
 * `authenticated`: `.post(needs('read'), authenticated, …)`.
 */
export function needs(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    declared.set(response, scope);
    next();
  };
}

/** What the route demands: reading where it reads, else selling, unless it says otherwise. */
export function scopeOf(request: Request, response: Response): Scope {
  return (
    declared.get(response) ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'submit')
  );
}
