import { Router, type RequestHandler } from 'express';
import { channelOf } from '../known-channel';
import type { Offer, Offers } from '../offers';
import { onlyMethods } from '../problems';
import type { PackagesResource } from '../schemas';
import type { PaymentForm } from '../../domain/packages';

/** `/v1/packages`: what the channel may buy now, at its price of this moment. */
export function packageRoutes(offers: Offers, authenticated: RequestHandler, now: () => Date): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .get(authenticated, (_request, response) => {
      const channel = channelOf(response);
      const packages = offers.list(channel, now()).map((offer) => shown(offer, channel.paymentForm));
      response.json({ packages } satisfies PackagesResource);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

function shown(offer: Offer, paymentForm: PaymentForm): PackagesResource['packages'][number] {
  const { code, name, dataMegabytes, validityDays, faceValue } = offer.package;
  const { rateBasisPoints, amount } = offer.discount;
  const discount = { rateBasisPoints, amount };
  return {
    code,
    name,
    dataMegabytes,
    validityDays,
    faceValue,
    discount,
    payable: offer.payable,
    paymentForm,
  };
}
