import net from 'node:net';
import { startServer, type ApiServer } from '../../api/http/server';
import { KEYS, Shop } from './shop';

let server: ApiServer;
beforeAll(async () => (server = await startServer(new Shop().app, '127.0.0.1', 0)));
afterAll(() => server.stop());

const KEY = `Authorization: Bearer ${KEYS.shop}\r\nConnection: close`;
const JSON_BODY = `Host: a\r\nContent-Type: application/json\r\n${KEY}`;

/** What the server says to raw bytes, until it closes. */
function answerTo(bytes: string): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', failed).on('close', () => done(text));
  });
}

/** No HTTP library sends these; whoever looks for a hole does. */
const HOSTILE = {
  'no host': [`GET /v1/packages HTTP/1.1\r\n${KEY}`, 400],
  'two hosts': [`GET /v1/packages HTTP/1.1\r\nHost: a\r\nHost: b\r\n${KEY}`, 400],
  'a NUL in a header': [`GET /v1/packages HTTP/1.1\r\nHost: a\r\nX-Y: a\0b\r\n${KEY}`, 400],
  'a NUL in the address': [`GET /v1/pack\0ages HTTP/1.1\r\nHost: a\r\n${KEY}`, 400],
  'an encoded NUL in an id': [`GET /v1/purchases/a%00b HTTP/1.1\r\nHost: a\r\n${KEY}`, 404],
  'encoded slashes in an id': [`GET /v1/purchases/..%2f..%2fetc HTTP/1.1\r\nHost: a\r\n${KEY}`, 404],
  'a way up from the docs': [
    `GET /docs/swagger-ui.css/../../../package.json HTTP/1.1\r\nHost: a\r\n${KEY}`,
    404,
  ],
  'an encoded way up': [`GET /docs/swagger-ui.css/..%2f..%2fpackage.json HTTP/1.1\r\nHost: a\r\n${KEY}`, 404],
  'a host in the address': [`GET //evil.example/v1/packages HTTP/1.1\r\nHost: a\r\n${KEY}`, 404],
  'OPTIONS of everything': [`OPTIONS * HTTP/1.1\r\nHost: a\r\n${KEY}`, 404],
  TRACE: [`TRACE /v1/packages HTTP/1.1\r\nHost: a\r\n${KEY}`, 405],
  'CONNECT, as to a proxy': [`CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n${KEY}`, 400],
  'a method of its own making': [`FROB /v1/packages HTTP/1.1\r\nHost: a\r\n${KEY}`, 400],
  'another version of HTTP': ['PRI * HTTP/2.0\r\n\r\nSM', 400],
  'two lengths of the body': [
    `POST /v1/purchases HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n${JSON_BODY}\r\n\r\n0`,
    400,
  ],
  'a negative length': [`POST /v1/purchases HTTP/1.1\r\nContent-Length: -4\r\n${JSON_BODY}`, 400],
  'a chunk without a length': [
    `POST /v1/purchases HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${JSON_BODY}\r\n\r\nzz\r\n{}`,
    400,
  ],
  'an expectation of its own making': [
    `POST /v1/purchases HTTP/1.1\r\nExpect: tea\r\nContent-Length: 0\r\n${JSON_BODY}`,
    422,
  ],
} as const;

describe('a request that no honest client sends', () => {
  it.each(Object.entries(HOSTILE))('is answered with a problem document: %s', async (_, [bytes, status]) => {
    const answer = await answerTo(`${bytes}\r\n\r\n`);
    expect(answer).toMatch(
      new RegExp(`^HTTP/1.1 ${status} [^]*content-type: application/problem\\+json`, 'i'),
    );
    const [document] = /\{[^]*\}/.exec(answer) ?? [];
    expect(JSON.parse(document ?? '')).toMatchObject({
      status,
      type: expect.stringMatching(/^\/problems\//),
    });
  });
});

describe('a request head that is full of escapes', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each(['%BD', '%E0%80%80', '%F4%90%80%80', '%ED%A0%80', '%2525', '%C3%A9'])(
    'is looked at no further than it is kept: %s',
    async (escape) => {
      const shop = new Shop();
      const decoded = jest.spyOn(globalThis, 'decodeURIComponent');
      const full = escape.repeat(4_500 / escape.length);
      const { status } = await shop
        .get(`/v1/${full}`, null)
        .set('traceparent', full)
        .set('X-Request-Id', full);
      expect(status).toBe(404);
      const { request } = JSON.parse(shop.lines.at(-1) ?? '') as { request: { url: string } };
      expect(request.url).toMatch(/^\/v1\/.{300,600}\.\.\.$/);
      expect(decoded.mock.calls.length).toBeLessThan(10); // each of thousands would end in an exception
    },
  );

  it('shows no part of a number that stands where its address is cut in the log', async () => {
    const shop = new Shop();
    for (let before = 570; before <= 600; before += 3)
      await shop.get(`/v1/${'x'.repeat(before)}/0901234567/${'x'.repeat(9)}`, null);
    expect(shop.lines.join()).not.toContain('0901');
  });

  it('shows none either where masked numbers before it made the rest shorter', async () => {
    const shop = new Shop();
    const escaped = '0901234567'.replace(/\d/g, '%253$&');
    const masked = `/v1/${`${escaped}/`.repeat(6)}`;
    const cut = '/0912345678';
    for (let seen = 3; seen < cut.length; seen += 1)
      await shop.get(`${masked}${'x'.repeat(600 - masked.length - seen)}${cut}/x`, null);
    expect(shop.lines).toHaveLength(8);
    expect(shop.lines.join()).toContain('****567');
    expect(shop.lines.join()).not.toContain('/09');
  });
});

describe('a connection that is reset', () => {
  it.each([
    ['at CONNECT', `CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['at what is no HTTP', 'no HTTP\r\n\r\n'],
    ['at an upgrade', `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`],
    ['within a head', 'GET / HTTP/1.1\r\nHost: a'],
    ['within a body', `POST /v1/purchases HTTP/1.1\r\nContent-Length: 9\r\n${JSON_BODY}\r\n\r\n{`],
    ['before its answer', `GET /v1/packages HTTP/1.1\r\nHost: a\r\n${KEY}\r\n\r\n`],
  ])('leaves the process as it is, which answers the next: %s', async (_, bytes) => {
    const faults: unknown[] = [];
    const keep = (fault: unknown) => void faults.push(fault);
    process.on('uncaughtException', keep);
    for (let sent = 0; sent < 20; sent += 1) {
      await new Promise<void>((resolve) => {
        const socket = net.connect(server.port, '127.0.0.1', () =>
          socket.write(bytes, () => socket.resetAndDestroy()),
        );
        socket.on('close', () => resolve());
      });
    }
    expect(await answerTo(`GET /v1/packages HTTP/1.0\r\n${KEY}\r\n\r\n`)).toMatch(/^HTTP\/1.1 200/);
    process.off('uncaughtException', keep);
    expect(faults).toEqual([]);
  });
});

describe('a request of an old client', () => {
  it('needs to name no host in HTTP/1.0', async () => {
    expect(await answerTo(`GET /v1/packages HTTP/1.0\r\n${KEY}\r\n\r\n`)).toMatch(/^HTTP\/1.1 200/);
  });
});
