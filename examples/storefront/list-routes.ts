import express, { Router, type Request } from 'express';
import type { DatacodeClient } from '../../sdk/index';

/** Made by the page. It is too long to guess, because anyone who knows it can see the list. */
const LIST_ID = /^list-[a-z0-9]{24}$/;
const csvBody = express.text({ type: 'text/csv', limit: '2mb' });

/** The routes for the page that buys for a list of numbers. */
export function listRoutes(clients: Readonly<Record<'vi' | 'en', DatacodeClient>>): Router {
  const router = Router();
  const batchesFor = (request: Request) =>
    clients[request.acceptsLanguages('vi', 'en') === 'en' ? 'en' : 'vi'].batches;

  router.post('/lists/check', csvBody, async (request, response) => {
    const { rows, errorCount, errors, faceValue } = await batchesFor(request).validateCsv(textOf(request));
    response.json({
      rows,
      errorCount,
      errors: errors.map(({ line, detail, pointer }) => ({ line, detail, field: fieldOf(pointer) })),
      price: faceValue,
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
    const { state, waitingFor, rows, results, money } = await batchesFor(request).get(listIdOf(request));
    response.json({ state, waitingFor, rows, results, sold: money.faceValue, refunded: money.refunded });
  });

  router.get('/lists/:listId/results.csv', async (request, response) => {
    const id = listIdOf(request);
    const csv = await batchesFor(request).resultsCsv(id);
    response.attachment(`${id}.csv`).send(csv);
  });

  router.post('/lists/:listId/cancel', async (request, response) => {
    const { state } = await batchesFor(request).cancel(listIdOf(request));
    response.status(202).json({ state });
  });

  return router;
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
