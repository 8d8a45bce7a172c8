import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { ChannelKey } from '../../channel/key';
import { monthOf, type ChannelEarnings } from '../../client/channel-earnings';
import type { Notices } from '../../client/notices';
import { firstOfMonth, localDay, startOfDay } from '../../domain/local-time';
import { DEFAULT_SCOPES } from '../../domain/scopes';
import { channelOf } from '../http/known-channel';
import type { Offers } from '../packages/offers';
import { onlyMethods } from '../http/problems';
import type { AccountResource } from './schemas';

interface AccountRoutes {
  earnings: ChannelEarnings;
  notices: Notices;
  offers: Offers;
  authenticated: RequestHandler;
  now: () => Date;
}

/** `/v1/account`: who the channel is to us, and what it has earned. */
export function accountRoutes({ earnings, notices, offers, authenticated, now }: AccountRoutes): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .get(authenticated, async (_request: Request, response: Response) => {
      const channel = channelOf(response);
      const at = now();
      const day = localDay(at);
      const month = monthOf(day);
      const prices = offers.pricesBetween(channel, startOfDay(firstOfMonth(day)), at);
      const [today, thisMonth, health] = await Promise.all([
        earnings.earned(channel.name, day, prices),
        earnings.earned(channel.name, month, prices),
        notices.webhookHealth(channel.name),
      ]);
      response.json({
        channel: channel.name,
        paymentForm: channel.paymentForm,
        discountClass: channel.discountClass,
        keys: channel.keys.map(keyResource),
        webhook: { url: channel.webhookUrl, states: [...(channel.webhookStates ?? [])], ...health },
        earned: { today: { day, ...today }, thisMonth: { month, ...thisMonth } },
      } satisfies AccountResource);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** A key as it may be shown; never its hash. */
function keyResource({ prefix, lastFour, scopes, expiresAt, label }: ChannelKey) {
  return {
    prefix,
    lastFour,
    scopes: [...(scopes ?? DEFAULT_SCOPES)],
    expiresAt: expiresAt ?? null,
    label: label ?? null,
  };
}
