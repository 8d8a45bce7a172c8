import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { TemporalUnavailable } from '../../client/purchases';
import { PROBLEM_CODE_NAMES, PROBLEM_CODES } from '../../domain/problem-codes';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('a request without a right to be answered', () => {
  it.each([
    ['no key', undefined, 'Bearer realm="datacode"'],
    ['another scheme', 'Basic dTpw', 'Bearer realm="datacode"'],
    ['a key that is not known', 'Bearer dck_test_nobody', 'Bearer realm="datacode", error="invalid_token"'],
    ['a key that is too long', `Bearer ${'k'.repeat(300)}`, 'Bearer realm="datacode"'],
    ['two keys', `Bearer ${KEYS.shop} ${KEYS.shop}`, 'Bearer realm="datacode"'],
  ])('is turned away: %s', async (_, authorization, challenge) => {
    const request = shop.post('/v1/purchases', ORDER, null);
    if (authorization) request.set('Authorization', authorization);
    const { status, body, headers } = await request;
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe(challenge);
    expect(body).toMatchObject({ code: 'unauthenticated', retryable: false });
  });

  it('is turned away before its body is read', async () => {
    const { status } = await shop.post('/v1/purchases', '{', null).type('application/json');
    expect(status).toBe(401);
  });

  it('is told that its channel is not enabled', async () => {
    const { status, body } = await shop.buy({}, KEYS.closed);
    expect([status, body.code]).toEqual([403, 'channel_disabled']);
  });

  it('is let in however the scheme is written', async () => {
    const { status } = await shop.get('/v1/packages', null).set('Authorization', `bearer  ${KEYS.shop}`);
    expect(status).toBe(200);
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['JSON that breaks off', '{"externalId":', 'application/json', 400, 'malformed_request'],
    ['a form', 'externalId=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['another character set', '{}', 'application/json; charset=latin1', 415, 'unsupported_media_type'],
    ['too much', JSON.stringify({ a: 'x'.repeat(17_000) }), 'application/json', 413, 'payload_too_large'],
  ])('is refused: %s', async (_, body, type, status, code) => {
    const answer = await shop.post('/v1/purchases').type(type).send(body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, code, type: `/problems/${code}` });
  });

  it('is refused when it is compressed', async () => {
    const answer = await shop.post('/v1/purchases').set('Content-Encoding', 'gzip').type('json').send('{}');
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('is refused when its address is broken', async () => {
    const answer = await shop.get('/v1/purchases/%E0%A4%A');
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_request']);
  });
});

describe('an address or a method that there is not', () => {
  it.each([
    '/',
    '/v1',
    '/v2/purchases',
    '/v1/Purchases',
    '/v1/purchases/a/b',
    '/docs/index.html',
    '/problems/x',
  ])('is not found: %s', async (path) => {
    const { status, body } = await shop.get(path);
    expect([status, body.code]).toEqual([404, 'route_not_found']);
  });

  it.each([
    ['put', '/v1/purchases', 'GET, HEAD, POST'],
    ['delete', '/v1/purchases/order-1', 'GET, HEAD'],
    ['get', '/v1/purchases/order-1/cancel', 'POST'],
    ['put', '/v1/packages', 'GET, HEAD'],
    ['options', '/v1/purchases', 'GET, HEAD, POST'],
    ['post', '/v1/purchases-by-id/pur_x', 'GET, HEAD'],
    ['get', '/v1/eligibility', 'POST'],
    ['post', '/v1/account', 'GET, HEAD'],
    ['delete', '/v1/packages/D90', 'GET, HEAD'],
    ['post', '/healthz', 'GET, HEAD'],
    ['post', '/openapi.json', 'GET, HEAD'],
  ] as const)('is not offered: %s %s', async (method, path, allow) => {
    const { status, body, headers } = await shop.as(KEYS.shop, supertest(shop.app)[method](path));
    expect([status, body.code]).toEqual([405, 'method_not_allowed']);
    expect(headers['allow']).toBe(allow);
  });
});

describe('a defect of ours', () => {
  it('is answered without a word of what it was, and logged with it', async () => {
    shop.purchases.defect = new TypeError('secrets of the house');
    const { status, body } = await shop.buy().set('X-Request-Id', 'trace-1');
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'internal_error', retryable: true, requestId: 'trace-1' });
    expect(JSON.stringify(body)).not.toContain('secrets');
    expect(shop.lines.join('')).toContain('secrets of the house');
  });
});

describe('a call that Temporal does not answer', () => {
  it('is logged with what led to it, to its beginning', async () => {
    const server = new Error('14 UNAVAILABLE: shard status unknown');
    const cause = new Error('Failed to start Workflow', { cause: server });
    shop.purchases.defect = new TemporalUnavailable('Temporal did not respond', { cause });
    expect((await shop.buy()).status).toBe(503);
    expect(shop.lines.join('')).toContain(
      'Failed to start Workflow: Error: 14 UNAVAILABLE: shard status unknown',
    );
  });
});

describe('every answer', () => {
  it('has the id of its request: the caller’s when it is sane', async () => {
    const { headers } = await shop.get('/v1/packages').set('X-Request-Id', 'trace.7_a-b');
    expect(headers['x-request-id']).toBe('trace.7_a-b');
    for (const id of [
      '20261130095312977',
      '1812345678901234567',
      '1764496392',
      'job-1764496392123',
      randomUUID(),
    ]) {
      const kept = await shop.get('/v1/packages').set('X-Request-Id', id);
      expect(kept.headers['x-request-id']).toBe(id);
    }
    const inBase64 = Buffer.from('0901234567').toString('base64url');
    for (const id of [
      'a b',
      '0901234567',
      'call-84901234567',
      'req977123602',
      'o977123603x',
      '1977123606',
      'n0977-123-602a',
      inBase64,
      `call.${inBase64}`,
      'x'.repeat(65),
      '',
    ]) {
      const made = await shop.get('/v1/packages').set('X-Request-Id', id);
      expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has the headers that protect whoever reads it in a browser, and none that tells what we run on', async () => {
    const { headers } = await shop.get('/docs');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('the log', () => {
  it('has a line for each request, with its channel, without its key, body or number', async () => {
    await shop.buy();
    await shop.get('/v1/purchases/0901234567?msisdn=%2B84901234567');
    await shop.get('/v1/purchases/090%20123%2E4567');
    await shop.get('/v1/purchases/%2530901234567?msisdn=%25252B84901234567');
    await shop.get('/v1/purchases/090%3A123%3A4567?next=%2564ck_live_1234567');
    await shop.get(`/v1/account?access_token=${KEYS.shop}`, null);
    await shop.get('/healthz', null);
    const entries = shop.lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(entries).toHaveLength(6);
    expect(entries[0]).toMatchObject({
      channel: 'shop',
      requestId: expect.any(String),
      request: { method: 'POST', url: '/v1/purchases' },
      response: { status: 201 },
    });
    const all = shop.lines.join('').replace(/[^\w]/g, '');
    expect(all).not.toContain('1234567');
    expect(all).not.toContain('dck_');
  });

  it('keeps an order’s id that is no number', async () => {
    await shop.get('/v1/purchases/order-20261124-000123456');
    expect(shop.lines.join('')).toContain('order-20261124-000123456');
  });
});

describe('the health of the API', () => {
  it('is alive even when Temporal is out, but not ready', async () => {
    expect((await shop.get('/healthz', null)).body).toEqual({ status: 'ok' });
    expect((await shop.get('/readyz', null)).body).toEqual({ status: 'ready' });
    shop.purchases.unavailable = true;
    expect((await shop.get('/healthz', null)).status).toBe(200);
    const { status, body } = await shop.get('/readyz', null);
    expect([status, body.detail]).toEqual([503, 'Temporal does not respond.']);
  });

  it('is not ready while Temporal answers and no order can be written', async () => {
    shop.purchases.takesWrites = false;
    const { status, body } = await shop.get('/readyz', null);
    expect([status, body.code, body.detail]).toEqual([
      503,
      'temporarily_unavailable',
      'Temporal responds but has not accepted a write in time; it may be overloaded or blocked, or its disk may be full or read-only.',
    ]);
  });

  it('is not ready once it was asked to stop, while it still answers', async () => {
    shop.stopping.abort();
    const { status, headers } = await shop.get('/readyz', null);
    expect([status, headers['connection']]).toEqual([503, 'close']);
    expect((await shop.buy()).status).toBe(201);
  });
});

describe('the pages of problems', () => {
  it.each(PROBLEM_CODE_NAMES)('explain %s to programs and to people', async (code) => {
    const json = await shop.get(`/problems/${code}`, null).set('Accept', 'application/json');
    expect(json.body).toEqual({ type: `/problems/${code}`, code, ...PROBLEM_CODES[code] });
    const page = await shop.get(`/problems/${code}`, null).set('Accept', 'text/html');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.text).toContain(PROBLEM_CODES[code].title.vi);
  });

  it('are listed', async () => {
    const { body } = await shop.get('/problems', null);
    expect(body.problems).toHaveLength(PROBLEM_CODE_NAMES.length);
  });
});
