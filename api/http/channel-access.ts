import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import type { ChannelRegistry } from '../../channel/registry';
import type { ProblemCode } from '../../domain/problem-codes';
import { authenticate, authenticateAgain } from './authentication';
import { inTurn, limitConcurrency, limitRate, limitAnonymous, type ChannelLimit } from './limits';
import { Problem } from './problems';
import { checkSignature } from './signature';
import { singleHeaders } from './single-headers';
import type { ProcessTurns } from './turns';

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
  turns: ProcessTurns,
  now: () => Date,
): RequestHandler {
  return Router().use(
    singleHeaders,
    authenticate(registry, now),
    limitFailedAuthentication(limitAnonymous(limits.anonymousPerMinute)),
    limitRate(limits),
    limitConcurrency(limits),
    checkSignature(now),
    inTurn(turns),
    authenticateAgain,
  );
}

/** Problems of requests whose key is not known: they are many, or somebody is guessing. */
const WITHOUT_KEY: ReadonlySet<ProblemCode> = new Set(['unauthenticated', 'malformed_request']);

/**
 * Only requests that were turned away count, and a good key is let in all the same: else whoever shares a channel's
 * address, or its proxy, could shut the channel out. Guessing gains nothing by it, a key has 192 random bits.
 */
function limitFailedAuthentication(limit: RequestHandler): ErrorRequestHandler {
  return async (fault: unknown, request, response, next) => {
    if (!(fault instanceof Problem) || !WITHOUT_KEY.has(fault.code)) return next(fault);
    await limit(request, response, (excess?: unknown) => next(excess ?? fault));
  };
}
