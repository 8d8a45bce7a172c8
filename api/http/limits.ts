import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Channel } from '../../channel/registry';
import { bytesOfBody } from './json-body';
import { channelOf } from './known-channel';
import { Problem, problemStatus } from './problems';
import { RateWindows } from './rate-windows';
import type { ProcessTurns } from './turns';

/** What one channel may ask of us, where the registry says nothing else of it. */
export interface ChannelLimit {
  requestsPerMinute: number;
  concurrentRequests: number;
}

/** Seconds after which another try makes sense while a channel's own requests are under way. */
const RETRY_AFTER = '1';

const PER_MINUTE = {
  windowMs: 60_000,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  validate: { xForwardedForHeader: false }, // of no proxy that we were told to trust: as good as not there
  handler: (_request: Request, _response: Response, next: (fault: Problem) => void) =>
    next(new Problem('rate_limited')), // `Retry-After` is set already
} as const;

const counted = new WeakSet<Response>();

/** A request counts once: with its channel, or with its address. */
function countOnce(limit: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (counted.has(response)) return next();
    counted.add(response);
    return limit(request, response, next);
  };
}

/** Requests a minute of a channel, told by the `RateLimit` headers of each answer (IETF draft 8). */
export function limitRate(general: ChannelLimit): RequestHandler {
  return countOnce(
    rateLimit({
      ...PER_MINUTE,
      store: new RateWindows(),
      identifier: 'channel',
      keyGenerator: (_request, response) => channelOf(response).name,
      limit: (_request, response) => limitOf(channelOf(response), general, 'requestsPerMinute'),
    }),
  );
}

/** Requests a minute of one address that no key let in. */
export function limitAnonymous(limit: number): RequestHandler {
  return countOnce(
    rateLimit({
      ...PER_MINUTE,
      store: new RateWindows(),
      identifier: 'address',
      keyGenerator: (request) => ipKeyGenerator(request.ip ?? 'unknown'),
      limit,
    }),
  );
}

/**
 * Counts what is turned away before it counts with a channel, whichever way. Only then: a good key is let in all the same,
 * else whoever shares a channel's address, or its proxy, could shut the channel out. Guessing gains nothing by it, a key has
 * 192 random bits. Faults of our own do not count: load balancers ask whether the API is ready.
 */
export function limitRefusals(limit: RequestHandler): ErrorRequestHandler {
  return async (fault: unknown, request, response, next) => {
    if (problemStatus(fault) >= 500) return next(fault);
    await limit(request, response, (excess?: unknown) => next(excess ?? fault));
  };
}

/** Ends what a request counts as under way, and its turn. */
const departures = new WeakMap<Response, (() => void)[]>();

/** The request waits from now on, which has limits of its own, and is not counted as under way any more. */
export function leaveConcurrency(response: Response): void {
  const departed = departures.get(response) ?? [];
  departures.delete(response);
  for (const leave of departed) leave();
}

/** Has a request leave when its answer is out or given up, unless it leaves before. */
function onDeparture(response: Response, leave: () => void): void {
  const others = departures.get(response);
  departures.set(response, [...(others ?? []), leave]);
  if (others) return;
  response.once('prefinish', () => leaveConcurrency(response)); // all of it is written, whether or not it is read
  response.once('close', () => leaveConcurrency(response));
}

/** Requests of a channel that are under way at once, until each is answered, given up, or waits. */
export function limitConcurrency(general: ChannelLimit): RequestHandler {
  const underWay = new Map<string, number>();
  return (_request, response, next) => {
    if (response.closed) return; // given up meanwhile: nobody is there to be answered, nor to be counted out again
    const channel = channelOf(response);
    const count = underWay.get(channel.name) ?? 0;
    if (count >= limitOf(channel, general, 'concurrentRequests')) {
      throw new Problem('too_many_concurrent_requests', undefined, {}, { 'Retry-After': RETRY_AFTER });
    }
    underWay.set(channel.name, count + 1);
    onDeparture(response, () => {
      const left = (underWay.get(channel.name) ?? 1) - 1;
      if (left > 0) underWay.set(channel.name, left);
      else underWay.delete(channel.name);
    });
    next();
  };
}

const kinds = new WeakMap<Response, keyof ProcessTurns>();

/** Declares what a route waits for, where it is not Temporal only. Goes before `authenticated`. */
export function waitsFor(what: keyof ProcessTurns): RequestHandler {
  return (_request, response, next) => {
    kinds.set(response, what);
    next();
  };
}

/**
 * Gives a request a turn among those that wait for a worker, in place of its own.
 * @returns false when none is free now; then it keeps its own
 */
export function moveToWorkers(turns: ProcessTurns, response: Response): boolean {
  const end = turns.workers.takeNow(channelOf(response).name);
  if (!end) return false;
  leaveConcurrency(response);
  onDeparture(response, end);
  return true;
}

/**
 * Has the requests of all channels go to their work in turn. Goes after the body was read: a client that sends slowly takes
 * no turn.
 */
export function inTurn(turns: ProcessTurns): RequestHandler {
  return async (request, response, next) => {
    if (!['GET', 'HEAD'].includes(request.method)) await bytesOfBody(request, response);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const end = await turns[kinds.get(response) ?? 'temporal'].take(channelOf(response).name, gone.signal);
    if (!end) return; // given up meanwhile
    onDeparture(response, end);
    if (response.closed) leaveConcurrency(response);
    else next();
  };
}

function limitOf(channel: Channel, general: ChannelLimit, which: keyof ChannelLimit): number {
  return channel.limits?.[which] ?? general[which];
}
