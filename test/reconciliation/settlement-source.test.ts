import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { LocalDay } from '../../domain/local-time';
import { folderSource, SETTLED_AFTER_MS } from '../../reconciliation/sources/folder';
import { sourceFromSettings } from '../../reconciliation/sources/from-settings';
import { httpSource } from '../../reconciliation/sources/http';
import { SourceFault, type SettlementSource } from '../../domain/reconciliation/settlement-source';

const DAY = '2026-11-23' as LocalDay;
const SETTLEMENT = { day: DAY, kind: 'settlement' } as const;
const LIMITS = { largestBytes: 1000, timeoutMs: 60_000 };
const CONTENT = 'reference,amount\r\nMF1,90000\r\n';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'settlement-source-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const into = () => path.join(folder, 'fetched.csv');
const fetched = () => readFile(into(), 'utf8');

/** A file that was put there long ago, as far as the source can tell. */
async function settled(name: string, content: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const before = new Date(Date.now() - 10 * SETTLED_AFTER_MS);
  await utimes(file, before, before);
}

describe('a folder that MobiFone’s files are put into', () => {
  const source = () => folderSource(path.join(folder, 'settlement-{date}.csv'), LIMITS);

  it('gives the file of the day, whole', async () => {
    await settled(`settlement-${DAY}.csv`, CONTENT);
    expect(await source().fetch(SETTLEMENT, into(), never)).toEqual({ kind: 'fetched' });
    expect(await fetched()).toBe(CONTENT);
  });

  it('has a file that is not there, or not there yet', async () => {
    expect(await source().fetch(SETTLEMENT, into(), never)).toMatchObject({ kind: 'not_there' });
  });

  it('takes no file that changed within the last minute: it may still be written', async () => {
    await writeFile(path.join(folder, `settlement-${DAY}.csv`), CONTENT.slice(0, 20));
    expect(await source().fetch(SETTLEMENT, into(), never)).toMatchObject({
      kind: 'not_there',
      detail: expect.stringContaining('changed within the last minute') as string,
    });
  });

  it('takes a file whose time lies in the future, by a clock that was set back, once it was seen unchanged for a minute', async () => {
    let steadyMs = 0;
    const setBack = { wallMs: () => Date.now() - 2 * 60 * SETTLED_AFTER_MS, steadyMs: () => steadyMs };
    const patient = folderSource(path.join(folder, 'settlement-{date}.csv'), LIMITS, setBack);
    const file = path.join(folder, `settlement-${DAY}.csv`);
    const ask = () => patient.fetch(SETTLEMENT, into(), never);
    await writeFile(file, CONTENT.slice(0, 20));
    expect(await ask()).toMatchObject({ kind: 'not_there' });
    steadyMs += SETTLED_AFTER_MS - 1;
    await writeFile(file, CONTENT);
    expect(await ask()).toMatchObject({ kind: 'not_there' });
    steadyMs += SETTLED_AFTER_MS;
    expect(await ask()).toEqual({ kind: 'fetched' });
    expect(await fetched()).toBe(CONTENT);
  });

  it('takes a file whose writer dated it into the future, by the time when this machine last saw it change', async () => {
    const file = path.join(folder, `settlement-${DAY}.csv`);
    await writeFile(file, CONTENT);
    const nextYear = new Date(Date.now() + 365 * 86_400_000);
    await utimes(file, nextYear, nextYear);
    const later = { wallMs: () => Date.now() + 2 * SETTLED_AFTER_MS, steadyMs: () => 0 };
    const dated = folderSource(path.join(folder, 'settlement-{date}.csv'), LIMITS, later);
    expect(await dated.fetch(SETTLEMENT, into(), never)).toEqual({ kind: 'fetched' });
  });

  it('refuses a file that is too large, and what is no file', async () => {
    await settled(`settlement-${DAY}.csv`, 'x'.repeat(1001));
    expect(await source().fetch(SETTLEMENT, into(), never)).toMatchObject({
      kind: 'refused',
      detail: 'the file is larger than 1000 bytes',
    });
    await rm(path.join(folder, `settlement-${DAY}.csv`));
    await mkdir(path.join(folder, `settlement-${DAY}.csv`));
    expect(await source().fetch(SETTLEMENT, into(), never)).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['which is a link', 'settlement-{date}.csv', 'elsewhere.csv', `settlement-${DAY}.csv`],
    ['in a folder which is a link', '{date}/settlement.csv', 'elsewhere', DAY],
  ])('reads no file of ours for whoever put a link there: one %s', async (_, template, from, to) => {
    await mkdir(path.join(folder, 'elsewhere'));
    for (const ours of ['elsewhere.csv', 'elsewhere/settlement.csv']) await settled(ours, 'a secret');
    await symlink(path.join(folder, from), path.join(folder, to));
    const linked = folderSource(path.join(folder, template), LIMITS);
    expect(await linked.fetch(SETTLEMENT, into(), never)).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('put the file itself there') as string,
    });
  });

  it('tells corrections from settlements where its pattern has {kind}', async () => {
    const both = folderSource(path.join(folder, '{kind}', '{date}.csv'), LIMITS);
    await mkdir(path.join(folder, 'correction'));
    await settled(`correction/${DAY}.csv`, CONTENT);
    expect([both.hasCorrections, source().hasCorrections]).toEqual([true, false]);
    expect(await both.fetch(SETTLEMENT, into(), never)).toMatchObject({ kind: 'not_there' });
    expect(await both.fetch({ day: DAY, kind: 'correction' }, into(), never)).toEqual({ kind: 'fetched' });
  });
});

describe('an HTTP address that gives MobiFone’s files', () => {
  let server: Server;
  const served = async (listener: RequestListener, token?: string): Promise<SettlementSource> => {
    server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo; // of a server that listens on TCP
    return httpSource(`http://127.0.0.1:${port}/{kind}?date={date}`, LIMITS, token);
  };
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const answering = (status: number, headers: Record<string, string> = {}) =>
    served((_, response) => response.writeHead(status, headers).end('no file'));

  it('gives the file of the day, asked for with the token', async () => {
    const asked: unknown[] = [];
    const source = await served((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.end(CONTENT);
    }, 'secret');
    expect(await source.fetch(SETTLEMENT, into(), never)).toEqual({ kind: 'fetched' });
    expect(asked).toEqual([`/settlement?date=${DAY}`, 'Bearer secret']);
    expect(await fetched()).toBe(CONTENT);
  });

  it('has a file that is not there yet, by 404', async () => {
    const source = await answering(404);
    expect(await source.fetch(SETTLEMENT, into(), never)).toMatchObject({ kind: 'not_there' });
  });

  it.each([401, 403])('refuses us by %i, and the setting to look at is named', async (status) => {
    const source = await answering(status);
    expect(await source.fetch(SETTLEMENT, into(), never)).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('RECONCILIATION_SOURCE_TOKEN') as string,
    });
  });

  it('is not followed elsewhere, where the token would go along', async () => {
    const source = await answering(302, { location: 'http://127.0.0.1:9/elsewhere' });
    expect(await source.fetch(SETTLEMENT, into(), never)).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('redirects are not followed') as string,
    });
  });

  it('fails in passing by 500, 429 or a closed port, after the pause that it asks for', async () => {
    const broken = await answering(500);
    await expect(broken.fetch(SETTLEMENT, into(), never)).rejects.toBeInstanceOf(SourceFault);
    await new Promise((resolve) => server.close(resolve));
    await expect(broken.fetch(SETTLEMENT, into(), never)).rejects.toBeInstanceOf(SourceFault);
    const busy = await answering(429, { 'retry-after': '7' });
    await expect(busy.fetch(SETTLEMENT, into(), never)).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  it('never gives half a file: one that breaks off, by its length or in a chunk, fails in passing', async () => {
    const short = await served((_, response) => {
      response.writeHead(200, { 'content-length': String(CONTENT.length) });
      response.write(CONTENT.slice(0, 20), () => response.destroy());
    });
    await expect(short.fetch(SETTLEMENT, into(), never)).rejects.toBeInstanceOf(SourceFault);
    await new Promise((resolve) => server.close(resolve));
    const chunked = await served((_, response) => {
      response.write(CONTENT.slice(0, 20), () => response.destroy());
    });
    await expect(chunked.fetch(SETTLEMENT, into(), never)).rejects.toBeInstanceOf(SourceFault);
  });

  it('refuses a file that is too large, packed or not', async () => {
    const large = await served((request, response) => {
      if (!request.url?.startsWith('/settlement')) return void response.end('x'.repeat(1001));
      response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('x'.repeat(1_000_000)));
    });
    for (const kind of ['settlement', 'correction'] as const) {
      expect(await large.fetch({ day: DAY, kind }, into(), never)).toMatchObject({
        kind: 'refused',
        detail: 'the file is larger than 1000 bytes',
      });
    }
  });

  it('is not waited for beyond the time limit, however the file dribbles', async () => {
    const { url } = await served((_, response) => void response.write('reference')).then(() => {
      const { port } = server.address() as AddressInfo; // of a server that listens on TCP
      return { url: `http://127.0.0.1:${port}/{date}` };
    });
    const hasty = httpSource(url, { ...LIMITS, timeoutMs: 50 });
    await expect(hasty.fetch(SETTLEMENT, into(), never)).rejects.toThrow(
      'did not arrive completely within 50 ms',
    );
  });

  it('is left when the worker stops', async () => {
    const stopping = new AbortController();
    const source = await served((_, response) => {
      response.write('reference', () => stopping.abort(new Error('the worker stops')));
    });
    await expect(source.fetch(SETTLEMENT, into(), stopping.signal)).rejects.toThrow('the worker stops');
  });
});

describe('the setting of the source', () => {
  const of = (RECONCILIATION_SOURCE: string, RECONCILIATION_SOURCE_TOKEN?: string) =>
    sourceFromSettings({
      RECONCILIATION_SOURCE,
      RECONCILIATION_SOURCE_TOKEN,
      INSECURE_HTTP_HOSTS: ['files.internal'],
      fixed: { reconciliationSourceTimeoutMs: 60_000, settlementFileMaxBytes: 1000 },
    });

  it('names a folder by a file: address, spaces and braces as they are', async () => {
    await mkdir(path.join(folder, 'from MobiFone'));
    await settled(`from MobiFone/settlement-${DAY}.csv`, CONTENT);
    const source = of(`${pathToFileURL(folder).href}/from%20MobiFone/settlement-{date}.csv`);
    expect(await source.fetch(SETTLEMENT, into(), never)).toEqual({ kind: 'fetched' });
  });

  it.each([
    ['settlement-{date}.csv', undefined, 'is not a URL'],
    ['https://files.example/settlement.csv', undefined, 'must contain {date} where the day goes'],
    ['https://agent:secret@files.example/{date}', undefined, 'must not contain a user or a password'],
    ['http://files.example/{date}', undefined, 'must begin with https:'],
    ['http://files.example/{date}', 'secret', 'must begin with https:'],
    ['ftp://files.example/{date}', undefined, 'must begin with file:, https: or http:'],
    ['file://files.example/{date}', undefined, 'must name a file on this machine'],
  ])('refuses %s, and says what to write', (place, token, reason) => {
    expect(() => of(place, token)).toThrow(reason);
  });

  it('sends a token in clear to this machine only, and to a host that is named as unsafe', () => {
    expect(of('http://files.internal/{date}', 'secret').hasCorrections).toBe(false);
    expect(of('http://127.0.0.1:4999/{date}', 'secret').hasCorrections).toBe(false);
    expect(of('https://files.example/{kind}/{date}', 'secret').hasCorrections).toBe(true);
  });
});
