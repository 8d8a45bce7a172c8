import express, { Router, type Request, type Response } from 'express';
import { DatacodeProblem, NoAnswer, type DatacodeClient } from '../../sdk/index';
import { LiveOrder } from './live-order';
import { orderView } from './order-view';

/** Made by the page. It is too long to guess, because anyone who knows it can see the order. */
const ORDER_ID = /^shop-[a-z0-9]{24}$/;

/** Whether it was ordered is not known; sent again, it is the same order. */
const NO_ANSWER = { code: 'no_answer' };

export interface OrderRoutes {
  clients: Readonly<Record<'vi' | 'en', DatacodeClient>>;
  sandboxUrl: string;
}

/** The routes for the shop's pages. The API key stays on the server. */
export function orderRoutes({ clients, sandboxUrl }: OrderRoutes): Router {
  const router = Router();
  const clientFor = (request: Request) =>
    clients[request.acceptsLanguages('vi', 'en') === 'en' ? 'en' : 'vi'];

  router.get('/packages', async (request, response) => {
    const offers = await clientFor(request).packages();
    const packages = offers.map(({ code, dataMegabytes, validityDays, faceValue }) => ({
      code,
      dataMegabytes,
      validityDays,
      price: faceValue,
    }));
    response.json({ packages });
  });

  router.get('/status', async (request, response) => {
    const { sales, mobifone } = await clientFor(request).status();
    response.json({ sales, mobifone });
  });

  router.post('/checks', express.json({ limit: '2kb' }), async (request, response) => {
    const { msisdn, package: code } = fieldsOf(request.body);
    const { eligibility, reason } = await clientFor(request).validate({ msisdn, package: code });
    response.json({ isKnown: eligibility !== 'unknown', refusal: reason });
  });

  router.post('/orders', express.json({ limit: '2kb' }), async (request, response) => {
    const { orderId, msisdn, package: code } = fieldsOf(request.body);
    if (!ORDER_ID.test(orderId)) return void response.status(400).json({ code: 'order_id' });
    // The payment is simulated. The same order sent twice, after a lost reply or a double click, is sold once.
    // Twice in a short time only where the page has asked.
    const allowDuplicate = isTrue(request.body, 'wantedTwice');
    await clientFor(request).submit({ externalId: orderId, msisdn, package: code, allowDuplicate });
    response.status(201).json({ orderId });
  });

  router.get('/orders/:orderId', async (request, response) => {
    const view = await orderView(clientFor(request), sandboxUrl, orderIdOf(request));
    if (view) response.json(view);
    else response.status(404).json({ code: 'order_not_found' });
  });

  router.get('/orders/:orderId/events', async (request: Request, response: Response) => {
    const lastEventId = Number(request.get('last-event-id'));
    const order = new LiveOrder(clientFor(request), sandboxUrl, orderIdOf(request), response);
    await order.show(Number.isSafeInteger(lastEventId) && lastEventId > 0 ? lastEventId : undefined);
  });

  return router;
}

/** The response to a failed request: codes only, since the gateway's texts are for developers. */
export function responseToFailure(fault: unknown): { status: number; body: object } {
  if (fault instanceof DatacodeProblem) {
    const { code, errors } = fault.problem;
    // The gateway's 401 and 403 concern the shop's key, not its customer.
    const status = fault.status === 401 || fault.status === 403 ? 502 : fault.status;
    if (fault.problem.retryable && code !== 'sales_paused') return { status, body: NO_ANSWER };
    const fields = errors?.map(({ pointer, code: fieldCode }) => ({ pointer, code: fieldCode }));
    return { status, body: { code, ...(fields ? { errors: fields } : {}) } };
  }
  if (fault instanceof NoAnswer) return { status: 503, body: NO_ANSWER };
  const { status } = fault as { status?: unknown }; // set by express for a body that it cannot parse
  return typeof status === 'number' && status < 500
    ? { status, body: { code: 'malformed' } }
    : { status: 500, body: { code: 'internal' } };
}

function fieldsOf(body: unknown): { orderId: string; msisdn: string; package: string } {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>; // each field is checked below
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '');
  return { orderId: text('orderId'), msisdn: text('msisdn'), package: text('package') };
}

function isTrue(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && (body as Record<string, unknown>)[name] === true; // an object
}

/** An id of another form is replaced by one that does not exist. */
function orderIdOf(request: Request): string {
  const { orderId } = request.params;
  return typeof orderId === 'string' && ORDER_ID.test(orderId) ? orderId : 'shop-none';
}
