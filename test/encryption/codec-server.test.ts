import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pino from 'pino';
import supertest, { type Test } from 'supertest';
import { createCodecServer } from '../../encryption/codec-server/app';
import type { Access } from '../../encryption/codec-server/authentication';
import { keyRingOf } from '../../encryption/key-ring';
import { anOrder } from '../support/orders';
import { newKey } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';

const WEB_UI = 'http://127.0.0.1:8233';
const NUMBER = '84901234567';
const TOKEN = 'a-token-for-commands';
const ISSUER = 'https://login.example/';
const AUDIENCE = 'temporal-ui';

const ring = keyRingOf(
  (() => {
    const key = newKey(new Date());
    return { current: key.id, keys: [key], shredded: [] };
  })(),
);
const codec = new PayloadEncryption(ring, ring, { namespace: 'default' });

let lines: Record<string, unknown>[];
beforeEach(() => void (lines = []));
const logger = pino(
  {},
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
); // pino writes objects
const server = (access: Partial<Access> = {}) =>
  createCodecServer({ codec, logger, namespace: 'default', access: { origins: [WEB_UI], ...access } });

interface WirePayloads {
  payloads: { metadata: Record<string, string>; data: string }[];
}
const base64 = (bytes: Uint8Array | string | null | undefined) => Buffer.from(bytes ?? '').toString('base64');
const fromBase64 = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();

/** A payload as the Web UI has it from the server. */
async function encrypted(): Promise<WirePayloads> {
  const payloads = await codec.encode([defaultPayloadConverter.toPayload({ msisdn: NUMBER })]);
  return { payloads: payloads.map(onWire) };
}

function onWire(payload: Payload | undefined): WirePayloads['payloads'][number] {
  const metadata = Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(metadata) as Record<string, string>, data: base64(payload?.data) }; // of texts
}

/** What the Web UI asks, from its own page. */
async function decode(
  access: Partial<Access>,
  dress: (request: Test) => Test = asWebUi,
): Promise<supertest.Response> {
  return dress(supertest(server(access)).post('/decode')).send(await encrypted());
}
const asWebUi = (request: Test): Test => request.set({ Origin: WEB_UI, 'X-Namespace': 'default' });

describe('the Web UI on the machine that everything runs on', () => {
  it('has payloads decrypted, by which it shows a purchase, with the subscriber’s number masked', async () => {
    const { status, body, headers } = await decode({});
    expect(status).toBe(200);
    const { payloads } = body as WirePayloads;
    expect(fromBase64(payloads[0]?.data)).toBe(JSON.stringify({ msisdn: `****${NUMBER.slice(-3)}` }));
    expect(fromBase64(payloads[0]?.metadata['encoding'])).toBe('json/plain');
    expect(headers).toMatchObject({
      'access-control-allow-origin': WEB_UI,
      'access-control-allow-credentials': 'true',
      'cache-control': 'no-store',
    });
  });

  /** What a page is shown of a payload with these bytes. */
  async function shownOf(encoding: string, data: string | Uint8Array, more: Record<string, string> = {}) {
    const metadata = Object.fromEntries(
      Object.entries({ encoding, ...more }).map(([name, text]) => [name, Buffer.from(text)]),
    );
    const payloads = (await codec.encode([{ metadata, data: Buffer.from(data) }])).map(onWire);
    const { body } = await asWebUi(supertest(server()).post('/decode')).send({ payloads });
    const [payload] = (body as WirePayloads).payloads;
    return { ...payload, data: Buffer.from(payload?.data ?? '', 'base64').toString('latin1') };
  }

  it.each([
    ['behind an escape of JSON', 'json/plain', String.raw`{"msisdn":"\u0030901234567"}`],
    ['as a number', 'json/plain', '{"subscriber":901234567}'],
    ['as a number with 84, in a list', 'json/plain', '{"numbers":[84901234567]}'],
    ['as a number with an exponent', 'json/plain', '{"n":9.01234567e8}'],
    ['as the name of a member', 'json/plain', '{"84901234567":1}'],
    ['in the first of two members of one name', 'json/plain', '{"why":"0901234567","why":"x"}'],
    ['in what claims to be JSON', 'json/plain', 'call 0901234567'],
    ['in the JSON of a protobuf', 'json/protobuf', '{"text":"call 0901234567"}'],
    ['in plain bytes', 'binary/plain', 'call 0901234567'],
    ['in bytes that are no UTF-8', 'binary/plain', Buffer.from('\xff call 0901234567', 'latin1')],
    ['in UTF-16', 'binary/plain', Buffer.from('0901234567', 'utf16le')],
    ['in a protobuf', 'binary/protobuf', Buffer.from('\n\n0901234567')],
    ['in an encoding that nobody knows', 'text/rot', '0901234567'],
    ['behind many lists', 'json/plain', `${'['.repeat(200_000)}"0901234567"${']'.repeat(200_000)}`],
  ])('is shown no number: %s', async (_, encoding, data) => {
    const { data: shown } = await shownOf(encoding, data);
    expect(shown.replaceAll('\0', '')).not.toMatch(/901234567|1234567/);
    expect(shown).not.toBe('');
  });

  it('is shown no number in the metadata of a payload either', async () => {
    const { metadata } = await shownOf('json/plain', '1', { note: 'call 0901234567' });
    expect(fromBase64(metadata?.['note'])).toBe('call ****567');
  });

  it.each([
    { amount: 901234567, payable: 845678900, atStake: 301234560, gross: 984000000 },
    { patience: 345600000, lateEffectWatch: 518400000, finalAfterMs: 300000000 },
    { at: 1764385200123, rows: 12, rateBasisPoints: 600, more: [1, 2.5, -3, null, true] },
  ])('is shown amounts and lengths of time as they are: %j', async (value) => {
    const { data } = await shownOf('json/plain', JSON.stringify(value));
    expect(JSON.parse(data)).toEqual(value);
  });

  it('is shown nothing of another namespace, whatever namespace it says it is for', async () => {
    const asked = await decode({}, (request) => request.set({ Origin: WEB_UI, 'X-Namespace': 'other' }));
    expect(asked.status).toBe(403);
    expect(lines).not.toContainEqual(expect.objectContaining({ event: 'codec.decode' }));

    const place = { type: 'workflow', namespace: 'other', workflowId: 'purchase:demo:1' } as const;
    const [foreign] = await codec.encode([defaultPayloadConverter.toPayload({ msisdn: NUMBER })], place);
    const { body } = await asWebUi(supertest(server()).post('/decode')).send({ payloads: [onWire(foreign)] });
    expect(fromBase64((body as WirePayloads).payloads[0]?.data)).toContain('unreadable');
  });

  it('has what an operator types encrypted, before Temporal sees it', async () => {
    const clear = { metadata: { encoding: base64('json/plain') }, data: base64('"MobiFone confirms"') };
    const there = await asWebUi(supertest(server()).post('/encode')).send({ payloads: [clear] });
    expect(fromBase64((there.body as WirePayloads).payloads[0]?.metadata['encoding'])).toBe(
      'binary/encrypted',
    );
    const back = await asWebUi(supertest(server()).post('/decode')).send(there.body as object);
    expect(back.body).toEqual({ payloads: [clear] });
  });

  const typed = (value: unknown) => ({
    metadata: { encoding: base64('json/plain') },
    data: base64(JSON.stringify(value)),
  });
  const encoded = (...values: unknown[]) =>
    asWebUi(supertest(server()).post('/encode')).send({ payloads: values.map(typed) });

  it.each([
    { decision: 'charge_was_done', by: 'lan', why: 'ticket', reference: 'MF-1' },
    { decision: 'close', by: 'lan', why: 'ticket', how: 'MF-2' },
    {
      scope: { kind: 'package', package: 'D90' },
      by: 'lan',
      why: 'wrong price',
      until: '2026-12-01T00:00:00Z',
    },
    { msisdn: '84901234567', by: 'lan', why: 'fraud' },
    { id: 'br-1', act: 'assign', by: 'lan', owner: 'minh' },
    null,
  ])('has it encrypted whatever the act: %j', async (value) => {
    expect((await encoded(value)).status).toBe(200);
  });

  it.each([
    ['an order', [anOrder(), {}]],
    ['a batch', [{ channel: 'demo', batchId: 'x', rows: [['x', '84901234567', 'D90']] }]],
    ['what is paused', [{ pauses: [], trail: [] }]],
    ['an order dressed as an act', [{ ...anOrder(), by: 'lan', why: 'x' }]],
    ['an order as the scope of a pause', [{ by: 'lan', why: 'x', scope: anOrder() }]],
    ['a list', [[{ by: 'lan' }]]],
    ['a decision beside an order', [{ by: 'lan', why: 'x' }, anOrder()]],
  ])('has no input of a workflow encrypted, which a worker would take for ours: %s', async (_, values) => {
    const { status, body } = await encoded(...values);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).not.toContain('binary/encrypted');
    expect((body as { title: string }).title).toContain('Only what a person types');
  });

  it('is asked by its browser first whether it may, and may with the headers that it sends', async () => {
    const { status, headers } = await supertest(server()).options('/decode').set({
      Origin: WEB_UI,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-namespace',
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(WEB_UI);
    expect(headers['access-control-allow-headers']).toContain('x-namespace');
    expect(headers['access-control-allow-headers']).toContain('authorization');
  });

  it('sees the rest of a history whose key is missing in one place, with the key’s id', async () => {
    const { payloads } = await encrypted();
    const lost = {
      ...payloads[0],
      metadata: { ...payloads[0]?.metadata, 'encryption-key-id': base64('2025-01-x') },
    };
    const { body } = await asWebUi(supertest(server()).post('/decode')).send({
      payloads: [lost, ...payloads],
    });
    const [unreadable, readable] = (body as WirePayloads).payloads.map(({ data }) => fromBase64(data));
    expect(unreadable).toMatch(/unreadable: .*\\"2025-01-x\\"/);
    expect(readable).toContain(NUMBER.slice(-3));
  });

  it('leaves in the log who had how much decrypted of which namespace, and none of it', async () => {
    await decode({});
    expect(lines).toEqual([
      expect.objectContaining({
        event: 'codec.decode',
        who: 'this machine',
        namespace: 'default',
        payloads: 1,
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(NUMBER.slice(2));
  });
});

describe('somebody else on that machine', () => {
  it.each([
    ['a page of another origin', (request: Test) => request.set('Origin', 'http://127.0.0.1:9999')],
    [
      'a page that pointed its own name at this machine',
      (request: Test) => asWebUi(request).set('Host', 'evil.example:8234'),
    ],
    ['a command without an origin', (request: Test) => request],
  ])('gets nothing: %s', async (_, dress) => {
    const { status, text, headers } = await decode({}, dress);
    expect(status).toBe(403);
    expect(text).not.toContain(NUMBER);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(headers['access-control-allow-origin']).not.toBe('http://127.0.0.1:9999');
  });

  it('is not told by a preflight either that another origin may', async () => {
    const { status, headers } = await supertest(server())
      .options('/decode')
      .set('Origin', 'https://evil.example');
    expect(status).toBe(403);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('cannot send what needs no preflight', async () => {
    const text = JSON.stringify(await encrypted());
    const { status } = await asWebUi(supertest(server()).post('/decode'))
      .set('Content-Type', 'text/plain')
      .send(text);
    expect(status).toBe(415);
  });
});

describe('a codec server with a token', () => {
  const bearer = (token: string) => (request: Test) => request.set('Authorization', `Bearer ${token}`);

  it('serves the command that has it, and nobody else, not even the Web UI next to it', async () => {
    const { status: answered, body } = await decode({ token: TOKEN }, bearer(TOKEN));
    expect(answered).toBe(200);
    expect(fromBase64((body as WirePayloads).payloads[0]?.data)).toContain(NUMBER); // for commands, whole
    for (const dress of [bearer('another-token-of-20-chars'), asWebUi]) {
      const { status, text, headers } = await decode({ token: TOKEN }, dress);
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(text).not.toContain(NUMBER);
    }
  });

  it('still serves no page of another origin', async () => {
    const elsewhere = (request: Test) => bearer(TOKEN)(request).set('Origin', 'https://evil.example');
    expect((await decode({ token: TOKEN }, elsewhere)).status).toBe(403);
  });
});

/** How a token differs from a valid one; null leaves the claim out. */
interface Change {
  audience?: string;
  issuer?: string;
  expires?: string | null;
  subject?: string | null;
  claims?: Record<string, unknown>;
}

describe('a codec server for people who log in to the Web UI', () => {
  let provider: Server;
  let access: Partial<Access>;
  let sign: (change?: Change) => Promise<string>;
  let forged: string;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const other = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
    provider = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo; // a listening TCP server
    access = { provider: { jwksUrl: `http://127.0.0.1:${port}/keys`, issuer: ISSUER, audience: AUDIENCE } };
    const token = (change: Change, key: typeof privateKey) => {
      const { audience = AUDIENCE, issuer = ISSUER, expires = '5m', subject = 'lan', claims } = change;
      const unsigned = new SignJWT({ email: 'lan@agent.example', email_verified: true, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setAudience(audience)
        .setIssuer(issuer);
      if (expires !== null) unsigned.setExpirationTime(expires);
      if (subject !== null) unsigned.setSubject(subject);
      return unsigned.sign(key);
    };
    sign = (change = {}) => token(change, privateKey);
    forged = await token({}, other.privateKey);
  });
  afterAll(() => new Promise((resolve) => provider.close(resolve)));
  const loggedIn = (token: string) => (request: Test) =>
    asWebUi(request).set('Authorization', `Bearer ${token}`);

  it('serves them by the access token that the Web UI passes on, and notes their name', async () => {
    const token = await sign();
    expect((await decode(access, loggedIn(token))).status).toBe(200);
    expect(lines).toEqual([expect.objectContaining({ event: 'codec.decode', who: 'lan@agent.example' })]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it('notes the name that the provider vouches for, and not one that they gave themselves', async () => {
    const token = await sign({ claims: { email: 'boss@agent.example', email_verified: false } });
    expect((await decode(access, loggedIn(token))).status).toBe(200);
    expect(lines).toEqual([expect.objectContaining({ event: 'codec.decode', who: 'lan' })]);
  });

  it('serves nobody whose token is forged, of somebody else, for something else, or over', async () => {
    const tokens = [
      forged,
      await sign({ issuer: 'https://other.example/' }),
      await sign({ audience: 'another-app' }),
      await sign({ expires: '-1m' }),
      'no.token.atall',
    ];
    for (const token of tokens) expect((await decode(access, loggedIn(token))).status).toBe(401);
    expect((await decode(access)).status).toBe(401);
  });

  it.each([
    ['exp', { expires: null }],
    ['sub', { subject: null }],
    ['sub', { subject: '' }],
    ['sub', { subject: ' \u200b' }],
  ] as const)('serves nobody by a token without "%s", and says so', async (claim, change) => {
    const { status, text } = await decode(access, loggedIn(await sign(change)));
    expect(status).toBe(401);
    expect(text).toContain(`no \\"${claim}\\"`);
    expect(text).not.toContain(NUMBER);
  });

  it('takes no unsigned token, nor one signed by the public key as if it were a secret', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = part({ iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 300 });
    const unsigned = `${part({ alg: 'none' })}.${claims}.`;
    const shared = `${part({ alg: 'HS256', kid: 'one' })}.${claims}.c2lnbmF0dXJl`;
    for (const token of [unsigned, shared]) expect((await decode(access, loggedIn(token))).status).toBe(401);
  });

  it('says that it cannot know them while the provider is silent, and serves nothing', async () => {
    const silent = { provider: { jwksUrl: 'http://127.0.0.1:1/keys', issuer: ISSUER, audience: AUDIENCE } };
    expect((await decode(silent, loggedIn(await sign()))).status).toBe(503);
  });
});

describe('a request that makes no sense', () => {
  it.each([
    ['is not JSON', '{"payloads":', 400],
    ['is of another shape', '{"payloads":[{"metadata":{"encoding":7}}]}', 400],
    ['is not base64', '{"payloads":[{"data":"%%%"}]}', 400],
    [
      'is larger than a page of a history',
      JSON.stringify({ payloads: [{ data: 'A'.repeat(7_000_000) }] }),
      413,
    ],
  ])('is turned away when it %s', async (_, body, expected) => {
    const { status, headers } = await asWebUi(supertest(server()).post('/decode'))
      .set('Content-Type', 'application/json')
      .send(body);
    expect(status).toBe(expected);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('is told what there is when it is for another address', async () => {
    expect((await asWebUi(supertest(server()).post('/'))).status).toBe(404);
    expect((await supertest(server()).get('/healthz')).body).toEqual({ status: 'ok' });
  });
});
