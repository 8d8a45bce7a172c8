import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { ChannelRegistry } from '../channel/registry';
import type { CurrentBlocks } from '../client/blocks';
import type { CurrentPauses } from '../client/current-pauses';
import type { IdempotencyKeys } from '../client/idempotency-keys';
import type { OrderClaims } from '../client/order-claims';
import type { SaleCounts } from '../client/sale-counts';
import type { DiscountRule } from '../domain/catalogue/discount';
import type { DatacodePackage } from '../domain/catalogue/packages';
import { OrderAcceptance } from '../selling/accept-order';
import { DuplicateGuard } from '../selling/duplicate-guard';
import { NumberLimitGuard } from '../selling/number-limits';
import { Offers } from '../selling/offers';
import { PriceClock } from '../selling/price-clock';
import { SalesGate } from '../selling/sales-gate';
import { docsRoutes } from './docs/docs';
import { openApiDocument } from './docs/openapi';
import { problemPages } from './docs/problem-pages';
import { channelAccess } from './http/channel-access';
import { LastingAccess } from './http/lasting-access';
import { limitAnonymous, limitRefusals, type ChannelLimit } from './http/limits';
import { logRequests } from './http/logging';
import { ApiMetrics, type ChannelLoad } from './http/metrics';
import { answerProblems, routeNotFound } from './http/problems';
import { followTrace } from './http/trace';
import { processTurns, type ProcessTurns, type Turns } from './http/turns';
import { Waiting, type WaitingLimits } from './http/waiting';
import { Idempotency } from './purchases/idempotency';
import type { ApiServices } from './resource';
import { RESOURCES } from './resources';

/** What an API process is made of. */
export interface ApiParts extends Pick<
  ApiServices,
  | 'purchases'
  | 'search'
  | 'earnings'
  | 'statements'
  | 'service'
  | 'questions'
  | 'batches'
  | 'notices'
  | 'webhookTests'
  | 'clock'
> {
  idempotencyKeys: IdempotencyKeys;
  orderClaims: OrderClaims;
  saleCounts: SaleCounts;
  /** For how long an order claims its sale, milliseconds; 0: not at all. */
  duplicateWindowMs: number;
  pauses: CurrentPauses;
  blocks: CurrentBlocks;
  registry: ChannelRegistry;
  packages: readonly DatacodePackage[];
  discountRules: readonly DiscountRule[];
  logger: Logger;
  limits: ChannelLimit &
    WaitingLimits & {
      /** Of one address, that no key lets in. */
      anonymousPerMinute: number;
    };
  /** See `ApiServices`. */
  stopping?: AbortSignal;
  /** The same as `stopping` unless given. */
  closing?: AbortSignal;
  /** Trusted reverse-proxy hops in front of the API; 0 unless given. */
  trustedProxies?: number;
  /** Unless given, counted and never served. */
  metrics?: ApiMetrics;
  /** The time that prices and keys are judged by; the machine's clock unless given. */
  now?: () => Date;
}

/** For developers, and for whoever finds them: no key is asked for. */
const OPEN_PAGES = ['/problems', '/docs', '/openapi.json', '/favicon.ico'];

/** The HTTP API for channels. It keeps no state of its own: purchases are in Temporal. */
export function createApi(parts: ApiParts): Express {
  const metrics = parts.metrics ?? new ApiMetrics();
  const purchases = metrics.watchSubmissions(parts.purchases);
  const { registry, logger, clock } = parts;
  const now = parts.now ?? (() => new Date());
  const stopping = parts.stopping ?? new AbortController().signal;
  const prices = new PriceClock(parts.discountRules, logger);
  const turns = processTurns();
  const waiting = new Waiting(parts.limits, new LastingAccess());
  metrics.watchLoad(() => loadOf(turns, waiting));
  const offers = new Offers(parts.packages, parts.discountRules, prices);
  const gate = new SalesGate(offers, parts.pauses, parts.blocks);
  const services: ApiServices = {
    purchases,
    search: parts.search,
    earnings: parts.earnings,
    statements: parts.statements,
    service: parts.service,
    questions: parts.questions,
    batches: parts.batches,
    notices: parts.notices,
    webhookTests: parts.webhookTests,
    idempotency: new Idempotency(parts.idempotencyKeys, purchases),
    orders: new OrderAcceptance({
      purchases,
      gate,
      duplicates: new DuplicateGuard(parts.orderClaims, purchases, parts.duplicateWindowMs),
      numberLimits: new NumberLimitGuard(parts.saleCounts, purchases, () => registry.numberLimits()),
      now,
    }),
    offers,
    gate,
    waiting,
    turns,
    metrics,
    authenticated: channelAccess(registry, parts.limits, turns, now),
    now,
    clock,
    hasPrices: () => prices.hasPrices(now()),
    stopping,
    closing: parts.closing ?? stopping,
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // a purchase is never "not modified" to a channel that waits for its outcome
  app.set('query parser', 'simple');
  app.set('trust proxy', parts.trustedProxies ?? 0);
  app.enable('case sensitive routing');
  app.use(logRequests(logger));
  app.use(followTrace);
  app.use(metrics.watchRequests());
  app.use((_request, response, next) => {
    if (stopping.aborted) response.set('Connection', 'close');
    next();
  });
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  const anonymous = limitAnonymous(parts.limits.anonymousPerMinute);
  app.use(OPEN_PAGES, anonymous);
  app.use('/problems', problemPages());
  app.use(docsRoutes(openApiDocument()));
  app.use('/v1', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  for (const resource of RESOURCES) app.use(resource.routes(services));
  app.use(routeNotFound);
  app.use(limitRefusals(anonymous));
  app.use(answerProblems(logger, (code, response) => metrics.problem(code, response)));
  return app;
}

/** What each channel has under way in this process. */
function* loadOf(turns: ProcessTurns, waiting: Waiting): Generator<ChannelLoad> {
  yield* waiting.counts();
  const counts = Object.values<Turns>({ ...turns }).flatMap((each) => [...each.counts()]);
  for (const { channel, working, waiting: queued } of counts) {
    yield { channel, kind: 'working', count: working };
    yield { channel, kind: 'queued', count: queued };
  }
}
