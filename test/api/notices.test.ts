import { batchNoticeIdOf } from '../../client/purchase-id';
import { newProgress } from '../../domain/batch/progress';
import {
  batchId,
  channelName,
  externalId,
  purchaseId,
  refundNoticeId,
  stateNoticeId,
} from '../../domain/identifiers';
import type { NoticeLog } from '../../domain/notice/notice';
import { packageCode } from '../../domain/catalogue/packages';
import { vnd } from '../../domain/vnd';
import { KEYS, Shop } from './shop';

let shop: Shop;
const PURCHASE = purchaseId(`pur_${'a'.repeat(26)}`);
const EVENT = stateNoticeId(PURCHASE, 11);
const about = {
  purchaseId: PURCHASE,
  externalId: externalId('order-1'),
  occurredAt: '2026-11-24T03:05:00.000Z',
};
const delivered: NoticeLog = {
  channel: channelName('shop'),
  notice: {
    ...about,
    id: EVENT,
    sequence: 11,
    state: 'rolled_back',
    reason: 'insufficient_balance',
    package: packageCode('D90'),
    faceValue: vnd(90_000),
  },
  standing: 'delivered',
  attempts: [
    {
      at: '2026-11-24T03:05:01.000Z',
      durationMs: 12,
      detail: 'the webhook cannot be reached (ECONNREFUSED)',
    },
    { at: '2026-11-24T03:05:07.000Z', durationMs: 9, status: 204, detail: 'delivered' },
  ],
  nextAttemptAt: null,
};
const refund: NoticeLog = {
  channel: channelName('shop'),
  notice: {
    ...about,
    id: refundNoticeId(PURCHASE),
    outcome: 'rolled_back',
    refusal: 'insufficient_balance',
    amount: vnd(90_000),
  },
  standing: 'delivering',
  attempts: [],
  nextAttemptAt: null,
};

beforeEach(() => {
  shop = new Shop();
  shop.notices.logs.push(delivered, refund);
});

describe('the notices of a purchase', () => {
  it('are told with every attempt, the refund notice among them', async () => {
    const { status, body } = await shop.get('/v1/purchases/order-1/notices');
    expect(status).toBe(200);
    expect(body.notices).toMatchObject([
      { id: EVENT, type: 'purchase.rolled_back', sequence: 11, status: 'delivered' },
      { id: `refund_${PURCHASE}`, type: 'purchase.refund_due', sequence: null, status: 'delivering' },
    ]);
    expect(JSON.parse(body.notices[1].body)).toMatchObject({
      type: 'purchase.refund_due',
      data: { externalId: 'order-1', refund: { amount: 90_000 } },
    });
    expect(body.notices[0].attempts.map((attempt: { status: unknown }) => attempt.status)).toEqual([
      null,
      204,
    ]);
  });

  it('are a 404 for another channel and for a purchase that there is not', async () => {
    for (const asked of [
      shop.get('/v1/purchases/order-1/notices', KEYS.prepaid),
      shop.get('/v1/purchases/order-2/notices'),
    ]) {
      const { status, body } = await asked;
      expect([status, body.code]).toEqual([404, 'purchase_not_found']);
    }
  });
});

describe('the delivery log of a channel', () => {
  it('lists its own notices by page, filtered as it asks', async () => {
    const { status, body } = await shop.get('/v1/notices?delivered=false&limit=5&cursor=abc');
    expect(status).toBe(200);
    expect(body).toMatchObject({ notices: [{ id: EVENT }, { id: `refund_${PURCHASE}` }], nextCursor: null });
    expect(shop.notices.pages).toEqual([{ delivered: false, limit: 5, cursor: 'abc' }]);
    expect((await shop.get('/v1/notices', KEYS.prepaid)).body.notices).toEqual([]);
  });

  it.each(['delivered=maybe', 'limit=0', 'limit=101', 'limit=x', 'cursor=', 'colour=red'])(
    'refuses a query with a fault, and names the parameter: %s',
    async (query) => {
      const { status, body } = await shop.get(`/v1/notices?${query}`);
      expect([status, body.code]).toEqual([400, 'list_query_invalid']);
      expect(body.detail).toContain(query.split('=')[0]);
      expect(shop.notices.pages).toEqual([]);
    },
  );

  it('refuses a cursor of another list', async () => {
    shop.notices.listing = { kind: 'foreign_cursor' };
    const { status, body } = await shop.get('/v1/notices?cursor=abc');
    expect([status, body.code]).toEqual([400, 'list_query_invalid']);
  });
});

describe('one notice', () => {
  const batch: NoticeLog = {
    channel: channelName('shop'),
    notice: {
      id: batchNoticeIdOf(channelName('shop'), batchId('staff')),
      batchId: batchId('staff'),
      progress: { ...newProgress(1, about.occurredAt), state: 'completed' },
      occurredAt: about.occurredAt,
    },
    standing: 'undelivered',
    attempts: [{ at: about.occurredAt, durationMs: 9, status: 503, detail: 'the webhook answered 503' }],
    nextAttemptAt: '2026-11-24T03:10:00.000Z',
  };

  it.each([
    [
      'of a state',
      delivered,
      { externalId: 'order-1', batchId: null, attempts: [{ status: null }, { status: 204 }] },
    ],
    [
      'of a refund',
      refund,
      { type: 'purchase.refund_due', externalId: 'order-1', batchId: null, attempts: [] },
    ],
    [
      'of a batch',
      batch,
      {
        type: 'batch.completed',
        purchaseId: null,
        externalId: null,
        batchId: 'staff',
        attempts: [{ status: 503, detail: 'the webhook answered 503' }],
        nextAttemptAt: batch.nextAttemptAt,
      },
    ],
  ])('is told with every attempt: %s', async (_, log, told) => {
    shop.notices.logs.push(batch);
    const { status, body } = await shop.get(`/v1/notices/${log.notice.id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: log.notice.id, status: log.standing, ...told });
    expect(JSON.parse(body.body)).toMatchObject({ type: body.type, timestamp: about.occurredAt });
  });

  it('is a 404 where it is another channel’s, is not there, or cannot be', async () => {
    for (const asked of [
      shop.get(`/v1/notices/${EVENT}`, KEYS.prepaid),
      shop.get(`/v1/notices/${stateNoticeId(PURCHASE, 12)}`),
      shop.get('/v1/notices/evt_x_1'),
    ]) {
      const { status, body } = await asked;
      expect([status, body.code]).toEqual([404, 'notice_not_found']);
    }
  });

  it('is to be asked for again while Temporal is out', async () => {
    shop.notices.unavailable = true;
    expect((await shop.get(`/v1/notices/${EVENT}`)).status).toBe(503);
  });
});

describe('a notice that its channel wants again', () => {
  it.each([EVENT, refundNoticeId(PURCHASE)])(
    'is delivered again, now, and names it as who asked: %s',
    async (id) => {
      const { status, body } = await shop.post(`/v1/notices/${id}/resend`);
      expect(status).toBe(202);
      expect(body).toMatchObject({ id, status: 'delivering' });
      expect(shop.notices.resent).toEqual([{ id, by: 'shop' }]);
    },
  );

  it('is a 404 where it is another channel’s, is not there, or cannot be', async () => {
    for (const asked of [
      shop.post(`/v1/notices/${EVENT}/resend`, undefined, KEYS.prepaid),
      shop.post(`/v1/notices/${stateNoticeId(PURCHASE, 12)}/resend`),
      shop.post('/v1/notices/evt_x_1/resend'),
    ]) {
      const { status, body } = await asked;
      expect([status, body.code]).toEqual([404, 'notice_not_found']);
    }
    expect(shop.notices.resent).toEqual([]);
  });

  it('is a 429 with the time to wait where it was asked for too often, in the words of its channel', async () => {
    shop.notices.restSeconds = 42;
    const { status, body, headers } = await shop.post(`/v1/notices/${EVENT}/resend`);
    expect([status, body.code, headers['retry-after']]).toEqual([429, 'rate_limited', '42']);
    expect(body.detail).toBe(
      'This notice was sent again 6 times within a minute. Ask for it again in 42 seconds.',
    );
    expect(shop.notices.resent).toEqual([]);
  });

  it('is to be asked for again while Temporal is out', async () => {
    shop.notices.unavailable = true;
    expect((await shop.post(`/v1/notices/${EVENT}/resend`)).status).toBe(503);
  });
});

describe('an order of a channel that subscribes to states', () => {
  it('keeps what is subscribed to at this moment', async () => {
    await shop.buy({}, KEYS.subscribed);
    await shop.buy();
    expect(shop.purchases.orders.map(({ webhookStates }) => webhookStates)).toEqual([
      ['charging', 'succeeded'],
      undefined,
    ]);
  });
});
