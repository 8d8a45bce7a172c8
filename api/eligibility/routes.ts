import { Router, type Request, type Response } from 'express';
import { maskMsisdn } from '../../domain/msisdn';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { eligibilityResource } from './resource';
import { jsonBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { requestOrigin } from '../http/trace';
import { offerResource } from '../packages/resource';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { readBody } from '../http/read-body';
import { needs } from '../http/authentication';
import { eligibilityRequestSchema, type EligibilityResource } from './schemas';

type EligibilityServices = Pick<ApiServices, 'questions' | 'gate' | 'authenticated' | 'now'>;

function routes({ questions, gate, authenticated, now }: EligibilityServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/eligibility')
    .post(
      needs('read'),
      waitsFor('questions'),
      authenticated,
      jsonBody,
      async (request: Request, response: Response) => {
        const { msisdn } = readBody(eligibilityRequestSchema, request.body);
        const channel = channelOf(response);
        const { paymentForm } = channel;
        const listed = await gate.list(channel, now());
        const offered = listed.flatMap(({ offer, pause }) => (pause ? [] : [offer]));
        const answers = await questions.ask({
          channel: channel.name,
          msisdn,
          paymentForm,
          packages: offered.map((offer) => offer.package.code),
          ...requestOrigin(response),
        });
        const byCode = new Map(answers.map((answer) => [answer.package, answer.eligibility]));
        response.json({
          msisdn: maskMsisdn(msisdn),
          packages: offered.map((offer) => ({
            ...offerResource(offer, paymentForm),
            ...eligibilityResource(byCode.get(offer.package.code) ?? { kind: 'unknown' }),
          })),
        } satisfies EligibilityResource);
      },
    )
    .all(onlyMethods('POST'));
  return router;
}

/** `/v1/eligibility`: the packages that a subscriber may have. A POST, since no number may be in an address (I11). */
export const eligibility: ApiResource = {
  routes,
  document,
  tag: { name: 'Eligibility', description: 'What a subscriber may buy, before anything is sold.' },
};
