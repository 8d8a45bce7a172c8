import { Router, type Request, type RequestHandler, type Response } from 'express';
import { PACKAGE_CODE_PATTERN, packageCode } from '../../domain/catalogue/packages';
import { channelOf } from '../http/known-channel';
import { offerResource } from './resource';
import type { Offers } from './offers';
import { onlyMethods, Problem } from '../http/problems';
import type { PackagesResource } from './schemas';

/** `/v1/packages`: what the channel may buy now, at its price of this moment. */
export function packageRoutes(offers: Offers, authenticated: RequestHandler, now: () => Date): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .get(authenticated, (_request, response) => {
      const channel = channelOf(response);
      const packages = offers.list(channel, now()).map((offer) => offerResource(offer, channel.paymentForm));
      response.json({ packages } satisfies PackagesResource);
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/:code')
    .get(authenticated, (request: Request, response: Response) => {
      const channel = channelOf(response);
      const code = request.params['code'];
      if (typeof code !== 'string' || !PACKAGE_CODE_PATTERN.test(code))
        throw new Problem('package_not_found');
      const offer = offers.find(packageCode(code), channel, now());
      if ('fault' in offer) throw new Problem('package_not_found');
      response.json(offerResource(offer, channel.paymentForm));
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}
