import { TEST_NOTICE_TYPES } from '../../domain/notice/test-notice';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => (shop = new Shop()));

describe('a channel that tries its webhook', () => {
  it('sends a ping unless it asks for another kind, and sees the answer and what was signed', async () => {
    const { status, body } = await shop.post('/v1/webhook/ping');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      type: 'webhook.ping',
      url: 'https://shop.example/refunds',
      delivered: true,
      attempt: { status: 204, durationMs: 12 },
      sent: { headers: { 'webhook-timestamp': '1795489500' }, body: '{"type":"webhook.ping"}' },
    });
    expect(shop.webhookTests.asked).toEqual([{ channel: 'shop', type: 'webhook.ping' }]);
  });

  it.each(TEST_NOTICE_TYPES)('may have a test of every kind of notice: %s', async (type) => {
    expect((await shop.post('/v1/webhook/ping', { type })).body).toMatchObject({ type });
    expect(shop.webhookTests.asked).toEqual([{ channel: 'shop', type }]);
  });

  it('learns that its webhook does not answer, which is no fault of the request', async () => {
    const attempt = {
      at: '2026-11-24T03:05:00.100Z',
      durationMs: 3,
      detail: 'the webhook cannot be reached',
    };
    shop.webhookTests.delivery = { delivered: false, attempt, sent: null };
    const { status, body } = await shop.post('/v1/webhook/ping', {});
    expect([status, body.delivered, body.attempt.status, body.sent]).toEqual([200, false, null, null]);
  });

  it.each([{ type: 'purchase.sold' }, { kind: 'webhook.ping' }, { type: null }])(
    'is told what is wrong with %j, and nothing is sent',
    async (asked) => {
      const { status, body } = await shop.post('/v1/webhook/ping', asked);
      expect([status, body.code]).toEqual([422, 'invalid_request']);
      expect(shop.webhookTests.asked).toEqual([]);
    },
  );

  it('needs a key that may do something, and an answering Temporal', async () => {
    expect((await shop.post('/v1/webhook/ping', {}, KEYS.reader)).status).toBe(403);
    shop.webhookTests.unavailable = true;
    expect((await shop.post('/v1/webhook/ping')).body.code).toBe('temporarily_unavailable');
  });
});
