import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { duplicateKey } from '../../runtime/duplicate-keys';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
let server: http.Server;
beforeEach(async () => {
  shop = new Shop();
  server = http.createServer(shop.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A request whose headers are sent as they are given, however often. */
function send(
  method: string,
  path: string,
  headers: string[],
  body = '',
): Promise<{ status: number; body: string }> {
  const { port } = server.address() as AddressInfo; // it listens by TCP
  return new Promise((resolve, reject) => {
    const all = [
      'Host',
      'api',
      'Connection',
      'close',
      'Content-Length',
      `${Buffer.byteLength(body)}`,
      ...headers,
    ];
    const request = http.request({ port, host: '127.0.0.1', method, path, headers: all }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on('error', reject).end(body);
  });
}

const KEY = ['Authorization', `Bearer ${KEYS.shop}`];
const JSON_TYPE = ['Content-Type', 'application/json'];

describe('a header that can only be said once', () => {
  it.each([
    ['Authorization', ['authorization', `Bearer ${KEYS.prepaid}`]],
    ['Content-Type', ['Content-Type', 'text/plain']],
    ['Idempotency-Key', ['Idempotency-Key', '"a"', 'Idempotency-Key', '"b"']],
    ['Last-Event-ID', ['Last-Event-ID', '1', 'Last-Event-ID', '2']],
    ['X-Datacode-Timestamp', ['X-Datacode-Timestamp', '1', 'X-Datacode-Timestamp', '2']],
    ['X-Datacode-Signature', ['X-Datacode-Signature', 'v1=a', 'X-Datacode-Signature', 'v1=b']],
    ['Signature', ['Signature', 'sig=:YQ==:', 'Signature', 'sig=:Yg==:']],
    ['Signature-Input', ['Signature-Input', 'sig=();created=1', 'Signature-Input', 'sig=();created=2']],
    ['Content-Digest', ['Content-Digest', 'sha-256=:YQ==:', 'Content-Digest', 'sha-256=:Yg==:']],
  ])('is refused by its name when it is said twice: %s', async (name, more) => {
    const answer = await send(
      'POST',
      '/v1/purchases',
      [...KEY, ...JSON_TYPE, ...more],
      JSON.stringify(ORDER),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'malformed_request' });
    expect(answer.body).toContain(name);
    expect(shop.purchases.orders).toEqual([]);
  });
});

describe('a field of a body that is there twice', () => {
  it('is refused by its place, whatever the two values are', async () => {
    const twice = `{"externalId":"order-1","msisdn":"0901234567","package":"D90","\\u0070ackage":"D90"}`;
    const { status, body } = await shop.post('/v1/purchases').type('json').send(twice);
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.errors).toMatchObject([{ pointer: '/package', code: 'duplicate_field' }]);
    expect(shop.purchases.orders).toEqual([]);
  });

  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', undefined],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}', undefined],
    ['{"a":{"b":[0,{"c":1,"d":[],"c":2}]}}', ['a', 'b', 1, 'c']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['[{"":1,"":2}]', [0, '']],
    ['"a"', undefined],
  ])('is found wherever it is: %s', (json, where) => {
    JSON.parse(json);
    expect(duplicateKey(json)).toEqual(where);
  });
});
