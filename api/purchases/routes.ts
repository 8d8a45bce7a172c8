import { Router, type Request, type Response } from 'express';
import { mayDo } from '../../channel/key';
import type { Submission } from '../../client/purchases';
import type { OrderSource, Wait } from '../../selling/accept-order';
import { idempotencyKeyOf } from './idempotency';
import { externalIdOf } from '../http/fields';
import { accessOf, channelOf } from '../http/known-channel';
import { jsonBody } from '../http/json-body';
import { leaveConcurrency, moveToWorkers, waitsFor } from '../http/limits';
import { preferredWait } from '../http/waiting';
import { leaveMethods, onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import { readBody } from '../http/read-body';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { readPurchaseRequest } from './request';
import { purchaseResource } from './resource';
import { cancelRequestSchema } from './schemas';
import { notePurchase, requestOrigin } from '../http/trace';

type PurchaseServices = Pick<
  ApiServices,
  'purchases' | 'orders' | 'authenticated' | 'idempotency' | 'waiting' | 'turns'
>;

function routes(services: PurchaseServices): Router {
  const { purchases, orders, authenticated, idempotency, waiting, turns } = services;
  const router = Router({ caseSensitive: true });

  /** Waits for the outcome of an order whose key is free again, as its acceptance is over. */
  async function untilOutcome(submission: Submission, { waitMs, onWaiting }: Wait): Promise<Submission> {
    if (submission.kind === 'conflict' || waitMs === 0 || submission.purchase.outcome) return submission;
    onWaiting?.();
    const { channel, externalId } = submission.purchase.order;
    const purchase = await purchases.find(channel, externalId, waitMs);
    return purchase ? { ...submission, purchase } : submission;
  }

  router
    .route('/v1/purchases')
    .all(leaveMethods('GET', 'HEAD')) // to `purchaseSearch`
    .post(authenticated, jsonBody, async (request: Request, response: Response) => {
      const wanted = readPurchaseRequest(request.body);
      const waitMs = preferredWait(request, response, waiting);
      const key = idempotencyKeyOf(request);
      const { channel, key: held, lost } = accessOf(response);
      const namesOther = mayDo(held, 'read');
      const source: OrderSource = { channel, origin: requestOrigin(response), namesOther, lost };
      const wait: Wait = { waitMs, onWaiting: () => leaveConcurrency(response) };
      const fromTheStart = () => ({ ...wait, fromTheStart: waitMs > 0 && moveToWorkers(turns, response) });
      const submitted =
        key === undefined
          ? orders.submit(source, wanted, fromTheStart())
          : idempotency
              .accept(channel.name, key, wanted, () => orders.submit(source, wanted, { waitMs: 0 }))
              .then((accepted) => untilOutcome(accepted, wait));
      const submission = await waiting.during(response, waitMs, submitted);
      if (submission.kind === 'conflict') {
        const { differing } = submission;
        throw new Problem('external_id_conflict', undefined, { differing: [...differing] });
      }
      notePurchase(response, submission.purchase.order.purchaseId);
      response
        .status(submission.kind === 'accepted' ? 201 : 200)
        .location(`/v1/purchases/${wanted.externalId}`)
        .json(purchaseResource(submission.purchase));
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));

  router
    .route('/v1/purchases/:externalId')
    .get(waitsFor('workers'), authenticated, async (request: Request, response: Response) => {
      const id = externalIdOf(request);
      const waitMs = preferredWait(request, response, waiting);
      if (waitMs > 0) leaveConcurrency(response);
      const found = purchases.find(channelOf(response).name, id, waitMs);
      const purchase = await waiting.during(response, waitMs, found);
      if (!purchase) throw new Problem('purchase_not_found');
      notePurchase(response, purchase.order.purchaseId);
      response.json(purchaseResource(purchase));
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/v1/purchases/:externalId/cancel')
    .post(waitsFor('mobifone'), authenticated, jsonBody, async (request: Request, response: Response) => {
      const { reason } = readBody(cancelRequestSchema, request.body === undefined ? {} : request.body);
      const cancellation = await purchases.cancel(
        channelOf(response).name,
        externalIdOf(request),
        reason ?? 'no reason was given',
      );
      if (cancellation.kind === 'not_found') throw new Problem('purchase_not_found');
      const { kind, purchase } = cancellation;
      notePurchase(response, purchase.order.purchaseId);
      if (kind === 'too_late' && purchase.outcome !== 'cancelled') {
        throw new Problem('too_late_to_cancel', undefined, { state: purchase.state });
      }
      response.status(202).json(purchaseResource(purchase)); // also for a cancellation that is asked for twice
    })
    .all(onlyMethods('POST'));

  return router;
}

/** `/v1/purchases`: buy, look up, cancel. */
export const purchases: ApiResource = {
  routes,
  document,
  tag: { name: 'Purchases', description: 'Buy a package; find, follow and cancel purchases.' },
};
