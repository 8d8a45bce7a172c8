import { Router, type Request, type Response } from 'express';
import { PACKAGE_CODE_PATTERN, packageCode } from '../../domain/catalogue/packages';
import { channelOf } from '../http/known-channel';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { offerResource } from './resource';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import type { PackagesResource } from './schemas';

type PackageServices = Pick<ApiServices, 'offers' | 'authenticated' | 'now'>;

function routes({ offers, authenticated, now }: PackageServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/packages')
    .get(authenticated, (_request, response) => {
      const channel = channelOf(response);
      const packages = offers.list(channel, now()).map((offer) => offerResource(offer, channel.paymentForm));
      response.json({ packages } satisfies PackagesResource);
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/v1/packages/:code')
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

/** `/v1/packages`: what the channel may sell now, at its current price. */
export const packages: ApiResource = {
  routes,
  document,
  tag: { name: 'Packages', description: 'The packages that you may sell now, and their prices.' },
};
