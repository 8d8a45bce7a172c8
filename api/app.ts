import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { ChannelRegistry } from '../channel/registry';
import type { IdempotencyKeys } from '../client/idempotency-keys';
import type { ChannelEarnings } from '../client/channel-earnings';
import type { EligibilityQuestions } from '../client/eligibility';
import type { PurchaseSearch } from '../client/purchase-search';
import type { Notices } from '../client/notices';
import type { Purchases } from '../client/purchases';
import type { ServerClock } from '../client/server-clock';
import type { StandingPauses } from '../client/standing-pauses';
import type { DiscountRule } from '../domain/catalogue/discount';
import type { DatacodePackage } from '../domain/catalogue/packages';
import { door, type DoorLimits } from './http/door';
import { docsRoutes } from './docs/docs';
import { Idempotency } from './purchases/idempotency';
import { logRequests } from './http/logging';
import { ApiMetrics } from './http/metrics';
import { Offers } from './packages/offers';
import { openApiDocument } from './docs/openapi';
import { PriceClock } from './packages/price-clock';
import { answerProblems, routeNotFound } from './http/problems';
import { accountRoutes } from './account/routes';
import { eligibilityRoutes } from './eligibility/routes';
import { healthRoutes } from './health/routes';
import { noticeRoutes, purchaseNoticeRoutes } from './notices/routes';
import { packageRoutes } from './packages/routes';
import { problemPages } from './docs/problem-pages';
import { purchaseEventRoutes } from './purchase-events/routes';
import { purchaseByIdRoutes, purchaseListRoutes } from './purchases/search';
import { purchaseRoutes } from './purchases/routes';
import { validationRoutes } from './purchases/validation';
import { SalesGate } from './purchases/sales-gate';
import { followTrace } from './http/trace';
import { Waiting, type WaitingLimits } from './http/waiting';

export interface ApiParts {
  purchases: Purchases;
  idempotencyKeys: IdempotencyKeys;
  search: PurchaseSearch;
  earnings: ChannelEarnings;
  questions: EligibilityQuestions;
  notices: Notices;
  pauses: StandingPauses;
  registry: ChannelRegistry;
  packages: readonly DatacodePackage[];
  discountRules: readonly DiscountRule[];
  logger: Logger;
  /** Aborted when the process is asked to stop: `/readyz` says no from then on. */
  stopping?: AbortSignal;
  /** Aborted when the door closes: streams end then, and not before, lest their readers come back to this process. */
  closing?: AbortSignal;
  limits: DoorLimits & WaitingLimits;
  /** Reverse proxies before us; 0 unless given. */
  trustedProxies?: number;
  /** What is counted; nobody reads it unless given. */
  metrics?: ApiMetrics;
  /** Temporal’s clock, as far as it is known. */
  clock: Pick<ServerClock, 'faultMs'>;
  /** The moment that prices are taken at and keys are judged by; the clock's unless given. */
  now?: () => Date;
}

/** The API that channels buy by: thin, and without a store of its own. */
export function createApi(parts: ApiParts): Express {
  const metrics = parts.metrics ?? new ApiMetrics();
  const purchases = metrics.watchSubmissions(parts.purchases);
  const { search, earnings, questions, notices, registry, logger } = parts;
  const now = parts.now ?? (() => new Date());
  const stopping = parts.stopping ?? new AbortController().signal;
  const closing = parts.closing ?? stopping;
  const prices = new PriceClock(parts.discountRules, logger);
  const offers = new Offers(parts.packages, parts.discountRules, prices);
  const gate = new SalesGate(offers, parts.pauses);
  const authenticated = door(registry, parts.limits, now);

  const waiting = new Waiting(parts.limits);
  const idempotency = new Idempotency(parts.idempotencyKeys, purchases);

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
  const hasPrices = () => prices.hasPrices(now());
  app.use(healthRoutes({ purchases, stopping, clock: parts.clock, hasPrices }));
  app.use('/problems', problemPages());
  app.use(docsRoutes(openApiDocument()));
  app.use('/v1', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use('/v1/purchases', purchaseListRoutes({ search, authenticated }));
  app.use('/v1/purchases', validationRoutes({ purchases, questions, gate, authenticated, now }));
  app.use('/v1/purchases', purchaseRoutes({ purchases, gate, authenticated, now, idempotency, waiting }));
  app.use(
    '/v1/purchases',
    purchaseEventRoutes({ purchases, authenticated, stopping: closing, metrics, waiting }),
  );
  app.use('/v1/purchases', purchaseNoticeRoutes({ notices, authenticated }));
  app.use('/v1/notices', noticeRoutes({ notices, authenticated }));
  app.use('/v1/purchases', purchaseByIdRoutes({ search, purchases, authenticated, waiting }));
  app.use('/v1/packages', packageRoutes(offers, authenticated, now));
  app.use('/v1/eligibility', eligibilityRoutes({ questions, offers, authenticated, now }));
  app.use('/v1/account', accountRoutes({ earnings, notices, offers, authenticated, now }));
  app.use(routeNotFound);
  app.use(answerProblems(logger, (code, response) => metrics.problem(code, response)));
  return app;
}
