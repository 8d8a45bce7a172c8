import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createGateway } from '../../mobifone/client';
import { parseProfile, PROFILES } from '../../sandbox/profile';
import { COMMANDS, make } from '../support/gateway-commands';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

const PURCHASE = COMMANDS.check.transactionId.split('.')[0] ?? '';

let lab: SandboxLab;
afterEach(() => lab.stop());

const admin = (resource: string, body?: unknown) =>
  fetch(`${lab.sandbox.url}${resource}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const profileOf = async (response: Response) =>
  ((await response.json()) as { profile: unknown; promises: unknown }).profile; // the admin API's reply

describe('the profile over the admin API', () => {
  beforeEach(async () => void (lab = await sandboxWithClient({ profile: PROFILES.by_contract })));

  it('is shown, with what becomes of each promise', async () => {
    expect(await (await admin('/sandbox/profile')).json()).toEqual({
      profile: PROFILES.by_contract,
      promises: expect.objectContaining({
        P1: { kept: true, how: 'kept' },
        P3: { kept: false, how: 'inquiries see effects after 500 ms, NOT_FOUND before' },
      }),
    });
  });

  it('is replaced by a preset with the fields that differ from it, and holds from the next request on', async () => {
    const response = await admin('/sandbox/profile', { preset: 'none_kept', inquiryLagMs: 0 });
    expect(await profileOf(response)).toEqual({ ...PROFILES.none_kept, inquiryLagMs: 0 });
    expect(await profileOf(await admin('/sandbox/profile'))).toEqual({
      ...PROFILES.none_kept,
      inquiryLagMs: 0,
    });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'charge');
    expect(lab.sandbox.ledger.position(PURCHASE).charges).toBe(2);
  });

  it('that makes no sense is refused with its fields, and nothing changes', async () => {
    const response = await admin('/sandbox/profile', {
      inquiryLagMs: -1,
      refusals: 'ignored',
      keepsP8: true,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/inquiryLagMs.*refusals|refusals.*inquiryLagMs/s);
    expect(await profileOf(await admin('/sandbox/profile'))).toEqual(PROFILES.by_contract);
  });

  it('stands on the overview page', async () => {
    await admin('/sandbox/profile', { rollbackVoids: false });
    const page = await (await admin('/')).text();
    expect(page).toContain('what arrives after its rollback takes effect');
    expect(page.indexOf('>P1<')).toBeLessThan(page.indexOf('>P7<'));
  });
});

describe('the setting SANDBOX_PROFILE', () => {
  beforeEach(async () => void (lab = await sandboxWithClient()));

  it('is a preset’s name, or JSON with what differs from the default', () => {
    expect(parseProfile('none_kept')).toEqual(PROFILES.none_kept);
    expect(parseProfile('{"executesOnce":false}')).toEqual({ ...PROFILES.by_contract, executesOnce: false });
  });

  it.each([
    ['most_kept', /neither a preset \(by_contract, all_kept, none_kept\) nor JSON/],
    ['{"inquiryLag":1}', /inquiryLag/],
    ['{"landsLateMs":"5s","executesOnce":1}', /executesOnce: .*landsLateMs: /],
  ])('is refused as %s', (text, message) => {
    expect(() => parseProfile(text)).toThrow(message);
  });
});

describe('maintenance', () => {
  beforeEach(async () => void (lab = await sandboxWithClient()));

  it.each([200, 302, 403, 404, 503] as const)(
    'gives one call an HTML page with HTTP %i and does nothing',
    async (status) => {
      await make(lab.gateway, 'register');
      lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'maintenance', status } });
      expect((await make(lab.gateway, 'charge')).kind).not.toBe('done');
      expect(lab.sandbox.ledger.position(PURCHASE).charges).toBe(0);
      expect(lab.sandbox.faults.injected).toEqual({ [`maintenance_${status}`]: 1 });
      expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
    },
  );

  it('of the whole gateway takes tokens and all calls with it, until it is over', async () => {
    await make(lab.gateway, 'register');
    await admin('/sandbox/profile', { preset: 'all_kept', maintenancePage: 503 });
    const newcomer = createGateway({
      baseUrl: lab.sandbox.url,
      clientId: 'agent',
      clientSecret: 'secret',
      callTimeoutMs: 60_000,
    });
    const token = await fetch(`${lab.sandbox.url}/oauth/token`, { method: 'POST' });
    expect([token.status, token.headers.get('content-type')]).toEqual([503, expect.stringContaining('html')]);
    expect((await make(newcomer, 'check')).kind).toBe('retry_later');
    expect((await make(lab.gateway, 'charge')).kind).toBe('unknown');
    newcomer.close();
    await admin('/sandbox/profile', { preset: 'all_kept' });
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
  });
});

describe('too many requests', () => {
  const retryAfterOf = () => {
    const answer = lab.sandbox.gateway.answer({ call: 'inquiry', body: { ...COMMANDS.inquiry } });
    return answer.kind === 'reply' ? answer.headers?.['retry-after'] : 'no reply';
  };

  it.each([
    ['seconds', { retryAfterSeconds: 86_400 }, /^86400$/],
    ['zero', { retryAfterSeconds: 0 }, /^0$/],
    ['junk', { retryAfterText: 'soon' }, /^soon$/],
    ['a date', { retryAtSeconds: 90 }, /^\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT$/],
  ])('come with a Retry-After of %s', async (_, wait, header) => {
    lab = await sandboxWithClient();
    lab.sandbox.faults.add({ call: 'inquiry', fault: { kind: 'too_many', ...wait } });
    expect(retryAfterOf()).toMatch(header);
  });

  it('come without one as well', async () => {
    lab = await sandboxWithClient();
    lab.sandbox.faults.add({ call: 'inquiry', fault: { kind: 'too_many' } });
    expect(retryAfterOf()).toBeUndefined();
  });
});

describe('a sandbox that was killed with commands on their way', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-sandbox-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lands them when it is back: those that were due, those that wait for a call, those in processing', async () => {
    const ledgerFile = path.join(folder, 'ledger.ndjson');
    const start = async (nowMs: number) => (lab = await sandboxWithClient({ ledgerFile, now: () => nowMs }));
    const beganMs = Date.parse('2026-03-01T08:00:00Z');
    await start(beganMs);
    const { faults } = lab.sandbox;
    faults.add({ call: 'register', fault: { kind: 'late_by_time', ms: 1000 } });
    faults.add({ call: 'sms', fault: { kind: 'late', afterCall: 'check' } });
    faults.add({ call: 'charge', fault: { kind: 'processing', inquiries: 2 } });
    for (const call of ['register', 'sms', 'charge', 'inquiry'] as const) await make(lab.gateway, call);
    await lab.stop();

    await start(beganMs + 1000);
    const position = () => lab.sandbox.ledger.position(PURCHASE);
    expect(position()).toMatchObject({ registrations: 1, messages: [] });
    await make(lab.gateway, 'check');
    expect(position().messages).toHaveLength(1);
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'processing' });
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    await lab.stop();

    await start(beganMs + 2000);
    expect(position()).toMatchObject({ registrations: 1, charges: 1 });
  });
});

describe('a page of another site in a browser on this machine', () => {
  beforeEach(async () => void (lab = await sandboxWithClient({ profile: PROFILES.by_contract })));

  it.each([
    ['a notice of its own', '/inbox/demo'],
    ['a fault', '/sandbox/faults'],
    ['a request for a token', '/oauth/token'],
  ])('has %s refused, and nothing is kept', async (_, resource) => {
    const before = lab.sandbox.ledger.entries.length;
    for (const [name, value] of [
      ['origin', 'https://evil.example'],
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
      ['sec-fetch-site', 'same-site'], // another port of this machine
      ['host', 'evil.example'], // a name that the page leads here
    ] as const)
      expect(await statusOf(resource, { [name]: value })).toBe(403);
    expect(lab.sandbox.ledger.entries).toHaveLength(before);
    expect(await statusOf(resource, { origin: lab.sandbox.url, 'sec-fetch-site': 'same-origin' })).not.toBe(
      403,
    );
  });

  it('neither shows the sandbox’s page in itself nor runs anything in it', async () => {
    for (const resource of ['/', '/sandbox/outbox']) {
      const { headers } = await fetch(`${lab.sandbox.url}${resource}`);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none';.*frame-ancestors 'none'/);
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  /** As a browser sends it; `fetch` may not set these headers. */
  const statusOf = (resource: string, headers: Readonly<Record<string, string>>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const type = { 'content-type': 'text/plain' };
      const asked = request(`${lab.sandbox.url}${resource}`, {
        method: 'POST',
        headers: { ...type, ...headers },
      });
      asked
        .on('error', reject)
        .on('response', (response) => resolve(response.resume().statusCode))
        .end('{}');
    });
});
