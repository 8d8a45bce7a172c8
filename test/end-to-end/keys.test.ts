import { setTimeout } from 'node:timers/promises';
import type { Position } from '../../sandbox/ledger-entries';
import { EmbeddedStack, type ApiAnswer } from '../support/embedded-stack';

jest.setTimeout(180_000); // for a machine that is busy with something else

let stack: EmbeddedStack;
/** The demo channel's key of the moment. */
let current: string;
beforeAll(async () => {
  stack = await EmbeddedStack.start();
  current = stack.key();
});
afterAll(() => stack.end());

interface Ask {
  externalId: string;
  key?: string;
  msisdn?: string;
  idempotencyKey?: string;
}

async function buy(ask: Ask): Promise<ApiAnswer> {
  const response = await fetch(`${stack.apiUrl}/v1/purchases`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ask.key ?? current}`,
      'content-type': 'application/json',
      ...(ask.idempotencyKey === undefined ? {} : { 'idempotency-key': `"${ask.idempotencyKey}"` }),
    },
    body: JSON.stringify({
      externalId: ask.externalId,
      msisdn: ask.msisdn ?? '0900000001',
      package: 'D90',
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // the API answers objects only
}

async function mayRead(key: string): Promise<boolean> {
  const { status } = await fetch(`${stack.apiUrl}/v1/packages`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return status === 200;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(50); // between two looks at the condition
}

async function channels(...words: readonly string[]): Promise<string> {
  const { succeeded, stdout, stderr } = await stack.runCommand('channels', words);
  if (!succeeded) throw new Error(stderr);
  return stdout;
}

describe('a key that is replaced while its channel sells', () => {
  it('gives way to the new one without a single order refused, and nothing is restarted', async () => {
    const old = current;
    const closing = new AbortController();
    const statuses: number[] = [];
    const selling = (async () => {
      for (let sold = 0; !closing.signal.aborted; sold += 1) {
        statuses.push((await buy({ externalId: `rotated-${sold}` })).status);
      }
    })();

    const fresh = /dck_test_\S+/.exec(await channels('add-key', 'demo', '--label', 'next'))?.[0] ?? '';
    await until(() => mayRead(fresh));
    current = fresh;
    const soldBefore = statuses.length;
    await until(async () => statuses.length > soldBefore + 1); // what was sent with the old key is answered
    await channels('revoke-key', 'demo', old.slice(-4));
    await until(async () => !(await mayRead(old)));
    const soldWithOne = statuses.length;
    await until(async () => statuses.length > soldWithOne);
    closing.abort();
    await selling;

    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(await channels('list')).toContain(`dck_test_…${fresh.slice(-4)}`);
    const gone = await buy({ externalId: 'with-the-old-key', key: old });
    expect([gone.status, gone.body['code']]).toEqual([401, 'unauthenticated']);
    await channels('add-key', 'demo-prepaid'); // the last one does not expire at once
    await channels('expire-key', 'demo-prepaid', stack.key('prepaid').slice(-4)); // as that of another channel
    await until(async () => !(await mayRead(stack.key('prepaid'))));
    const expired = await buy({ externalId: 'with-an-expired-key', key: stack.key('prepaid') });
    expect([expired.status, expired.body['code']]).toEqual([401, 'key_expired']);
  });
});

describe('an Idempotency-Key', () => {
  it('makes two requests at once one purchase, of which the loser is told to come back or is told the same', async () => {
    const ask = { externalId: 'under-a-key', idempotencyKey: 'parallel' };
    const answers = await Promise.all([buy(ask), buy(ask)]);

    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect([
      [200, 201],
      [201, 409],
    ]).toContainEqual(statuses);
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({ code: 'idempotency_key_in_use', retryable: true });
    }
    const repeated = await buy(ask);
    expect(repeated.status).toBe(200);
    expect(repeated.body['id']).toBe(answers.find(({ status }) => status === 201)?.body['id']);
    const position = () => stack.sandbox<Position>(`purchases/${String(repeated.body['id'])}`);
    await until(async () => (await position()).messages.length === 2);
    expect(await position()).toMatchObject({ registrations: 1, charges: 1 });
  });

  it('is for one order, also of two that are sent at once', async () => {
    const orders = ['one-of-two', 'two-of-two'].map((externalId) => ({
      externalId,
      idempotencyKey: 'reused',
    }));
    const answers = await Promise.all(orders.map(buy));

    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 422]);
  });

  it('is still known to another process of the API, and tells no number in Temporal', async () => {
    await stack.killPart('api');
    await stack.startPart('api');

    const other = await buy({ externalId: 'under-a-key', msisdn: '0900000002', idempotencyKey: 'parallel' });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
    const same = await buy({ externalId: 'under-a-key', idempotencyKey: 'parallel' });
    expect(same.status).toBe(200);

    const memos = await stack.temporal(async ({ workflow }) => {
      const found: unknown[] = [];
      for await (const { memo } of workflow.list({ query: "WorkflowType = 'idempotencyKey'" }))
        found.push(memo);
      return JSON.stringify(found);
    });
    expect(memos).toContain('under-a-key');
    expect(memos).not.toMatch(/900000001|parallel/);
  });
});
