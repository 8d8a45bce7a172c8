import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transactionId, type PurchaseId } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import type { Position } from '../../sandbox/ledger-entries';
import { COMMANDS, make } from '../support/gateway-commands';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

const PURCHASE = COMMANDS.check.transactionId.split('.')[0] ?? '';
const prepaid = { ...COMMANDS.register, paymentForm: 'prepaid' } as const;
const secondCharge = {
  ...COMMANDS.charge,
  transactionId: transactionId(PURCHASE as PurchaseId, 'rollback-2'), // any other id of the same purchase
};

let lab: SandboxLab;
beforeEach(async () => {
  lab = await sandboxWithClient();
});
afterEach(() => lab.stop());

const position = (): Position => lab.sandbox.ledger.position(PURCHASE);

describe('a postpaid sale at the sandbox', () => {
  it('leaves one registration, one charge and one message in the ledger', async () => {
    for (const call of ['check', 'register', 'charge', 'sms'] as const) {
      expect(await make(lab.gateway, call)).toEqual({ kind: 'done' });
    }
    expect(position()).toMatchObject({
      registrations: 1,
      charges: 1,
      activations: 0,
      messages: [COMMANDS.sms.transactionId],
    });
  });

  it.each(['register', 'charge', 'rollback', 'sms'] as const)(
    'takes a repeated %s once, and says that it was done before',
    async (call) => {
      await make(lab.gateway, 'register');
      for (let tries = 0; tries < 3; tries += 1) {
        expect(await make(lab.gateway, call)).toEqual({ kind: 'done' });
      }
      const kind = { register: 'registered', charge: 'charged', rollback: 'rolled_back', sms: 'sms_sent' }[
        call
      ];
      expect(lab.sandbox.ledger.entries.filter((entry) => entry.kind === kind)).toHaveLength(1);
    },
  );

  it('refuses an id that was used with other content', async () => {
    await make(lab.gateway, 'register');
    const other = { ...COMMANDS.register, paymentForm: 'prepaid' } as const;
    expect(await lab.gateway.call('register', other)).toMatchObject({ kind: 'broken_contract' });
  });

  it('charges nothing without its registration, nor another amount', async () => {
    expect(await make(lab.gateway, 'charge')).toMatchObject({ kind: 'refused' });
    await make(lab.gateway, 'register');
    const dearer = { ...secondCharge, amount: vnd(90_001) };
    expect(await lab.gateway.call('charge', dearer)).toMatchObject({ kind: 'refused' });
    expect(position().charges).toBe(0);
  });

  it('is told of a second charge under another id: the ledger is a judge, not a guard', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    await lab.gateway.call('charge', secondCharge);
    expect(position()).toMatchObject({ charges: 2, chargesStanding: 2 });
  });
});

describe('a prepaid registration at the sandbox', () => {
  it('takes the money and loads the Datacode; its rollback gives both back', async () => {
    await lab.gateway.call('register', prepaid);
    expect(position()).toMatchObject({ activated: true });
    await make(lab.gateway, 'rollback');
    expect(position()).toMatchObject({ activations: 1, activated: false, registered: false });
  });
});

describe('a rollback at the sandbox', () => {
  it('undoes the registration and its charge, and inquiries say so', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'rollback');
    expect(position()).toMatchObject({ registered: false, charges: 1, chargesStanding: 0, rolledBack: true });
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'rolled_back' });
  });

  it('that comes before its registration voids it for ever', async () => {
    await make(lab.gateway, 'rollback');
    expect(await make(lab.gateway, 'register')).toEqual({ kind: 'refused', refusal: 'duplicate_order' });
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'refused', refusal: 'duplicate_order' });
    expect(position()).toMatchObject({ registrations: 0, charges: 0 });
  });
});

describe('an inquiry at the sandbox', () => {
  it('tells of a charge what became of it', async () => {
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
  });

  it('tells why a command was refused', async () => {
    lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'refuse', code: '3002' } });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'refused', refusal: 'charging_barred' });
  });
});

describe('a request that the contract does not allow', () => {
  it.each(GATEWAY_CALLS)('is refused by the sandbox for a %s, with the field named', async (call) => {
    const token = await fetch(`${lab.sandbox.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ clientId: 'agent', clientSecret: 'secret' }),
    });
    const { accessToken } = (await token.json()) as { accessToken: string }; // the contract of the token endpoint
    const response = await fetch(`${lab.sandbox.url}/datacode/v1/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ transactionId: 't', msisdn: '0901234567' }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('msisdn');
    expect(lab.sandbox.ledger.entries).toEqual([]);
  });

  it('is refused without a token, and its token endpoint refuses strangers', async () => {
    const post = (resource: string) => fetch(`${lab.sandbox.url}${resource}`, { method: 'POST' });
    expect((await post('/datacode/v1/charge')).status).toBe(401);
    expect((await post('/oauth/token')).status).toBe(401);
  });
});

describe('a sandbox that was killed and started again on its file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-sandbox-'));
    file = path.join(folder, 'ledger.ndjson');
    await lab.stop();
    lab = await sandboxWithClient({ ledgerFile: file });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function restart(): Promise<void> {
    await lab.stop();
    lab = await sandboxWithClient({ ledgerFile: file });
  }

  it('remembers what it did, and takes nothing twice', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    const before = position();
    await restart();
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    expect(position()).toEqual(before);
  });

  it('remembers what it undid', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'rollback');
    await restart();
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'refused', refusal: 'duplicate_order' });
    expect(position()).toMatchObject({ registered: false, chargesStanding: 0 });
  });

  it.each([
    ['a prepaid registration', { registered: true, activated: true, registrations: 1, activations: 1 }],
    ['its rollback', { registered: false, activated: false, rolledBack: true }],
  ])(
    'killed while it wrote the effects of %s, has none of them and takes the command again',
    async (what, all) => {
      const command = () =>
        what === 'its rollback' ? make(lab.gateway, 'rollback') : lab.gateway.call('register', prepaid);
      if (what === 'its rollback') await lab.gateway.call('register', prepaid);
      const before = position();
      await command();
      await lab.stop();
      await truncate(file, (await stat(file)).size - 1); // all but the end of the command's line
      lab = await sandboxWithClient({ ledgerFile: file });

      expect(position()).toEqual(before);
      expect(await command()).toEqual({ kind: 'done' });
      expect(position()).toMatchObject(all);
    },
  );

  it('cuts off a line that the kill tore, and goes on behind the whole ones', async () => {
    await make(lab.gateway, 'register');
    appendFileSync(file, '{"kind":"charged","transactionId":"pur_to');
    await restart();
    await make(lab.gateway, 'charge');
    expect(position()).toMatchObject({ registrations: 1, charges: 1 });
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
      lines.map((_, at) => at + 1),
    ); // written by the ledger
  });
});
