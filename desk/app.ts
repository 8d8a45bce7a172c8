import path from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { TemporalUnavailable } from '../client/purchases';
import { isLedByAnotherSite } from '../runtime/other-site';
import { cookieOf } from './access/cookies';
import { ownNameOnly, sameOriginOnly, securityHeaders } from './access/guards';
import { DeskRefusal } from './access/refusal';
import { SignInRoutes } from './access/sign-in-routes';
import { batchRoutes } from './batch/batch-routes';
import { breakRoutes } from './breaks/break-routes';
import { channelBatchRoutes } from './channel-batch/batch-routes';
import { caseRoutes } from './cases/case-routes';
import { dayRoutes } from './day/day-routes';
import { numberRoutes } from './numbers/number-routes';
import type { DeskParts } from './parts';
import { purchaseRoutes } from './purchase/purchase-routes';
import { liveUpdates } from './queue/live-updates';
import { queueRoutes } from './queue/queue-routes';
import { searchRoutes } from './search/search-routes';
import { troublePage } from './trouble';
import { visitOf } from './visit';

const MAX_FORM = '16kb';
const PUBLIC = path.join(__dirname, 'public');

/** The operators' desk. Whoever is not signed in sees the sign-in and nothing else. */
export function deskApp(parts: DeskParts): Express {
  const { sessions, watch } = parts;
  const signIn = new SignInRoutes(parts);
  const app = express().disable('x-powered-by').disable('etag').enable('case sensitive routing');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(ownNameOnly(parts.publicUrl), securityHeaders());
  app.use(express.static(PUBLIC, { index: false, cacheControl: true, maxAge: 0 }));
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store'); // pages show purchases
    next();
  });
  app.use(reportRequests(parts), sameOriginOnly(parts.publicUrl));
  app.use(express.urlencoded({ extended: false, limit: MAX_FORM }));
  app.use(signIn.router);
  app.use((request, response, next) => {
    const isUse = request.path !== '/live' && request.get('x-desk-live') === undefined;
    const session = sessions.find(cookieOf(request, signIn.cookie.name), isUse);
    if (!session) return isUse ? response.redirect(303, '/sign-in') : void response.status(401).end();
    const linked = isLedByAnotherSite(request.headers) ? { ...session, isLinkedTo: true as const } : session;
    response.locals['visit'] = visitOf(request, linked);
    next();
  });
  app.get('/live', liveUpdates(watch, sessions));
  for (const routes of ROUTES) app.use(routes(parts));
  app.use(() => {
    throw new DeskRefusal(404, (words) => words.refusals.notFound);
  });
  app.use(answerFaults(parts));
  return app;
}

const ROUTES: readonly ((parts: DeskParts) => Router)[] = [
  queueRoutes,
  purchaseRoutes,
  batchRoutes,
  channelBatchRoutes,
  searchRoutes,
  dayRoutes,
  numberRoutes,
  caseRoutes,
  breakRoutes,
];

/** One line for each answer: the route's pattern, never its address. */
function reportRequests({ logger }: DeskParts): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.on('finish', () => {
      const route: unknown = request.route;
      const pattern =
        typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : null;
      logger.debug({
        event: 'desk.request',
        method: request.method,
        route: pattern,
        status: response.statusCode,
        durationMs: Math.round(performance.now() - began),
      });
    });
    next();
  };
}

function answerFaults({ logger }: DeskParts): ErrorRequestHandler {
  return (fault: unknown, request, response, next) => {
    if (response.headersSent) return next(fault);
    const known = response.locals['visit'] as ReturnType<typeof visitOf> | undefined; // set above, behind the sign-in
    const back = request.method === 'GET' ? request.path : '/';
    const { status, body } = troublePage(known ?? visitOf(request, undefined), back, fault);
    if (status === 500) logger.error({ err: fault }, 'request failed with an unexpected error');
    else if (fault instanceof TemporalUnavailable) logger.warn({ err: fault }, 'Temporal does not answer');
    response.status(status).send(body);
  };
}
