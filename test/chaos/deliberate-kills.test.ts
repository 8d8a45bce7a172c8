import type { LedgerEntry, Position } from '../../sandbox/ledger-entries';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { ask, askUntilAnswered } from './channel-client';
import { CHAOS_SETTINGS, CHAOS_VALUES } from './settings';
import { withFixedValues } from '../support/parts/fixed-values';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000);

const SLOW_MSISDN = '84900000009';
const VALUES = { ...CHAOS_VALUES, firstTryLimitMs: 60_000 };

let stack: EmbeddedStack;
beforeAll(async () => {
  // the first try of a sale waits for the slow answers below
  stack = await EmbeddedStack.start({
    ...CHAOS_SETTINGS,
    MOBIFONE_CALL_TIMEOUT: '5s',
    ...withFixedValues(VALUES),
  });
  await stack.keepOneOfEach();
  await stack.order({
    call: 'register',
    match: { msisdn: SLOW_MSISDN },
    times: 'forever',
    fault: { kind: 'delay', ms: 2_000 },
  });
});
afterAll(() => stack.end());

/** An order whose registration MobiFone makes at once and answers two seconds later. */
const order = (externalId: string, waitSeconds = 0) => ({
  paymentForm: 'postpaid' as const,
  method: 'POST' as const,
  resource: '/v1/purchases',
  body: { externalId, msisdn: SLOW_MSISDN, package: 'D90' },
  waitSeconds,
});

async function submit(externalId: string): Promise<string> {
  const { body } = await askUntilAnswered(stack, order(externalId));
  return String(body['id']);
}

async function outcomeOf(externalId: string): Promise<unknown> {
  const resource = `/v1/purchases/${externalId}`;
  return eventually(`the outcome of ${externalId}`, async () => {
    const answer = await ask(stack, { paymentForm: 'postpaid', method: 'GET', resource, waitSeconds: 30 });
    return answer?.body['outcome'] ?? undefined;
  });
}

/** Comes back once MobiFone has made as many registrations for this number as that. */
async function registrationsMade(count: number): Promise<LedgerEntry[]> {
  return eventually(`${count} registrations`, async () => {
    const { registrations } = await stack.sandbox<{ registrations: LedgerEntry[] }>('registrations');
    return registrations.length >= count ? registrations : undefined;
  });
}

async function registrationCount(): Promise<number> {
  const { registrations } = await stack.sandbox<{ registrations: LedgerEntry[] }>('registrations');
  return registrations.length;
}

const position = (id: string) => stack.sandbox<Position>(`purchases/${id}`);
const ONE_SALE = { registrations: 1, registered: true, charges: 1, chargesStanding: 1 };

describe('a worker that is asked to stop while MobiFone has not answered yet', () => {
  it('waits for the answer, so that nobody has to ask MobiFone about it later', async () => {
    await stack.stopPart('api');
    await stack.startPart('api', withFixedValues({ ...VALUES, heartbeatTimeoutMs: 60_000 })); // a worker that stalls is not to be taken for lost
    const before = await registrationCount();
    const id = await submit('drained');
    await registrationsMade(before + 1);

    expect(await stack.stopPart('worker')).toMatchObject({ clean: true });
    await stack.startPart('worker');

    expect(await outcomeOf('drained')).toBe('succeeded');
    const { entries } = await stack.sandbox<{ entries: LedgerEntry[] }>(`ledger?purchaseId=${id}`);
    const aboutTheRegistration = entries.filter(
      (entry) => entry.kind === 'request_received' && entry.transactionId.endsWith('.registration'),
    );
    expect(aboutTheRegistration).toMatchObject([{ call: 'register' }]);
    await stack.stopPart('api');
    await stack.startPart('api');
  });
});

describe('a worker that is asked to stop while MobiFone does not answer at all', () => {
  const SILENT_MSISDN = '84900000005';
  /** Sells to a number whose registration MobiFone makes without a word, on a worker of its own. */
  async function sellInSilence(externalId: string, settings: Record<string, string>): Promise<string> {
    await stack.stopPart('worker');
    await stack.startPart('worker', { MOBIFONE_CALL_TIMEOUT: '10m', ...settings }, 'stopping worker');
    await stack.order({
      call: 'register',
      match: { msisdn: SILENT_MSISDN },
      fault: { kind: 'silence', effect: 'after' },
    });
    const before = await registrationCount();
    const order = { externalId, msisdn: SILENT_MSISDN, package: 'D90' };
    const { body } = await stack.api('POST', '/v1/purchases', order, undefined, 'prepaid');
    await registrationsMade(before + 1);
    return String(body['id']);
  }

  /** Another worker makes the purchase, and asks MobiFone before it sends anything. */
  async function soldOnce(externalId: string, id: string): Promise<void> {
    await stack.startPart('worker');
    const resource = `/v1/purchases/${externalId}`;
    await eventually(`the outcome of ${externalId}`, async () => {
      const { body } = await stack.api('GET', resource, undefined, 'wait=30', 'prepaid');
      return body['outcome'] === 'succeeded' || undefined;
    });
    expect(await position(id)).toMatchObject({ registrations: 1, registered: true });
  }

  it('cancels the call at the end of its grace and ends well; the next worker sells once', async () => {
    const id = await sellInSilence('out-of-grace', { WORKER_SHUTDOWN_GRACE: '200ms' });
    expect(await stack.stopPart('stopping worker')).toMatchObject({ clean: true });
    await soldOnce('out-of-grace', id);
  });

  it('is at once not ready, and gone at a second signal; the next worker sells once', async () => {
    const [port] = await freePorts(1);
    const id = await sellInSilence('killed', { WORKER_SHUTDOWN_GRACE: '1h', WORKER_HEALTH_PORT: `${port}` });
    const readiness = async () =>
      (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { status: string; why?: string }; // by worker-health.ts
    const ready = await eventually('the worker to be ready', async () => {
      const answer = await readiness();
      return answer.status === 'ready' ? answer : undefined;
    });
    expect(ready).toEqual({ status: 'ready' });

    const end = stack.stopPart('stopping worker');
    await eventually('the worker to be not ready', async () => {
      const { why } = await readiness();
      return why === 'this worker is stopping' || undefined;
    });
    let gone = false;
    void end.then(() => (gone = true));
    await eventually('the worker to be gone', () => {
      if (!gone) void stack.stopPart('stopping worker'); // signals that come close together are one key press
      return gone || undefined;
    });
    expect(await end).toMatchObject({ how: 'exit code 130' });
    await soldOnce('killed', id);
  });
});

describe('two workers, one of which is killed with calls in its hands', () => {
  it('leaves all purchases to the other one: each is registered and charged once', async () => {
    await stack.startPart('worker', {}, 'second worker');
    const before = await registrationCount();
    const names = Array.from({ length: 12 }, (_, at) => `shared-${at}`);
    const ids = await Promise.all(names.map(submit));
    await registrationsMade(before + names.length);

    await stack.killPart('worker');

    for (const name of names) expect(await outcomeOf(name)).toBe('succeeded');
    for (const id of ids) expect(await position(id)).toMatchObject(ONE_SALE);
    await stack.startPart('worker');
    await stack.stopPart('second worker');
  });
});

describe('an API that is killed after it accepted an order and before it answered', () => {
  it('leaves a client who can only repeat the order, and who finds the one purchase', async () => {
    const match = { msisdn: SLOW_MSISDN };
    await stack.order({ call: 'charge', match, fault: { kind: 'delay', ms: 4_000 } }); // so that the kill comes before the answer
    const before = await registrationCount();
    const unanswered = ask(stack, order('unheard', 30));
    await registrationsMade(before + 1);

    await stack.killPart('api');
    expect(await unanswered).toBeUndefined();
    await stack.startPart('api');

    const repeated = await askUntilAnswered(stack, order('unheard'));
    expect(repeated.status).toBe(200);
    expect(await outcomeOf('unheard')).toBe('succeeded');
    expect(await position(String(repeated.body['id']))).toMatchObject(ONE_SALE);
    expect(await registrationCount()).toBe(before + 1);
  });
});
