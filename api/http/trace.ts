import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { PurchaseId } from '../../domain/identifiers';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { traceIdOf, traceparent, type Origin, type Traceparent } from '../../domain/trace';
import { knownChannel } from './known-channel';

/** A number that zeros fill up to the length of an id. */
const FILLED_UP = /^0*(?:84)?[35789]\d{8}0*$/;
const places = new WeakMap<Response, Traceparent>();
const purchases = new WeakMap<Response, PurchaseId>();

/** Takes up the caller's trace by its `traceparent` (W3C Trace Context), or begins one. */
export const followTrace: RequestHandler = (request: Request, response: Response, next) => {
  places.set(response, withoutNumber(request.get('traceparent') ?? '') ?? newTrace());
  next();
};

/** Nothing for a place in whose ids somebody put a number: they are logged, and passed on. */
function withoutNumber(text: string): Traceparent | undefined {
  const place = traceparent(text); // by its form first, which is short: anybody may send a long text
  return place?.split('-').every((part) => withoutNumbers(part) === part && !FILLED_UP.test(part))
    ? place
    : undefined;
}

/** Names the purchase that a request is about, for its line in the log. */
export function notePurchase(response: Response, purchase: PurchaseId): void {
  purchases.set(response, purchase);
}

/** What the line of a request says beyond the request itself. */
export function logFields(response: Response): Readonly<Record<string, string | undefined>> {
  const place = places.get(response);
  return {
    channel: knownChannel(response)?.name,
    purchaseId: purchases.get(response),
    traceId: place && traceIdOf(place),
  };
}

/** The id of the request that is being answered; also in its `X-Request-Id`. */
export function requestIdOf(response: Response): string {
  return response.get('X-Request-Id') ?? 'none';
}

/** What a request gives to all that comes of it: the purchase, its calls to MobiFone, its notices. */
export function requestOrigin(response: Response): Origin {
  const place = places.get(response);
  return { requestId: requestIdOf(response), ...(place ? { traceparent: place } : {}) };
}

/** Sampled, so that whoever records spans after us may; never one that the logs would take for a number. */
function newTrace(): Traceparent {
  for (;;) {
    const text = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
    const place = withoutNumber(text);
    if (place) return place;
  }
}
