import { setTimeout } from 'node:timers/promises';
import type { Position } from '../../sandbox/ledger-entries';
import { EmbeddedStack } from '../support/embedded-stack';

/** Two minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(180_000);

let stack: EmbeddedStack;
beforeAll(async () => (stack = await EmbeddedStack.start()));
afterAll(() => stack.end());

async function buy(externalId: string, msisdn: string) {
  return stack.api('POST', '/v1/purchases', { externalId, msisdn, package: 'D90' }, 'wait=30');
}

/** Asks, held by Temporal, until the outcome is known. */
async function outcomeOf(externalId: string) {
  for (;;) {
    const { body } = await stack.api('GET', `/v1/purchases/${externalId}`, undefined, 'wait=30');
    if (body['outcome']) return body;
  }
}

/** Asks the sandbox until the purchase's position is as promised; messages and notices may follow the outcome. */
async function positionOf(id: unknown, promised: (position: Position) => boolean): Promise<Position> {
  for (;;) {
    const position = await stack.sandbox<Position>(`purchases/${String(id)}`);
    if (promised(position)) return position;
    await setTimeout(25); // between two looks at the condition
  }
}

describe('a purchase through the API, a real Temporal server and the sandbox over HTTP', () => {
  it('succeeds: registered, charged once, two messages from 999', async () => {
    const { status, body } = await buy('e2e-good', '0900000001');

    expect(status).toBe(201);
    expect(body).toMatchObject({ outcome: 'succeeded', msisdn: '8490****001', faceValue: 90_000 });
    const position = await positionOf(body['id'], ({ messages }) => messages.length === 2);
    expect(position).toMatchObject({ registrations: 1, registered: true, charges: 1, chargesStanding: 1 });
    expect(position.noticeIds).toEqual([]);
  });

  it('is rolled back when the charge is refused, and the channel gets one signed refund notice', async () => {
    const { body } = await buy('e2e-refused', '0900000402');

    expect(body).toMatchObject({ outcome: 'rolled_back', reason: { code: 'insufficient_balance' } });
    const position = await positionOf(body['id'], ({ noticeIds }) => noticeIds.length > 0);
    expect(position).toMatchObject({ registered: false, chargesStanding: 0, rolledBack: true });
    const { notices } = await stack.sandbox<{ notices: { verified: boolean; noticeId: string }[] }>('inbox');
    expect(notices).toEqual([
      expect.objectContaining({ verified: true, noticeId: `refund_${String(body['id'])}` }),
    ]);
  });

  it('is the same purchase when it is sent again, in parallel as well', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => buy('e2e-again', '0900000001')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
    const [id] = new Set(answers.map(({ body }) => body['id']));
    const position = await positionOf(id, ({ messages }) => messages.length === 2);
    expect(position).toMatchObject({ registrations: 1, charges: 1 });
    expect((await buy('e2e-again', '0900000402')).status).toBe(409);
  });
});

describe('a worker that is killed between the registration and the charge', () => {
  it('leaves the purchase to the next one, which asks before it sends: charged once, nothing lost', async () => {
    const slow = await fetch(`${stack.sandboxUrl}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        call: 'register',
        match: { msisdn: '84900000009' },
        fault: { kind: 'silence', effect: 'after' },
      }),
    });
    expect(slow.status).toBe(201);
    const { body } = await stack.api('POST', '/v1/purchases', {
      externalId: 'e2e-killed',
      msisdn: '0900000009',
      package: 'D90',
    });
    await positionOf(body['id'], ({ registrations }) => registrations === 1);

    await stack.killPart('worker');
    await stack.startPart('worker');

    expect(await outcomeOf('e2e-killed')).toMatchObject({ outcome: 'succeeded' });
    const position = await positionOf(body['id'], ({ messages }) => messages.length === 2);
    expect(position).toMatchObject({ registrations: 1, registered: true, charges: 1, chargesStanding: 1 });
  });
});

describe('the whole stack stopped and started again', () => {
  it('still has every purchase, and still knows a repeated order', async () => {
    await stack.stopParts();
    await stack.startParts();

    expect(await outcomeOf('e2e-good')).toMatchObject({ outcome: 'succeeded' });
    expect(await outcomeOf('e2e-refused')).toMatchObject({ outcome: 'rolled_back' });
    const repeated = await buy('e2e-good', '0900000001');
    expect(repeated.status).toBe(200);
    const position = await stack.sandbox<Position>(`purchases/${String(repeated.body['id'])}`);
    expect(position).toMatchObject({ registrations: 1, charges: 1 });
  });
});
