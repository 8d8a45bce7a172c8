import { Router, type RequestHandler } from 'express';
import type { ChannelRegistry } from '../../channel/registry';
import { authenticate, authenticateAgain } from './authentication';
import { inTurn, limitConcurrency, limitRate, type ChannelLimit } from './limits';
import { checkSignature } from './signature';
import { singleHeaders } from './single-headers';
import type { ProcessTurns } from './turns';

/**
 * What every route of channels has before it: a known key of an enabled channel with the right scope, within the
 * channel's limits, and signed where the channel signs.
 */
export function channelAccess(
  registry: ChannelRegistry,
  limits: ChannelLimit,
  turns: ProcessTurns,
  now: () => Date,
): RequestHandler {
  return Router().use(
    singleHeaders,
    authenticate(registry, now),
    limitRate(limits),
    limitConcurrency(limits),
    checkSignature(now),
    inTurn(turns),
    authenticateAgain,
  );
}
