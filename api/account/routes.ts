import { Router, type Request, type Response } from 'express';
import type { ChannelKey } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import { monthOf } from '../../client/channel-earnings';
import type { ChannelName } from '../../domain/identifiers';
import { firstOfMonth, localDay, startOfDay } from '../../domain/local-time';
import { DEFAULT_SCOPES, isScope } from '../../domain/scopes';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import type { AccountResource } from './schemas';

type AccountServices = Pick<ApiServices, 'earnings' | 'notices' | 'offers' | 'authenticated' | 'now'>;

function routes({ earnings, notices, offers, authenticated, now }: AccountServices): Router {
  const router = Router({ caseSensitive: true });
  const reading = new Map<ChannelName, ReturnType<typeof read>>();

  async function read(channel: Channel) {
    const at = now();
    const day = localDay(at);
    const month = monthOf(day);
    const prices = offers.pricesBetween(channel, startOfDay(firstOfMonth(day)), at);
    const [today, thisMonth, health] = await Promise.all([
      earnings.earned(channel.name, day, prices),
      earnings.earned(channel.name, month, prices),
      notices.webhookHealth(channel.name),
    ]);
    return { earned: { today: { day, ...today }, thisMonth: { month, ...thisMonth } }, health };
  }

  /** Dozens of counts at Temporal: all requests of a channel that come meanwhile share them, so that none stops others. */
  function figuresOf(channel: Channel): ReturnType<typeof read> {
    const figures = reading.get(channel.name) ?? read(channel).finally(() => reading.delete(channel.name));
    reading.set(channel.name, figures);
    return figures;
  }

  router
    .route('/v1/account')
    .get(waitsFor('workers'), authenticated, async (_request: Request, response: Response) => {
      const channel = channelOf(response);
      const { earned, health } = await figuresOf(channel);
      response.json({
        channel: channel.name,
        paymentForm: channel.paymentForm,
        discountClass: channel.discountClass,
        keys: channel.keys.map(keyResource),
        webhook: { url: channel.webhookUrl, states: [...(channel.webhookStates ?? [])], ...health },
        earned,
      } satisfies AccountResource);
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `/v1/account`: the channel's contract, keys, webhook and earnings. */
export const account: ApiResource = {
  routes,
  document,
  tag: { name: 'Account', description: 'Your contract, your keys and what you have earned.' },
};

/** A key as it may be shown; never its hash. */
function keyResource({ prefix, lastFour, scopes, expiresAt, label }: ChannelKey) {
  return {
    prefix,
    lastFour,
    scopes: (scopes ?? DEFAULT_SCOPES).filter(isScope),
    expiresAt: expiresAt ?? null,
    label: label ?? null,
  };
}
