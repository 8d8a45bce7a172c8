import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { DatacodeProblem, type BatchRow, type DatacodeClient } from '../../sdk/index';
import { customersResults } from './list-results';
import { wasBoughtBefore } from './list-sample';
import { responseToFailure } from './order-routes';

/** Made by the page. It is too long to guess, because anyone who knows it can see the list. */
const LIST_ID = /^list-[a-z0-9]{24}$/;
/** On the page; all of them are in the file of results. */
const MAX_UNSOLD_SHOWN = 20;
const csvBody = express.text({ type: 'text/csv', limit: '2mb' });

/** The routes for the page that buys for a list of numbers. */
export function listRoutes(clients: Readonly<Record<'vi' | 'en', DatacodeClient>>): Router {
  const router = Router();
  const clientFor = (request: Request) => clients[languageOf(request)];
  const batchesFor = (request: Request) => clientFor(request).batches;

  router.post('/lists/check', csvBody, async (request, response) => {
    const { rows, errorCount, errors, faceValue, pausedPackages } = await batchesFor(request).validateCsv(
      textOf(request),
    );
    const isInOrder = errorCount === 0;
    response.json({
      rows,
      isBoughtBefore: isInOrder && (await wasBoughtBefore(clientFor(request), textOf(request))),
      errorCount,
      errors: errors.map(listError),
      price: faceValue,
      pausedPackages: pausedPackages.map(({ code }) => code),
    });
  });

  router.post('/lists/:listId', csvBody, async (request, response) => {
    const id = listIdOf(request);
    if (!LIST_ID.test(id)) return void response.status(400).json({ code: 'list_id' });
    // The payment is simulated. The same list sent twice is bought once.
    await batchesFor(request).createFromCsv(id, textOf(request));
    response.status(201).json({ listId: id });
  });

  router.get('/lists/:listId', async (request, response) => {
    const { state, waitingFor, rows, results, money, startedAt } = await batchesFor(request).get(
      listIdOf(request),
    );
    const { faceValue: sold, refunded } = money;
    response.json({ state, waitingFor, rows, results, sold, refunded, startedAt });
  });

  router.get('/lists/:listId/results.csv', async (request, response) => {
    const id = listIdOf(request);
    const { packages } = await clientFor(request).catalogue();
    const prices = new Map(packages.map(({ code, faceValue }) => [code, faceValue]));
    const rows: BatchRow[] = [];
    for await (const row of batchesFor(request).results(id)) rows.push(row);
    response.attachment(`${id}.csv`).send(customersResults(rows, prices, languageOf(request)));
  });

  router.get('/lists/:listId/unsold', async (request, response) => {
    const rows: Pick<BatchRow, 'externalId' | 'result' | 'reason'>[] = [];
    for await (const { externalId, result, reason } of batchesFor(request).results(listIdOf(request))) {
      if (result === 'succeeded' || result === 'open' || result === 'not_begun') continue;
      rows.push({ externalId, result, reason });
      if (rows.length > MAX_UNSOLD_SHOWN) break;
    }
    response.json({
      rows: rows.slice(0, MAX_UNSOLD_SHOWN).map(({ externalId, result, reason }) => {
        return { externalId, result, reason: reason?.message ?? null };
      }),
      more: rows.length > MAX_UNSOLD_SHOWN,
    });
  });

  router.post('/lists/:listId/cancel', async (request, response) => {
    const { state } = await batchesFor(request).cancel(listIdOf(request));
    response.status(202).json({ state });
  });

  router.use('/lists', (fault: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(fault);
    const { status, body } = listFailure(fault);
    response.status(status).json(body);
  });
  return router;
}

/** The page's own language, which a link has in its address; else the browser's. */
function languageOf(request: Request): 'vi' | 'en' {
  const { language } = request.query;
  if (language === 'vi' || language === 'en') return language;
  return request.acceptsLanguages('vi', 'en') === 'en' ? 'en' : 'vi';
}

/** What the page needs to say why, in its own words. */
function listFailure(fault: unknown): { status: number; body: object } {
  if (!(fault instanceof DatacodeProblem)) {
    const { status } = fault as { status?: unknown }; // set by express for a body that it does not take
    if (status === 413) return { status, body: { code: 'payload_too_large' } };
    return responseToFailure(fault);
  }
  if (fault.status === 429) return { status: 429, body: { code: 'busy' } };
  const { code, errors, errorCount } = fault.problem;
  if (!errors) return responseToFailure(fault);
  return {
    status: fault.status,
    body: { code, errors: errors.map(listError), errorCount: errorCount ?? errors.length },
  };
}

type Fault = Awaited<ReturnType<DatacodeClient['batches']['validateCsv']>>['errors'][number];

/** Codes only: the gateway's texts are for developers, and the page's language may change. */
function listError({ line, pointer, code, earlierLine }: Fault): object {
  return { line, field: fieldOf(pointer), code, earlierLine };
}

function textOf({ body }: Request): string {
  return typeof body === 'string' ? body : '';
}

/** `msisdn` of `/orders/3/msisdn`: the column, as the file names it. */
function fieldOf(pointer: string): string {
  return pointer.split('/').at(-1) ?? '';
}

/** An id of another form is replaced by one that does not exist. */
function listIdOf(request: Request): string {
  const { listId } = request.params;
  return typeof listId === 'string' && LIST_ID.test(listId) ? listId : 'list-none';
}
