import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Channel } from '../../channel/registry';
import type { Purchases, Submission } from '../../client/purchases';
import { EXTERNAL_ID_PATTERN, externalId, type ExternalId } from '../../domain/identifiers';
import { differingFields, type Purchase } from '../../domain/purchase/purchase';
import type { Origin } from '../../domain/trace';
import { idempotencyKeyOf, type Idempotency } from './idempotency';
import { channelOf } from '../http/known-channel';
import { jsonBody } from '../http/json-body';
import { preferredWait } from '../http/prefer';
import { onlyMethods, Problem } from '../http/problems';
import { purchaseOrder } from './order';
import { readBody, readPurchaseRequest, type PurchaseRequest } from './request';
import { purchaseResource } from './resource';
import type { SalesGate } from './sales-gate';
import { cancelRequestSchema } from './schemas';
import { notePurchase, requestOrigin } from '../http/trace';
import type { Waiting } from '../http/waiting';

interface PurchaseRoutes {
  purchases: Purchases;
  gate: SalesGate;
  authenticated: RequestHandler;
  now: () => Date;
  idempotency: Idempotency;
  waiting: Waiting;
}

/** `/v1/purchases`: buy, look up, cancel. */
export function purchaseRoutes(parts: PurchaseRoutes): Router {
  const { purchases, gate, authenticated, now, idempotency, waiting } = parts;
  const router = Router({ caseSensitive: true });

  /** An offer of this moment makes an order; without one the order may still be one that was accepted before. */
  async function submit(
    channel: Channel,
    wanted: PurchaseRequest,
    origin: Origin,
    waitMs: number,
  ): Promise<Submission> {
    const at = now();
    const offer = await gate.find(wanted.package, channel, at);
    if (!(offer instanceof Problem)) {
      return purchases.submit(purchaseOrder(channel, wanted, offer, { at, origin }), waitMs);
    }
    const standing = await purchases.find(channel.name, wanted.externalId, waitMs);
    if (standing) return repetition(standing, wanted);
    throw offer;
  }

  /** Waits for the outcome of an order whose key is free again, as its acceptance is over. */
  async function held(submission: Submission, waitMs: number): Promise<Submission> {
    if (submission.kind === 'conflict' || waitMs === 0 || submission.purchase.outcome) return submission;
    const { channel, externalId } = submission.purchase.order;
    const purchase = await purchases.find(channel, externalId, waitMs);
    return purchase ? { ...submission, purchase } : submission;
  }

  router.route('/').post(authenticated, jsonBody, async (request: Request, response: Response) => {
    const wanted = readPurchaseRequest(request.body);
    const waitMs = preferredWait(request, response, waiting);
    const key = idempotencyKeyOf(request);
    const channel = channelOf(response);
    const accept = (holdMs: number) => submit(channel, wanted, requestOrigin(response), holdMs);
    const submission =
      key === undefined
        ? await accept(waitMs)
        : await held(await idempotency.accept(channel.name, key, wanted, () => accept(0)), waitMs);
    if (submission.kind === 'conflict') {
      const { differing } = submission;
      throw new Problem('external_id_conflict', undefined, { differing: [...differing] });
    }
    notePurchase(response, submission.purchase.order.purchaseId);
    response
      .status(submission.kind === 'accepted' ? 201 : 200)
      .location(`${request.baseUrl}/${wanted.externalId}`)
      .json(purchaseResource(submission.purchase));
  }); // the other methods of this address are those of `purchase-search.ts`

  router
    .route('/:externalId')
    .get(authenticated, async (request: Request, response: Response) => {
      const id = externalIdOf(request);
      const waitMs = preferredWait(request, response, waiting);
      const purchase = await purchases.find(channelOf(response).name, id, waitMs);
      if (!purchase) throw new Problem('purchase_not_found');
      notePurchase(response, purchase.order.purchaseId);
      response.json(purchaseResource(purchase));
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/:externalId/cancel')
    .post(authenticated, jsonBody, async (request: Request, response: Response) => {
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

/** What `Purchases.submit` would say, for an order that cannot be made any more. */
function repetition(purchase: Purchase, wanted: PurchaseRequest): Submission {
  const differing = differingFields(purchase.order, wanted);
  return differing.length > 0 ? { kind: 'conflict', differing } : { kind: 'repeated', purchase };
}

/** An id that no order can have is answered like one that no order has. */
export function externalIdOf(request: Request): ExternalId {
  const text = request.params['externalId'];
  if (typeof text !== 'string' || !EXTERNAL_ID_PATTERN.test(text)) throw new Problem('purchase_not_found');
  return externalId(text);
}
