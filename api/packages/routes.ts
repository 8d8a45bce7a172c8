import { Router, type Request, type Response } from 'express';
import { PACKAGE_CODE_PATTERN, packageCode } from '../../domain/catalogue/packages';
import { channelOf } from '../http/known-channel';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import { offerResource } from './resource';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import type { PackagesResource } from './schemas';

type PackageServices = Pick<ApiServices, 'offers' | 'gate' | 'authenticated' | 'now'>;

function routes({ offers, gate, authenticated, now }: PackageServices): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/v1/packages')
    .get(authenticated, async (_request: Request, response: Response) => {
      const channel = channelOf(response);
      const catalogue: PackagesResource = { packages: [], paused: [] };
      for (const { offer, pause } of await gate.list(channel, now())) {
        const resource = offerResource(offer, channel.paymentForm);
        if (pause) catalogue.paused.push({ ...resource, until: pause.until ?? null });
        else catalogue.packages.push(resource);
      }
      response.json(catalogue);
    })
    .all(onlyMethods('GET', 'HEAD'));

  router
    .route('/v1/packages/:code')
    .get(authenticated, async (request: Request, response: Response) => {
      const channel = channelOf(response);
      const code = request.params['code'];
      if (typeof code !== 'string' || !PACKAGE_CODE_PATTERN.test(code))
        throw new Problem('package_not_found');
      const offer = offers.find(packageCode(code), channel, now());
      if ('fault' in offer) throw new Problem('package_not_found');
      const sellable = await gate.find(packageCode(code), channel, now());
      response.json(offerResource(sellable, channel.paymentForm));
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `/v1/packages`: what the channel may sell now, at its current price, and what is paused. */
export const packages: ApiResource = {
  routes,
  document,
  tag: { name: 'Packages', description: 'The packages that you may sell now, and their prices.' },
};
