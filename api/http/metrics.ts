import type { Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { TemporalUnavailable, type Purchases } from '../../client/purchases';
import { FOLLOWED_FILES, type FollowedFile } from '../../runtime/followed-file';
import { HISTOGRAM_SECONDS, METRICS, NO_LABEL, type LabelsOf, type Metric } from '../../domain/metrics';
import type { ProblemCode } from '../../domain/problem-codes';
import { REFUSED, type Refused } from './connection-limit';
import { knownChannel } from './known-channel';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What one channel has under way in this process, of one kind. */
export interface ChannelLoad {
  channel: string;
  kind: 'working' | 'queued' | 'held' | 'stream';
  count: number;
}

/** Whose rejections the alert `TemporalRejectsLoad` is about: starts and updates. */
const ALERTED_OPERATIONS = ['StartWorkflowExecution', 'ExecuteMultiOperation', 'UpdateWorkflowExecution'];

/** What an API process counts; names and labels are those of `domain/metrics.ts`. */
export class ApiMetrics {
  readonly registry = new Registry();
  private readonly seconds = histogram(this.registry, METRICS.httpSeconds);
  private readonly inFlight = gauge(this.registry, METRICS.httpInFlight);
  private readonly streams = gauge(this.registry, METRICS.eventStreams);
  private readonly submissions = counter(this.registry, METRICS.submissions);
  private readonly problems = counter(this.registry, METRICS.problems);
  private readonly notFollowed = gauge(this.registry, METRICS.filesNotFollowed);
  private readonly clockOffset = gauge(this.registry, METRICS.clockOffset);
  private readonly temporalRefusals = counter(this.registry, METRICS.temporalRefusals);
  private readonly writable = gauge(this.registry, METRICS.temporalWritable);
  private readonly descriptorLimit = gauge(this.registry, METRICS.descriptorLimit);
  private readonly descriptorsOpen = gauge(this.registry, METRICS.descriptorsOpen);
  private readonly refused = counter(this.registry, METRICS.connectionsRefused);

  constructor() {
    // Counted from zero, so that the first one shows as an increase.
    for (const operation of ALERTED_OPERATIONS) this.temporalRefusals.inc({ operation }, 0);
    for (const how of REFUSED) this.refused.inc({ how }, 0);
    for (const file of FOLLOWED_FILES) this.follows(file, true);
    this.temporalTakesWrites(true);
    this.descriptorLimit.forget(); // told once they are counted
    this.descriptorsOpen.forget();
    this.clockOffset.forget(); // 0 would say that it was compared
  }

  connectionRefused(how: Refused): void {
    this.refused.inc({ how });
  }

  descriptors({ limit, open }: { limit: number; open: number }): void {
    this.descriptorLimit.set({}, limit);
    this.descriptorsOpen.set({}, open);
  }

  /** Whether the newest version of a file is in use. */
  follows(file: FollowedFile, isFollowed: boolean): void {
    this.notFollowed.set({ file }, isFollowed ? 0 : 1);
  }

  temporalRefused(operation: string): void {
    this.temporalRefusals.inc({ operation });
  }

  temporalTakesWrites(works: boolean): void {
    this.writable.set({}, works ? 1 : 0);
  }

  /** Node's own figures as well: memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param read what each channel has under way; read whenever the metrics are */
  watchLoad(read: () => Iterable<ChannelLoad>): void {
    const { name, help, labels } = METRICS.channelLoad;
    const load = new Gauge<string>({
      name,
      help,
      labelNames: [...labels],
      registers: [],
      collect() {
        this.reset();
        for (const { channel, kind, count } of read()) this.inc({ channel, kind }, count);
      },
    });
    this.registry.registerMetric(load);
  }

  /** Counts and times every request; to be used before all routes. */
  watchRequests(): RequestHandler {
    return (request, response, next) => {
      const from = performance.now();
      this.inFlight.inc({});
      response.once('close', () => {
        this.inFlight.dec({});
        this.seconds.observe(
          { method: methodOf(request), route: routeOf(request), status: String(response.statusCode) },
          (performance.now() - from) / 1000,
        );
      });
      next();
    };
  }

  problem(code: ProblemCode, response: Response): void {
    this.problems.inc({ code, channel: knownChannel(response)?.name ?? NO_LABEL });
  }

  /** How far the clock of this machine is ahead of Temporal's. */
  readonly clockIsOff = (seconds: number): void => this.clockOffset.set({}, seconds);

  /** Until the stream's reader is gone. */
  streamOpened(response: Response): void {
    this.streams.inc({});
    response.once('close', () => this.streams.dec({}));
  }

  /** The same purchases, whose submissions are counted. */
  watchSubmissions(purchases: Purchases): Purchases {
    return {
      submit: async (order, ...wait) => {
        const count = (result: string) => this.submissions.inc({ channel: order.channel, result });
        try {
          const submission = await purchases.submit(order, ...wait);
          count(submission.kind);
          return submission;
        } catch (error) {
          if (error instanceof TemporalUnavailable) count('unavailable');
          throw error;
        }
      },
      find: (...asked) => purchases.find(...asked),
      cancel: (...asked) => purchases.cancel(...asked),
      eventsAfter: (...asked) => purchases.eventsAfter(...asked),
      readiness: () => purchases.readiness(),
    };
  }
}

type Labels<M extends Metric> = LabelsOf<M>;

/** A counter of the table, whose labels are all given each time. */
export function counter<M extends Metric>(
  registry: Registry,
  { name, help, labels }: M,
): { inc(labels: Labels<M>, by?: number): void } {
  return new Counter({ name, help, labelNames: [...labels], registers: [registry] });
}

/** A gauge of the table. */
export function gauge<M extends Metric>(
  registry: Registry,
  { name, help, labels }: M,
): {
  inc(labels: Labels<M>): void;
  dec(labels: Labels<M>): void;
  set(labels: Labels<M>, value: number): void;
  /** Has it told nothing at all, rather than 0. */
  forget(): void;
} {
  const made = new Gauge<string>({ name, help, labelNames: [...labels], registers: [registry] });
  return {
    inc: (given) => made.inc(given),
    dec: (given) => made.dec(given),
    set: (given, value) => made.set(given, value),
    forget: () => (labels.length === 0 ? made.remove() : made.reset()),
  };
}

function histogram<M extends Metric>(
  registry: Registry,
  { name, help, labels }: M,
): { observe(labels: Labels<M>, seconds: number): void } {
  const buckets = [...HISTOGRAM_SECONDS];
  return new Histogram({ name, help, labelNames: [...labels], buckets, registers: [registry] });
}

function methodOf({ method }: Request): string {
  return METHODS.has(method) ? method : 'other';
}

/**
 * `/v1/purchases/:externalId`: the template, never an id. Where its router is mounted, Express forgets when a request
 * fails; every mount of ours is a fixed text, so it is what the route's own part leaves of the address.
 */
function routeOf({ originalUrl, route }: Request): string {
  const known: unknown = route; // typed any by Express; absent where no route took the request
  if (typeof known !== 'object' || known === null || !('path' in known)) return NO_LABEL;
  if (typeof known.path !== 'string') return NO_LABEL;
  const own = segments(known.path);
  const address = segments(originalUrl.replace(/\?.*$/s, ''));
  return `/${[...address.slice(0, address.length - own.length), ...own].join('/')}`;
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
