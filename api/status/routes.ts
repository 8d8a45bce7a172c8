import { createHash } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import type { Channel } from '../../channel/registry';
import { DecisionsUnreadable } from '../../client/decided-state';
import { TemporalUnavailable } from '../../client/purchases';
import { SaleRefused } from '../../selling/sale-refused';
import { channelOf } from '../http/known-channel';
import { waitsFor } from '../http/limits';
import { onlyMethods } from '../http/methods';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import type { StatusResource } from './schemas';

type StatusServices = Pick<ApiServices, 'gate' | 'service' | 'authenticated' | 'now'>;

function routes({ gate, service, authenticated, now }: StatusServices): Router {
  const router = Router({ caseSensitive: true });

  async function statusOf(channel: Channel): Promise<StatusResource> {
    const { takesOrders, mobifone } = await service.now().catch(unknownService);
    const listed = takesOrders ? await gate.list(channel, now()).catch(unknownPauses) : undefined;
    if (!listed) return { sales: 'unavailable', until: null, pausedPackages: [], mobifone };
    const pauses = listed.flatMap(({ offer, pause }) =>
      pause ? [{ code: offer.package.code, scope: pause.scope.kind, until: pause.until ?? null }] : [],
    );
    const general = pauses.find(({ scope }) => scope !== 'package');
    if (general) return { sales: 'paused', until: general.until, pausedPackages: [], mobifone };
    const pausedPackages = pauses.map(({ code, until }) => ({ code, until }));
    return { sales: 'open', until: null, pausedPackages, mobifone };
  }

  router
    .route('/v1/status')
    .get(waitsFor('workers'), authenticated, async (_request: Request, response: Response) => {
      const status = await statusOf(channelOf(response));
      response.set({ 'Cache-Control': 'private, no-cache', ETag: tagOf(status) });
      response.vary('Authorization').json(status); // which answers 304 to `If-None-Match`
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `/v1/status`: whether a channel can sell at this moment. */
export const status: ApiResource = {
  routes,
  document,
  tag: { name: 'Status', description: 'Whether you can sell at this moment.' },
};

function tagOf(resource: StatusResource): string {
  return `"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`;
}

function unknownService(fault: unknown): { takesOrders: false; mobifone: 'unknown' } {
  if (fault instanceof TemporalUnavailable) return { takesOrders: false, mobifone: 'unknown' };
  throw fault;
}

/** Where it is not known what is paused, or there are no prices, no order is taken either. */
function unknownPauses(fault: unknown): undefined {
  const isKnown =
    fault instanceof TemporalUnavailable ||
    fault instanceof DecisionsUnreadable ||
    (fault instanceof SaleRefused && fault.code === 'temporarily_unavailable');
  if (!isKnown) throw fault;
}
