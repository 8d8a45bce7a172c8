import os from 'node:os';
import path from 'node:path';
import { generateKeyPair, SignJWT } from 'jose';
import pino from 'pino';
import supertest from 'supertest';
import { postToWebhook } from '../../channel/webhook-post';
import { Oidc } from '../../desk/access/oidc';
import type { LocalDay } from '../../domain/local-time';
import { createCodecServer } from '../../encryption/codec-server/app';
import { keyRingOf } from '../../encryption/key-ring';
import { newKey } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { Wire } from '../../mobifone/wire';
import { httpSource } from '../../reconciliation/sources/http';
import { openTunnel } from '../../runtime/proxy/tunnel';
import { FloodingServer, ok } from '../support/flooding-server';

const LIMIT_MS = 60_000;
const TOO_LARGE = 'HPE_HEADER_OVERFLOW';

let there: FloodingServer;
beforeEach(async () => {
  there = await FloodingServer.start();
  there.answer = ok({});
});
afterEach(() => there.stop());

/** What becomes of a call by each client of ours, where all that we read would end well. */
const CALLS: Record<string, { call: () => Promise<unknown>; fails: unknown }> = {
  'a webhook': {
    call: () =>
      postToWebhook({
        url: `${there.url}/hook`,
        headers: {},
        body: 'a notice',
        allowPrivateAddresses: true,
        timeoutMs: LIMIT_MS,
        connectTimeoutMs: LIMIT_MS,
        signal: new AbortController().signal,
      }).catch((fault: unknown) => fault),
    fails: { code: TOO_LARGE },
  },
  'MobiFone’s gateway': {
    call: async () => {
      const wire = new Wire(there.url, LIMIT_MS);
      const reply = await wire.send({ method: 'POST', path: '/charge', headers: {}, body: 'a command' });
      wire.close();
      return reply;
    },
    fails: { kind: 'no_reply', detail: `the connection broke (${TOO_LARGE})` },
  },
  'a settlement source': {
    call: () => {
      const source = httpSource(`${there.url}/{date}`, { largestBytes: 10_000_000, timeoutMs: LIMIT_MS });
      const into = path.join(os.tmpdir(), `flooded-${process.pid}.csv`);
      const wanted = { day: '2026-11-23' as LocalDay, kind: 'settlement' as const };
      return source.fetch(wanted, into, new AbortController().signal).catch((fault: unknown) => fault);
    },
    fails: { message: expect.stringContaining(TOO_LARGE) },
  },
  'people’s identity provider': {
    call: () => {
      there.answer = ok({
        issuer: there.url,
        authorization_endpoint: `${there.url}/authorize`,
        token_endpoint: `${there.url}/token`,
        jwks_uri: `${there.url}/keys`,
      });
      const settings = { issuer: there.url, clientId: 'desk', clientSecret: 'x', roleClaim: 'role' };
      return new Oidc(settings).begin('http://127.0.0.1/back').catch((fault: unknown) => fault);
    },
    fails: { name: 'OidcFault' },
  },
  'the keys of the Web UI’s identity provider': {
    call: () => {
      there.answer = ok({ keys: [] });
      return asked();
    },
    fails: { status: 503 },
  },
  'a proxy': {
    call: () => {
      there.answer = 'HTTP/1.1 200 Connection Established\r\n\r\n';
      const proxy = { host: '127.0.0.1', port: there.port, credentials: undefined };
      const way = openTunnel(proxy, { host: 'temporal.example', port: 7233 }, LIMIT_MS);
      return way.then((socket) => socket.destroy()).catch((fault: unknown) => fault);
    },
    fails: { message: expect.stringContaining('answered 103') }, // to a CONNECT, its first answer is its last
  },
};

/** The codec server, by somebody whose token is not known: 401 once the keys are there. */
async function asked(): Promise<{ status: number }> {
  const key = newKey(new Date());
  const ring = keyRingOf({ current: key.id, keys: [key], shredded: [] });
  const origin = 'http://127.0.0.1:8233';
  const provider = {
    jwksUrl: `${there.url}/keys`,
    issuer: 'https://login.example/',
    audience: 'temporal-ui',
  };
  const server = createCodecServer({
    codec: new PayloadEncryption(ring, ring, { namespace: 'default' }),
    logger: pino({ level: 'silent' }),
    namespace: 'default',
    access: { origins: [origin], provider },
  });
  const { privateKey } = await generateKeyPair('RS256');
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey);
  const { status } = await supertest(server)
    .post('/decode')
    .set({ origin, authorization: `Bearer ${token}` })
    .send({ payloads: [] });
  return { status };
}

describe.each(Object.entries(CALLS))('%s', (_name, { call, fails }) => {
  it('that sends informational answers without end is read no further than a head may be long', async () => {
    expect(await call()).toMatchObject(fails as object); // each of them is one
  });
});

describe('a webhook that sends a few informational answers', () => {
  it('is read to its answer', async () => {
    there.hints = 3;
    expect(await CALLS['a webhook']?.call()).toMatchObject({ status: 200 });
  });
});

describe('the keys of the Web UI’s identity provider, where they are no keys but megabytes', () => {
  it('are not read to their end', async () => {
    there.hints = 0;
    there.answer = ok({ keys: [], more: 'x'.repeat(2_000_000) });
    expect(await asked()).toEqual({ status: 503 });
  });
});
