import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import type { ChannelRegistry } from '../../channel/registry';
import { authenticate } from './authentication';
import { limitConcurrency, limitRate, limitAnonymous, type ChannelLimit } from './limits';
import { Problem } from './problems';
import { checkSignature } from './signature';

export interface AccessLimits extends ChannelLimit {
  /** Of one address without a key that we know. */
  anonymousPerMinute: number;
}

/**
 * What every route of channels has before it: a known key of an enabled channel with the right scope, within the
 * channel's limits, and signed where the channel signs.
 */
export function channelAccess(
  registry: ChannelRegistry,
  limits: AccessLimits,
  now: () => Date,
): RequestHandler {
  return Router().use(
    authenticate(registry, now),
    limitFailedAuthentication(limitAnonymous(limits.anonymousPerMinute)),
    limitRate(limits),
    limitConcurrency(limits),
    checkSignature(now),
  );
}

/**
 * Only requests that were turned away count, and a good key is let in all the same: else whoever shares a channel's
 * address, or its proxy, could shut the channel out. Guessing gains nothing by it, a key has 192 random bits.
 */
function limitFailedAuthentication(limit: RequestHandler): ErrorRequestHandler {
  return async (fault: unknown, request, response, next) => {
    if (!(fault instanceof Problem) || fault.code !== 'unauthenticated') return next(fault);
    await limit(request, response, (excess?: unknown) => next(excess ?? fault));
  };
}
