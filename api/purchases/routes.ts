import { Router, type Request, type Response } from 'express';
import type { KeyHolder } from '../../channel/registry';
import type { HowToWait, Submission } from '../../client/purchases';
import { startOfDay } from '../../domain/local-time';
import { differingFields, type Purchase } from '../../domain/purchase/purchase';
import type { Origin } from '../../domain/trace';
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
import { purchaseOrder, readPurchaseRequest, type PurchaseRequest } from './request';
import { purchaseResource } from './resource';
import { cancelRequestSchema } from './schemas';
import { notePurchase, requestOrigin } from '../http/trace';

/** The same order sent twice at once is accepted through either of the two, and both hold what they took for it. */
const BEING_ACCEPTED_MS = 60_000;

/** How long an answer may wait for the outcome, and how. */
type Wait = HowToWait & { waitMs: number };

type PurchaseServices = Pick<
  ApiServices,
  | 'purchases'
  | 'gate'
  | 'duplicates'
  | 'numberLimits'
  | 'authenticated'
  | 'now'
  | 'idempotency'
  | 'waiting'
  | 'turns'
>;

function routes(services: PurchaseServices): Router {
  const { purchases, gate, duplicates, numberLimits, authenticated, now, idempotency, waiting, turns } =
    services;
  const router = Router({ caseSensitive: true });

  /** Submits an order at the current price. An order that was accepted before needs no offer any more. */
  async function submit(
    holder: KeyHolder,
    wanted: PurchaseRequest,
    origin: Origin,
    { waitMs, ...how }: Wait,
  ): Promise<Submission> {
    const { channel } = holder;
    const at = now();
    const offered = await gate.findFor(wanted.msisdn, wanted.package, channel, at).catch(problemOnly);
    if (!(offered instanceof Problem)) {
      const claim = await duplicates.admit(holder, wanted);
      const order = purchaseOrder(channel, wanted, offered, { at, origin });
      const counted = await numberLimits.admit(channel, wanted, order.faceValue, at).catch(async (fault) => {
        await claim?.release();
        throw fault;
      });
      const submission = await purchases.submit(order, waitMs, how);
      if (!isAcceptedSince(submission, at.getTime() - BEING_ACCEPTED_MS)) await claim?.release();
      if (!isAcceptedSince(submission, startOfDay(counted.day).getTime())) await counted.release();
      return submission;
    }
    how.onWaiting?.();
    const existing = await purchases.find(channel.name, wanted.externalId, waitMs);
    if (!existing) throw offered;
    return repetition(existing, wanted);
  }

  /** Waits for the outcome of an order whose key is free again, as its acceptance is over. */
  async function held(submission: Submission, { waitMs, onWaiting }: Wait): Promise<Submission> {
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
      const access = accessOf(response);
      const origin = requestOrigin(response);
      const wait: Wait = { waitMs, onWaiting: () => leaveConcurrency(response) };
      const fromTheStart = () => ({ ...wait, fromTheStart: waitMs > 0 && moveToWorkers(turns, response) });
      const submitted =
        key === undefined
          ? submit(access, wanted, origin, fromTheStart())
          : idempotency
              .accept(access.channel.name, key, wanted, () => submit(access, wanted, origin, { waitMs: 0 }))
              .then((accepted) => held(accepted, wait));
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

/** @throws anything that is not a problem */
function problemOnly(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  throw fault;
}

function isAcceptedSince(submission: Submission, moment: number): boolean {
  if (submission.kind === 'conflict') return false;
  return submission.kind === 'accepted' || Date.parse(submission.purchase.order.acceptedAt) >= moment;
}

/** What `Purchases.submit` would say, for an order that cannot be made any more. */
function repetition(purchase: Purchase, wanted: PurchaseRequest): Submission {
  const differing = differingFields(purchase.order, wanted);
  return differing.length > 0 ? { kind: 'conflict', differing } : { kind: 'repeated', purchase };
}
