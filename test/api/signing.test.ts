import { readFileSync } from 'node:fs';
import supertest from 'supertest';
import { signRequest } from '../../channel/request-signature';
import { signatureHeaders } from '../../sdk/request-signature';
import { KEYS, ORDER, Shop, SIGNING_SECRET } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

interface Signed {
  method?: string;
  path?: string;
  body?: string;
  /** Seconds after our own moment. */
  late?: number;
  secret?: string;
}

/** The headers of a request that is signed. */
function signed(over: Signed = {}): Record<string, string> {
  const { method = 'POST', path = '/v1/purchases', body = JSON.stringify(ORDER), late = 0 } = over;
  const timestamp = Math.floor(shop.now.getTime() / 1000) + late;
  const signature = signRequest(over.secret ?? SIGNING_SECRET, { method, path, timestamp, body });
  return { 'X-Datacode-Timestamp': String(timestamp), 'X-Datacode-Signature': signature };
}

function send(headers: Record<string, string>, body = JSON.stringify(ORDER), key: string = KEYS.signing) {
  return shop.as(key, supertest(shop.app).post('/v1/purchases').type('json').set(headers)).send(body);
}

describe('a channel that must sign', () => {
  it('is let in when method, path, moment and body are signed with its secret', async () => {
    expect((await send(signed())).status).toBe(201);
  });

  it('signs a request without a body, with its query', async () => {
    const path = '/v1/packages?of=today';
    const headers = signed({ method: 'GET', path, body: '' });
    expect((await shop.get(path, KEYS.signing).set(headers)).status).toBe(200);
    expect((await shop.get('/v1/packages', KEYS.signing).set(headers)).status).toBe(401);
  });

  it.each([
    ['another method', () => signed({ method: 'PUT' })],
    ['another path', () => signed({ path: '/v1/purchases/validate' })],
    ['another body', () => signed({ body: JSON.stringify({ ...ORDER, package: 'D120' }) })],
    ['another secret', () => signed({ secret: `${SIGNING_SECRET}!` })],
    ['no signature at all', () => ({ ...signed(), 'X-Datacode-Signature': 'v1=' })],
    [
      'another scheme',
      () => ({ ...signed(), 'X-Datacode-Signature': signed()['X-Datacode-Signature']?.slice(3) ?? '' }),
    ],
    [
      'another moment',
      () => ({ ...signed(), 'X-Datacode-Timestamp': String(shop.now.getTime() / 1000 + 1) }),
    ],
  ])('is refused for what it did not sign: %s', async (_, headers) => {
    const { status, body } = await send(headers());
    expect([status, body.code]).toEqual([401, 'signature_invalid']);
    expect(shop.purchases.orders).toEqual([]);
  });

  it.each([
    ['neither header', () => ({})],
    ['no moment', () => ({ 'X-Datacode-Signature': 'v1=00' })],
    ['no signature', () => ({ 'X-Datacode-Timestamp': '1795489500' })],
  ])('is refused without it: %s', async (_, headers) => {
    const { status, body } = await send(headers());
    expect([status, body.code]).toEqual([401, 'signature_missing']);
  });

  it.each([
    ['as long ago as allowed', -300, 201],
    ['longer ago', -301, 401],
    ['as far ahead as allowed', 300, 201],
    ['further ahead', 301, 401],
  ])('is held to a window, so that nothing is played back later: %s', async (_, late, expected) => {
    const { status, body } = await send(signed({ late }));
    expect(status).toBe(expected);
    if (expected === 401) expect(body.code).toBe('timestamp_out_of_window');
  });

  it('is refused for a moment that is none', async () => {
    const { body } = await send({ ...signed(), 'X-Datacode-Timestamp': 'now' });
    expect(body.code).toBe('timestamp_out_of_window');
  });

  it('is held to the limit of a body before it is signed for', async () => {
    const large = JSON.stringify({ a: 'x'.repeat(17_000) });
    expect((await send(signed({ body: large }), large)).status).toBe(413);
  });
});

/** The headers of a request that the SDK signs by RFC 9421; `over` changes what was signed for. */
function signedMessage(
  over: {
    method?: string;
    path?: string;
    body?: string;
    late?: number;
    secret?: string;
    headers?: Record<string, string>;
  } = {},
): Record<string, string> {
  const {
    method = 'POST',
    path = '/v1/purchases',
    body = JSON.stringify(ORDER),
    late = 0,
    headers = {},
  } = over;
  const request = { method, address: `http://api.example${path}`, body, headers };
  const at = new Date(shop.now.getTime() + late * 1000);
  return { ...headers, ...signatureHeaders('rfc9421', over.secret ?? SIGNING_SECRET, request, at) };
}

describe('a channel that signs by RFC 9421', () => {
  it('finds its signature in the documents', () => {
    const headers = signatureHeaders(
      'rfc9421',
      'dcs_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA',
      {
        method: 'POST',
        address: 'https://api.example/v1/purchases',
        body: '{"externalId":"order-1","msisdn":"0901234567","package":"D90"}',
        headers: { Prefer: 'wait=10' },
      },
      new Date(1_795_489_500_000),
    );
    const document = readFileSync('docs/api-security.md', 'utf8');
    for (const [name, value] of Object.entries(headers)) expect(document).toContain(`${name}: ${value}`);
  });

  it('is let in when method, path, digest, moment and the headers that decide are covered', async () => {
    const headers = { 'Idempotency-Key': '"once"', Prefer: 'wait=1' };
    expect((await send(signedMessage({ headers }))).status).toBe(201);
  });

  it('signs a request without a body, with its query', async () => {
    const path = '/v1/packages?of=today';
    const headers = signedMessage({ method: 'GET', path, body: '' });
    expect((await shop.get(path, KEYS.signing).set(headers)).status).toBe(200);
    expect((await shop.get('/v1/packages', KEYS.signing).set(headers)).status).toBe(401);
  });

  it.each<[string, () => Record<string, string>]>([
    ['another method', () => signedMessage({ method: 'PUT' })],
    ['another path', () => signedMessage({ path: '/v1/purchases/validate' })],
    ['another query', () => signedMessage({ path: '/v1/purchases?x' })],
    ['another body', () => signedMessage({ body: JSON.stringify({ ...ORDER, package: 'D120' }) })],
    ['another secret', () => signedMessage({ secret: `${SIGNING_SECRET}!` })],
    ['a key that came later', () => ({ ...signedMessage(), 'Idempotency-Key': '"later"' })],
    ['a wait that came later', () => ({ ...signedMessage(), Prefer: 'wait=30' })],
    [
      'another digest',
      () => ({ ...signedMessage(), 'Content-Digest': signedMessage({ body: 'x' })['Content-Digest'] ?? '' }),
    ],
    ['no digest', () => signedMessage({ body: '' })],
    [
      'another algorithm',
      () => {
        const headers = signedMessage();
        const input = headers['Signature-Input']?.replace('hmac-sha256', 'none') ?? '';
        return { ...headers, 'Signature-Input': input };
      },
    ],
  ])('is refused for what it did not sign: %s', async (_, headers) => {
    const { status, body } = await send(headers());
    expect([status, body.code]).toEqual([401, 'signature_invalid']);
    expect(shop.purchases.orders).toEqual([]);
  });

  it.each(['rfc9421', 'v1'])('has nothing done when its body was taken away: %s', async (form) => {
    const path = `/v1/purchases/${ORDER.externalId}/cancel`;
    const body = JSON.stringify({ reason: 'the customer changed their mind, ticket 42' });
    const headers = form === 'v1' ? signed({ path, body }) : signedMessage({ path, body });
    const cancel = () => shop.post(path, undefined, KEYS.signing).type('json').set(headers);
    const { status, body: problem } = await cancel().set('Content-Length', '0');
    expect([status, problem.code]).toEqual([401, 'signature_invalid']);
    expect(shop.purchases.calls).toEqual([]);
  });

  it.each(['Signature', 'Signature-Input'])('is refused with half of it: only %s', async (name) => {
    const { status, body } = await send({ [name]: signedMessage()[name] ?? '' });
    expect([status, body.code]).toEqual([401, 'signature_missing']);
  });

  it.each([
    [-300, 201],
    [-301, 401],
    [300, 201],
    [301, 401],
  ])('is held to the window: %i seconds give %i', async (late, expected) => {
    const { status, body } = await send(signedMessage({ late }));
    expect(status).toBe(expected);
    if (expected === 401) expect(body.code).toBe('timestamp_out_of_window');
  });

  it('is told what its signature does not cover', async () => {
    const { body } = await send({ ...signedMessage(), Prefer: 'wait=30' });
    expect(body.detail).toContain('must cover prefer');
  });
});

describe('a channel that may sign', () => {
  it('is let in without, and held to what it signs', async () => {
    expect((await send({}, JSON.stringify(ORDER), KEYS.maySign)).status).toBe(201);
    const wrong = await send(signed({ secret: 'x'.repeat(32) }), JSON.stringify(ORDER), KEYS.maySign);
    expect([wrong.status, wrong.body.code]).toEqual([401, 'signature_invalid']);
  });
});

describe('a channel that has no signing secret', () => {
  it('is let in whatever it sends in these headers', async () => {
    expect((await send({ 'X-Datacode-Timestamp': 'x' }, JSON.stringify(ORDER), KEYS.shop)).status).toBe(201);
  });
});

describe('the signature', () => {
  it('is as the documents show it', () => {
    const signature = signRequest('dcs_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA', {
      method: 'POST',
      path: '/v1/purchases',
      timestamp: 1795489500,
      body: '{"externalId":"order-1","msisdn":"0901234567","package":"D90"}',
    });
    expect(readFileSync('docs/api-security.md', 'utf8')).toContain(signature);
    expect(signature).toBe('v1=ec2a493ef3a3ead269e078f04bc9b8c387911696ae03d9675575241df6cff204');
  });
});
