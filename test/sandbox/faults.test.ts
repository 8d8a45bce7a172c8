import type { GatewayVerdict } from '../../domain/gateway-verdict';
import type { FaultRule } from '../../sandbox/faults';
import { COMMANDS, make } from '../support/gateway-commands';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

const PURCHASE = COMMANDS.check.transactionId.split('.')[0] ?? '';

/** Each class of fault on a charge: what our client makes of it, and whether the effect is there. */
const CLASSES: [string, FaultRule['fault'], GatewayVerdict['kind'], { charged: boolean }][] = [
  ['silence before the effect', { kind: 'silence', effect: 'before' }, 'unknown', { charged: false }],
  ['silence after the effect', { kind: 'silence', effect: 'after' }, 'unknown', { charged: true }],
  ['a reset before the effect', { kind: 'reset', effect: 'before' }, 'unknown', { charged: false }],
  ['a reset after the effect', { kind: 'reset', effect: 'after' }, 'unknown', { charged: true }],
  ['an outage', { kind: 'out' }, 'unknown', { charged: false }],
  ['HTTP 500 before', { kind: 'status', status: 500, effect: 'before' }, 'unknown', { charged: false }],
  ['HTTP 502 after', { kind: 'status', status: 502, effect: 'after' }, 'unknown', { charged: true }],
  ['HTTP 503 before', { kind: 'status', status: 503, effect: 'before' }, 'unknown', { charged: false }],
  ['429', { kind: 'too_many', retryAfterSeconds: 3 }, 'retry_later', { charged: false }],
  ['an expired token', { kind: 'expired_token' }, 'retry_later', { charged: false }],
  [
    'an expired token, after the effect',
    { kind: 'expired_token', effect: 'after' },
    'retry_later',
    { charged: true },
  ],
  ['a body cut short', { kind: 'cut_body' }, 'unknown', { charged: true }],
  ['a page that is no JSON', { kind: 'not_json' }, 'unknown', { charged: true }],
  ['another schema', { kind: 'wrong_schema' }, 'broken_contract', { charged: true }],
  [
    'a code that nobody knows',
    { kind: 'result_code', code: '7777', effect: 'before' },
    'unknown',
    { charged: false },
  ],
  ['another transaction echoed', { kind: 'other_transaction' }, 'broken_contract', { charged: true }],
  ['another amount echoed', { kind: 'other_amount' }, 'broken_contract', { charged: true }],
  ['another number echoed', { kind: 'other_number' }, 'broken_contract', { charged: true }],
  ['a reply dribbled', { kind: 'dribble', everyMs: 200 }, 'unknown', { charged: true }],
  ['a slow reply', { kind: 'delay', ms: 20 }, 'done', { charged: true }],
  ['a request delivered twice', { kind: 'repeated' }, 'done', { charged: true }],
  [
    'a request delivered again later',
    { kind: 'repeated', againAfterMs: 3_600_000 },
    'done',
    { charged: true },
  ],
  [
    'an effect that comes an hour later',
    { kind: 'late_by_time', ms: 3_600_000, ignoringVoid: false },
    'unknown',
    { charged: false },
  ],
  ['a maintenance page', { kind: 'maintenance', status: 503 }, 'unknown', { charged: false }],
  ['a refusal', { kind: 'refuse', code: '3001' }, 'refused', { charged: false }],
  [
    'an effect that is late',
    { kind: 'late', afterCall: 'inquiry', ignoringVoid: false },
    'unknown',
    { charged: false },
  ],
  ['a command in processing', { kind: 'processing', inquiries: 2 }, 'unknown', { charged: false }],
];

let lab: SandboxLab;
beforeEach(async () => {
  lab = await sandboxWithClient();
  await make(lab.gateway, 'register');
});
afterEach(() => lab.stop());
const charges = () => lab.sandbox.ledger.position(PURCHASE).charges;

describe.each(CLASSES)('a charge struck by %s', (_, fault, kind, { charged }) => {
  it(`is ${kind} to our client, ${charged ? 'with' : 'without'} its effect at MobiFone, and counted`, async () => {
    lab.sandbox.faults.add({ call: 'charge', fault });

    const neverEnds = fault.kind === 'silence' || fault.kind === 'dribble';
    const gateway = neverEnds ? lab.connect(2000) : lab.gateway;

    expect(await make(gateway, 'charge')).toMatchObject({ kind });

    expect(charges()).toBe(charged ? 1 : 0);
    expect(Object.values(lab.sandbox.faults.injected)).toEqual([1]);
  });
});

describe('an effect that is late', () => {
  it('comes after the call that it waits for was answered', async () => {
    lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'late', afterCall: 'inquiry' } });
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    expect(charges()).toBe(1);
  });

  it('finds itself void after its rollback', async () => {
    lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'late', afterCall: 'rollback' } });
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'rollback');
    expect(charges()).toBe(0);
  });

  it('lands all the same at a faulty gateway, where a second rollback undoes it', async () => {
    lab.sandbox.faults.add({
      call: 'charge',
      fault: { kind: 'late', afterCall: 'rollback', ignoringVoid: true },
    });
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'rollback');
    expect(lab.sandbox.ledger.position(PURCHASE).chargesStanding).toBe(1);
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    const { registrationId, msisdn } = COMMANDS.rollback;
    const again = { transactionId: COMMANDS.sms.transactionId, registrationId, msisdn }; // any other id
    await lab.gateway.call('rollback', again);
    expect(lab.sandbox.ledger.position(PURCHASE).chargesStanding).toBe(0);
  });
});

describe('a command in processing', () => {
  it('says so as often as it was told, and is then done', async () => {
    lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'processing', inquiries: 2 } });
    await make(lab.gateway, 'charge');
    const told = [];
    for (let asked = 0; asked < 3; asked += 1) told.push((await make(lab.gateway, 'inquiry')).kind);
    expect(told).toEqual(['processing', 'processing', 'done']);
  });

  it('comes to an end as well when its registration was rolled back meanwhile', async () => {
    lab.sandbox.faults.add({ call: 'charge', fault: { kind: 'processing', inquiries: 1 } });
    await make(lab.gateway, 'charge');
    expect((await make(lab.gateway, 'inquiry')).kind).toBe('processing');
    await make(lab.gateway, 'rollback');
    expect((await make(lab.gateway, 'inquiry')).kind).toBe('refused');
    expect((await make(lab.gateway, 'inquiry')).kind).toBe('refused');
  });
});

describe('a rule over the admin API', () => {
  const admin = (method: string, body?: unknown) =>
    fetch(`${lab.sandbox.url}/sandbox/faults`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('strikes the number it names, so often as it says, after so many as it lets pass', async () => {
    const rule = {
      call: 'check',
      match: { msisdn: COMMANDS.check.msisdn },
      skip: 1,
      times: 2,
      fault: { kind: 'status', status: 500, effect: 'before' },
    };
    expect((await admin('POST', rule)).status).toBe(201);

    const verdicts = [];
    for (let tries = 0; tries < 4; tries += 1) verdicts.push((await make(lab.gateway, 'check')).kind);

    expect(verdicts).toEqual(['done', 'unknown', 'unknown', 'done']);
    expect(await (await admin('GET')).json()).toMatchObject({
      faults: [{ call: 'check', used: 2 }],
      injected: { status_500_before: 2 },
    });
  });

  it('leaves other purchases alone, and is gone when cleared', async () => {
    await admin('POST', {
      call: '*',
      match: { purchaseId: 'pur_another' },
      times: 'forever',
      fault: { kind: 'out' },
    });
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
    await admin('POST', { call: '*', times: 'forever', fault: { kind: 'out' } });
    await admin('DELETE');
    expect(await make(lab.gateway, 'check')).toEqual({ kind: 'done' });
  });

  it('that makes no sense is refused with its fields', async () => {
    const response = await admin('POST', { call: 'pay', fault: { kind: 'meteor' } });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toMatch(/call.*fault\.kind/);
  });
});
