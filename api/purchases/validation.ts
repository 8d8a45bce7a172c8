import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Channel } from '../../channel/registry';
import type { EligibilityQuestions } from '../../client/eligibility';
import type { Purchases } from '../../client/purchases';
import { differingFields, type PurchaseOrder } from '../../domain/purchase/purchase';
import { eligibilityResource } from '../eligibility/resource';
import { jsonBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { leaveMethods } from '../http/leave-methods';
import { onlyMethods, Problem } from '../http/problems';
import { readValidationRequest, type ValidationRequest } from './request';
import { boughtResource } from './resource';
import type { SalesGate } from './sales-gate';
import { needs } from '../http/scope';
import { requestOrigin } from '../http/trace';
import type { ValidationResource } from '../eligibility/schemas';

interface ValidationRoutes {
  purchases: Pick<Purchases, 'find'>;
  questions: EligibilityQuestions;
  gate: SalesGate;
  authenticated: RequestHandler;
  now: () => Date;
}

/** What would be bought, and for how much; the same for a sale that is only looked at. */
type Draft = Omit<PurchaseOrder, 'purchaseId' | 'externalId' | 'acceptedAt'>;

/** `/v1/purchases/validate`: all that a submission would say, and whether MobiFone would take it; nothing is sold. */
export function validationRoutes(parts: ValidationRoutes): Router {
  const { purchases, questions, gate, authenticated, now } = parts;
  const router = Router({ caseSensitive: true });

  async function orderedBefore(channel: Channel, wanted: ValidationRequest): Promise<Draft | undefined> {
    if (wanted.externalId === undefined) return undefined;
    const standing = await purchases.find(channel.name, wanted.externalId, 0);
    if (!standing) return undefined;
    const differing = differingFields(standing.order, wanted);
    if (differing.length > 0) throw new Problem('external_id_conflict', undefined, { differing });
    return standing.order;
  }

  async function drafted(channel: Channel, wanted: ValidationRequest): Promise<Draft> {
    const offer = await gate.find(wanted.package, channel, now());
    if (offer instanceof Problem) throw offer;
    return {
      channel: channel.name,
      msisdn: wanted.msisdn,
      package: { code: offer.package.code, name: offer.package.name },
      paymentForm: channel.paymentForm,
      faceValue: offer.package.faceValue,
      discount: offer.discount,
      payable: offer.payable,
    };
  }

  // "validate" is also an id that an order may have, whose address is this one.
  router
    .route('/validate')
    .all(leaveMethods('GET', 'HEAD'))
    .post(needs('read'), authenticated, jsonBody, async (request: Request, response: Response) => {
      const wanted = readValidationRequest(request.body);
      const channel = channelOf(response);
      const before = await orderedBefore(channel, wanted);
      const draft = before ?? (await drafted(channel, wanted));
      const [answer] = await questions.ask({
        channel: channel.name,
        msisdn: draft.msisdn,
        paymentForm: draft.paymentForm,
        packages: [draft.package.code],
        ...requestOrigin(response),
      });
      response.json({
        ...eligibilityResource(answer?.eligibility ?? { kind: 'unknown' }),
        ...boughtResource(draft),
        acceptedBefore: before !== undefined,
      } satisfies ValidationResource);
    })
    .all(onlyMethods('GET', 'HEAD', 'POST'));

  return router;
}
