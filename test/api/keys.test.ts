import { openApiDocument } from '../../api/docs/openapi';
import supertest from 'supertest';
import { packageCode } from '../../domain/catalogue/packages';
import {
  channelName,
  externalId,
  purchaseId,
  purchaseOfNotice,
  stateNoticeId,
  type NoticeId,
} from '../../domain/identifiers';
import type { NoticeLog } from '../../domain/notice/notice';
import { vnd } from '../../domain/vnd';
import { KEYS, ORDER, Shop } from './shop';

const OCCURRED_AT = '2026-11-24T03:05:00.000Z';

function soldNotice(id: NoticeId): NoticeLog {
  const notice = {
    id,
    purchaseId: purchaseOfNotice(id),
    externalId: externalId('order-1'),
    occurredAt: OCCURRED_AT,
    sequence: 11,
    state: 'succeeded',
    reason: null,
    package: packageCode('D90'),
    faceValue: vnd(90_000),
  } as const;
  return { channel: channelName('shop'), notice, standing: 'delivered', attempts: [], nextAttemptAt: null };
}

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('a key that has expired', () => {
  it('is told so, and which it was, but works until that very moment', async () => {
    const { status, body, headers } = await shop.buy({}, KEYS.old);
    expect([status, body.code]).toEqual([401, 'key_expired']);
    expect(body.detail).toContain('ending in _old expired at 2026-11-24T03:04:59Z');
    expect(headers['www-authenticate']).toBe('Bearer realm="datacode", error="invalid_token"');
    const told = await shop.buy({}, KEYS.old).set('Accept-Language', 'vi');
    expect(told.body.detail).toContain('_old đã hết hạn lúc 10:04 24/11/2026 (giờ Việt Nam)');
    shop.now = new Date('2026-11-24T03:04:58.999Z');
    expect((await shop.buy({}, KEYS.old)).status).toBe(201);
  });
});

describe('a key with scopes', () => {
  it('that may read reads, and is told the scope that selling takes', async () => {
    expect((await shop.get('/v1/packages', KEYS.reader)).status).toBe(200);
    const { status, body, headers } = await shop.buy({}, KEYS.reader);
    expect([status, body.code]).toEqual([403, 'scope_missing']);
    expect(body.detail).toContain('"submit"');
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="datacode", error="insufficient_scope", scope="submit"',
    );
    expect(shop.purchases.orders).toEqual([]);
  });

  it('that may only submit sees the purchase of an order that it repeats whole, and nothing of any other', async () => {
    await shop.buy();
    const repeated = await shop.buy({}, KEYS.seller);
    expect([repeated.status, repeated.body.externalId]).toEqual([200, 'order-1']);
    const guessed = await shop.buy({ msisdn: '0909999999' }, KEYS.seller);
    expect([guessed.status, guessed.body.code, guessed.body.differing]).toEqual([
      409,
      'external_id_conflict',
      ['msisdn'],
    ]);
    expect(JSON.stringify(guessed.body)).not.toMatch(/pur_|succeeded|\*\*\*\*/);
    for (const address of [
      '/v1/purchases/order-1',
      '/v1/purchases',
      '/v1/purchases/order-1/events',
      '/v1/account',
    ]) {
      const { status, body } = await shop.get(address, KEYS.seller);
      expect([status, body.code]).toEqual([403, 'scope_missing']);
    }
  });

  it('that may only submit sees of a notice that it has delivered again that there is one, its type and time, and no log', async () => {
    const id = stateNoticeId(purchaseId(`pur_${'a'.repeat(26)}`), 11);
    const unknown = await shop.post(`/v1/notices/${id}/resend`, undefined, KEYS.seller);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'notice_not_found']);
    shop.notices.logs.push(soldNotice(id));
    const { status, body } = await shop.post(`/v1/notices/${id}/resend`, undefined, KEYS.seller);
    expect([status, body.type, body.occurredAt]).toEqual([202, 'purchase.succeeded', OCCURRED_AT]);
    expect(body).not.toHaveProperty('body');
    expect(body).not.toHaveProperty('attempts');
    for (const address of ['/v1/notices', `/v1/notices/${id}`, '/v1/purchases/order-1/notices'])
      expect((await shop.get(address, KEYS.seller)).body.code).toBe('scope_missing');
  });

  it('may sell and read when nothing was said of it', async () => {
    expect((await shop.buy()).status).toBe(201);
    expect((await shop.get('/v1/purchases/order-1')).status).toBe(200);
  });

  it.each(
    Object.entries(openApiDocument().paths ?? {})
      .filter(([path]) => path.startsWith('/v1/'))
      .flatMap(([path, routes]) => Object.keys(routes).map((method): [string, string] => [method, path])),
  )('is asked for its scope by %s %s', async (method, path) => {
    const address = path.replace('{id}', 'pur_x').replace(/\{[^}]+\}/g, 'order-1');
    const verb = method as 'get' | 'post'; // what the document has
    const request = shop.as(KEYS.operator, supertest(shop.app)[verb](address));
    const { status, body } = await request.send(verb === 'post' ? ORDER : undefined);
    expect([status, body.code]).toEqual([403, 'scope_missing']);
  });
});

describe('another channel’s purchase', () => {
  it('is not found, by the very same calls and in the same words as one that is nowhere', async () => {
    await shop.buy();
    const lookUp = (id: string) => shop.get(`/v1/purchases/${id}`, KEYS.prepaid).set('X-Request-Id', 'same');
    const cancel = (id: string) =>
      shop.post(`/v1/purchases/${id}/cancel`, {}, KEYS.prepaid).set('X-Request-Id', 'same');
    for (const act of [lookUp, cancel]) {
      shop.purchases.calls.length = 0;
      const others = await act('order-1');
      const callsForOthers = shop.purchases.calls.splice(0);
      const nobodys = await act('order-9');
      expect(others.status).toBe(404);
      expect(others.body).toEqual(nobodys.body);
      expect(callsForOthers).toEqual(['prepaid:order-1']); // never the other channel's
      expect(shop.purchases.calls).toEqual(['prepaid:order-9']);
    }
    expect(shop.purchases.reasons).toEqual([]);
  });
});
