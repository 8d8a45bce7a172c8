import { Router, type Request } from 'express';
import { noticeIdOf } from '../../client/purchase-id';
import type { BatchRecord } from '../../domain/batch/protocol';
import { batchWorkflowId } from '../../domain/identifiers';
import { cancellationsOf } from '../../operators/batch-cancellations';
import { deliveryRequests } from '../../operators/delivery-requests';
import { batchNameOf, type BatchName } from '../../operators/batch-ref';
import { requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { resendAndLook } from '../resend';
import { ToldOnce } from '../told-once';
import { signedIn } from '../visit';
import { batchAddress } from '../queue/queue-links';
import { channelBatchPage, type WholeBatch } from './batch-page';

/** A channel's batch, where the notice that it is over is delivered again. */
export function channelBatchRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const told = new ToldOnce();
  const { notices, logger, watch } = parts;
  router.get('/batches/:channel/:id', async (request, response) => {
    const visit = signedIn(response);
    const name = nameIn(request);
    const whole = await wholeBatch(parts, name);
    const isLive = request.get('x-desk-live') !== undefined;
    const address = batchAddress(name.channel, name.batchId);
    const once = isLive ? {} : told.take(visit.session, address);
    response.send(
      channelBatchPage(visit, whole, { ...once, waiting: watch.waiting, next: watch.nextAfter(address) }),
    );
  });
  router.post('/batches/:channel/:id/notice', async (request, response) => {
    const visit = signedIn(response);
    const { session } = visit;
    requireToken(request, session);
    requireRole(session, 'act');
    const name = nameIn(request);
    const { channel, batchId } = name;
    const who = session.person.name;
    const record = await recordOf(parts, name);
    const came = await resendAndLook(
      visit,
      () => notices.ofBatch(record),
      () => notices.resend(channel, noticeIdOf(record), who),
    );
    logger.info({ event: 'desk.resend', who, channel, batchId }, 'a notice is sent again');
    const address = batchAddress(name.channel, name.batchId);
    told.keep(session, address, came);
    response.redirect(303, address);
  });
  return router;
}

/** @throws DeskRefusal where there is none; TemporalUnavailable, PurchaseUnreadable */
async function wholeBatch(parts: DeskParts, name: BatchName): Promise<WholeBatch> {
  const { client, notices, webUi } = parts;
  const { channel, batchId } = name;
  const record = await recordOf(parts, name);
  const log = await notices.ofBatch(record);
  return {
    record,
    cancellations: await cancellationsOf(client, record),
    log,
    asked: log ? await deliveryRequests(client, [log.notice.id]) : [],
    webUiLink: webUi?.workflow(batchWorkflowId(channel, batchId)) ?? null,
  };
}

/** @throws DeskRefusal where there is none; TemporalUnavailable, PurchaseUnreadable */
async function recordOf(
  { channelBatches }: DeskParts,
  { channel, batchId }: BatchName,
): Promise<BatchRecord> {
  const record = await channelBatches.find(channel, batchId);
  if (!record) throw new DeskRefusal(404, (words) => words.refusals.noChannelBatch);
  return record;
}

/** @throws DeskRefusal where no batch can have the name */
function nameIn({ params }: Request): BatchName {
  const name = batchNameOf(`${String(params['channel'])}/${String(params['id'])}`);
  if (name) return name;
  throw new DeskRefusal(404, (words) => words.refusals.noChannelBatch);
}
