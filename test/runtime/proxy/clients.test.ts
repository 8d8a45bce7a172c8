import '../../support/quiet-runtime';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { LocalDay } from '../../../domain/local-time';
import { postToWebhook } from '../../../channel/webhook-post';
import { connectClient, explainUnreachable } from '../../../client/connection/connect';
import { temporalTarget } from '../../../runtime/configuration/temporal-target';
import { Wire } from '../../../mobifone/wire';
import { httpSource } from '../../../reconciliation/sources/http';
import { ProxiedHttpsAgent } from '../../../runtime/proxy/agents';
import { PROXY_VARIABLES } from '../../../runtime/proxy/settings';
import { connectWorker } from '../../../worker/connection';
import { certificateAuthority } from '../../support/certificates';
import { guardedTemporal } from '../../support/guarded-temporal';
import { localServer } from '../../support/local-server';
import { RecordingProxy } from '../../support/recording-proxy';

const before = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, process.env[name]]));
const LIMIT_MS = 20_000;
/** An address of the public internet, which the proxy takes for this machine. */
const PUBLIC = '93.184.216.34';

let proxy: RecordingProxy;
let place: http.Server;
let port: number;
let bodies: string[];
let temporal: TestWorkflowEnvironment;
beforeAll(async () => {
  temporal = await localServer();
});
afterAll(() => temporal.teardown());
beforeEach(async () => {
  for (const name of PROXY_VARIABLES) delete process.env[name];
  proxy = await RecordingProxy.start();
  bodies = [];
  place = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.end('reference,amount\r\n');
    });
  });
  await new Promise<void>((listening) => place.listen(0, '127.0.0.1', listening));
  ({ port } = place.address() as AddressInfo); // it listens by TCP
  process.env['HTTP_PROXY'] = proxy.url;
  process.env['HTTPS_PROXY'] = proxy.url;
});
afterEach(async () => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await proxy.stop();
  place.closeAllConnections();
  await new Promise((closed) => place.close(closed));
});

/** Each client of ours, with a host to go to; all answer with whether they got through. */
const CLIENTS: Record<string, (host: string) => Promise<boolean>> = {
  'MobiFone’s gateway': async (host) => {
    const wire = new Wire(`http://${host}:${port}`, LIMIT_MS);
    const delivery = await wire.send({ method: 'POST', path: '/charge', headers: {}, body: 'a command' });
    wire.close();
    return delivery.kind === 'answer' && bodies.includes('a command');
  },
  'a webhook': async (host) => {
    const { status } = await postToWebhook({
      url: `http://${host}:${port}/hook`,
      headers: {},
      body: 'a notice',
      allowPrivateAddresses: true,
      timeoutMs: LIMIT_MS,
      connectTimeoutMs: LIMIT_MS,
      signal: new AbortController().signal,
    });
    return status === 200 && bodies.includes('a notice');
  },
  'a settlement source': async (host) => {
    const source = httpSource(`http://${host}:${port}/{date}`, { largestBytes: 1000, timeoutMs: LIMIT_MS });
    const day = '2026-11-23' as LocalDay;
    const into = path.join(os.tmpdir(), `through-proxy-${process.pid}.csv`);
    const { kind } = await source.fetch({ day, kind: 'settlement' }, into, new AbortController().signal);
    return kind === 'fetched';
  },
};

describe.each(Object.entries(CLIENTS))('%s', (_name, reaches) => {
  it('is reached through the proxy', async () => {
    expect(await reaches('elsewhere.example')).toBe(true);
    expect(proxy.asked).toEqual([`elsewhere.example:${port}`]);
  });

  it.each(['127.0.0.1', 'localhost'])('is reached without it on this machine: %s', async (host) => {
    expect(await reaches(host)).toBe(true);
    expect(proxy.asked).toEqual([]);
  });
});

describe('Temporal', () => {
  const at = (address: string) => temporalTarget({ TEMPORAL_PORT: 1 }, { TEMPORAL_ADDRESS: address });

  /** Both of our libraries, and the look at what is in the way. */
  async function reach(address: string): Promise<void> {
    expect(await explainUnreachable(at(address))).toBeUndefined();
    const client = await connectClient(at(address));
    await client.workflowService.getSystemInfo({});
    await client.close();
    const worker = await connectWorker(at(address));
    await worker.connection.workflowService.getSystemInfo({});
    await worker.close();
  }

  it('is reached through the proxy, by API and worker alike', async () => {
    proxy.standIns.set('temporal.example:7233', Number(temporal.address.split(':').at(-1)));
    await reach('temporal.example:7233');
    expect(proxy.asked).toEqual(['temporal.example:7233', 'temporal.example:7233', 'temporal.example:7233']);
  });

  it('is reached without it on this machine', async () => {
    await reach(temporal.address);
    expect(proxy.asked).toEqual([]);
  });

  it('is reached through it by TLS, which is Temporal’s own, end to end', async () => {
    const authority = certificateAuthority('authority of the servers');
    const guarded = await guardedTemporal(authority);
    proxy.standIns.set('temporal.example:7233', Number(guarded.address.split(':').at(-1)));
    const target = temporalTarget(
      { TEMPORAL_PORT: 1 },
      {
        TEMPORAL_ADDRESS: 'temporal.example:7233',
        TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
        TEMPORAL_TLS_SERVER_NAME: 'localhost',
      },
    );
    delete process.env['HTTP_PROXY'];
    const client = await connectClient(target);
    await client.workflowService.getSystemInfo({});
    await client.close();
    guarded.close();
    expect(proxy.asked).toEqual(['temporal.example:7233']);
  });

  it('that a proxy does not let through to is told so', async () => {
    proxy.refusal = '403 Forbidden';
    expect(await explainUnreachable(at('temporal.example:7233'))).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ answered 403 for temporal\.example:7233: see its rules, or NO_PROXY$/,
    );
  });
});

describe('a proxy', () => {
  it('is not asked about what NO_PROXY excepts', async () => {
    process.env['NO_PROXY'] = 'elsewhere.example';
    const wire = new Wire(`http://elsewhere.example:${port}`, 5_000);
    expect(await wire.send({ method: 'GET', path: '/', headers: {}, body: '' })).toMatchObject({
      kind: 'not_sent',
    });
    wire.close();
    expect(proxy.asked).toEqual([]);
  });

  it('is shown its user and password', async () => {
    process.env['HTTP_PROXY'] = proxy.url.replace('http://', 'http://me:secret@');
    const wire = new Wire(`http://elsewhere.example:${port}`, LIMIT_MS);
    await wire.send({ method: 'GET', path: '/', headers: {}, body: '' });
    wire.close();
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('that refuses leaves a command unsent', async () => {
    proxy.refusal = '407 Proxy Authentication Required';
    const wire = new Wire(`http://elsewhere.example:${port}`, LIMIT_MS);
    const delivery = await wire.send({ method: 'POST', path: '/charge', headers: {}, body: 'a command' });
    wire.close();
    expect(delivery).toMatchObject({ kind: 'not_sent', detail: expect.stringContaining('EPROXY') });
    expect(bodies).toEqual([]);
  });

  it('that falls silent is given up when the webhook’s connection has taken too long', async () => {
    const silent = http.createServer().on('connect', () => undefined);
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const post = postToWebhook({
      url: `http://elsewhere.example:${port}/hook`,
      headers: {},
      body: 'a notice',
      allowPrivateAddresses: true,
      timeoutMs: LIMIT_MS,
      connectTimeoutMs: 100,
      signal: new AbortController().signal,
    });
    await expect(post).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    silent.closeAllConnections();
    silent.close();
  });

  it('changes nothing about which webhooks are refused: names are looked up here', async () => {
    const post = (url: string) =>
      postToWebhook({
        url,
        headers: {},
        body: 'a notice',
        allowPrivateAddresses: false,
        timeoutMs: LIMIT_MS,
        connectTimeoutMs: LIMIT_MS,
        signal: new AbortController().signal,
      });
    await expect(post(`http://10.0.0.1:${port}/hook`)).rejects.toMatchObject({ code: 'FORBIDDEN_ADDRESS' });
    await expect(post(`http://nowhere.invalid:${port}/hook`)).rejects.toThrow(); // no name server knows it
    expect(proxy.asked).toEqual([]);
    expect(await post(`http://${PUBLIC}:${port}/hook`)).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([`${PUBLIC}:${port}`]);
  });

  it('sees no more of HTTPS than where it goes', async () => {
    const authority = certificateAuthority('authority of MobiFone');
    const { certificate: cert, key } = authority.issue('gateway');
    const secure = https.createServer({ cert, key }, (_request, response) => response.end('by TLS'));
    await new Promise<void>((listening) => secure.listen(0, '127.0.0.1', listening));
    const securePort = (secure.address() as AddressInfo).port;
    const text = await new Promise<string>((resolve, reject) => {
      const agent = new ProxiedHttpsAgent({ ca: authority.certificate, servername: 'localhost' });
      https
        .get(`https://elsewhere.example:${securePort}/`, { agent }, (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve(body));
        })
        .on('error', reject);
    });
    expect([text, proxy.asked]).toEqual(['by TLS', [`elsewhere.example:${securePort}`]]);
    secure.closeAllConnections();
    secure.close();
  });
});
