import { Router, type Request, type Response } from 'express';
import type { Channel } from '../../channel/registry';
import { differingFields } from '../../domain/purchase/purchase';
import { saleTerms, type SaleTerms } from '../../selling/order';
import { eligibilityResource } from '../eligibility/resource';
import { jsonBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { leaveMethods, onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import { readBody } from '../http/read-body';
import { externalIdFaults } from '../purchases/request';
import { boughtResource } from '../purchases/resource';
import { needs } from '../http/authentication';
import { requestOrigin } from '../http/trace';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { validationRequestSchema, type ValidationRequest, type ValidationResource } from './schemas';

type ValidationServices = Pick<ApiServices, 'purchases' | 'questions' | 'gate' | 'authenticated' | 'now'>;

function routes({ purchases, questions, gate, authenticated, now }: ValidationServices): Router {
  const router = Router({ caseSensitive: true });

  async function acceptedTerms(channel: Channel, wanted: ValidationRequest): Promise<SaleTerms | undefined> {
    if (wanted.externalId === undefined) return undefined;
    const existing = await purchases.find(channel.name, wanted.externalId, 0);
    if (!existing) return undefined;
    const differing = differingFields(existing.order, wanted);
    if (differing.length > 0) throw new Problem('external_id_conflict', undefined, { differing });
    return existing.order;
  }

  router
    .route('/v1/purchases/validate') // also the address of an order whose external id is "validate"
    .all(leaveMethods('GET', 'HEAD'))
    .post(
      needs('read'),
      waitsFor('questions'),
      authenticated,
      jsonBody,
      async (request: Request, response: Response) => {
        const wanted = readBody(validationRequestSchema, request.body, externalIdFaults(request.body));
        const channel = channelOf(response);
        const before = await acceptedTerms(channel, wanted);
        const terms =
          before ??
          saleTerms(
            channel,
            wanted.msisdn,
            await gate.findFor(wanted.msisdn, wanted.package, channel, now()),
          );
        const [answer] = await questions.ask({
          channel: channel.name,
          msisdn: terms.msisdn,
          paymentForm: terms.paymentForm,
          packages: [terms.package.code],
          ...requestOrigin(response),
        });
        response.json({
          ...eligibilityResource(answer?.eligibility ?? { kind: 'unknown' }),
          ...boughtResource(terms),
          acceptedBefore: before !== undefined,
        } satisfies ValidationResource);
      },
    )
    .all(onlyMethods('GET', 'HEAD', 'POST'));

  return router;
}

/** `/v1/purchases/validate`: the answer that a submission would get, and whether MobiFone would accept it. */
export const purchaseValidation: ApiResource = { routes, document };
