import type { LedgerEntry, Position } from '../../mobifone/sandbox/ledger-entries';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { ask, askUntilAnswered } from './channel-client';
import { CHAOS_SETTINGS } from './settings';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000);

const SLOW_MSISDN = '84900000009';

let stack: EmbeddedStack;
beforeAll(async () => {
  stack = await EmbeddedStack.start(CHAOS_SETTINGS);
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
