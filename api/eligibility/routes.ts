import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { EligibilityQuestions } from '../../client/eligibility';
import { maskMsisdn } from '../../domain/msisdn';
import { eligibilityResource } from './resource';
import { jsonBody } from '../http/json-body';
import { channelOf } from '../http/known-channel';
import { requestOrigin } from '../http/trace';
import { offerResource } from '../packages/resource';
import type { Offers } from '../packages/offers';
import { onlyMethods } from '../http/problems';
import { readBody } from '../purchases/request';
import { needs } from '../http/scope';
import { eligibilityRequestSchema, type EligibilityResource } from './schemas';

interface EligibilityRoutes {
  questions: EligibilityQuestions;
  offers: Offers;
  authenticated: RequestHandler;
  now: () => Date;
}

/** `/v1/eligibility`: what of the catalogue a subscriber may have. A POST, since no number may be in an address (I11). */
export function eligibilityRoutes({ questions, offers, authenticated, now }: EligibilityRoutes): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .post(needs('read'), authenticated, jsonBody, async (request: Request, response: Response) => {
      const { msisdn } = readBody(eligibilityRequestSchema, request.body);
      const channel = channelOf(response);
      const { paymentForm } = channel;
      const offered = offers.list(channel, now());
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
    })
    .all(onlyMethods('POST'));
  return router;
}
