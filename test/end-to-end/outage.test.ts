import { GATEWAY_CALLS } from '../../mobifone/contract';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { Selling, until } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

const OUT = { call: '*', times: 'forever', fault: { kind: 'out' } } as const;
/** Milliseconds. */
const COME_BACK = { from: 1_000, to: 6_000 };
const CIRCUIT = withFixedValues({ circuitRetryMinMs: COME_BACK.from, circuitRetryMaxMs: COME_BACK.to });
const PURCHASES = 40;

interface WaitingCall {
  id: string;
  attempt: number;
  /** Milliseconds until the next try; nothing while that is due or under way. */
  pause: number | undefined;
}

/** The waiting calls of purchases, as the server has them. */
function waitingCalls(stack: EmbeddedStack, ids: readonly string[]): Promise<WaitingCall[]> {
  return stack.temporal(async ({ workflow }) => {
    const pending = ids.map(async (id) => {
      const { raw } = await workflow.getHandle(stack.workflowId(id)).describe();
      return (raw.pendingActivities ?? []).map(
        ({ attempt, nextAttemptScheduleTime, currentRetryInterval: pause }) => ({
          id,
          attempt: attempt ?? 1,
          pause: nextAttemptScheduleTime
            ? Number(pause?.seconds ?? 0) * 1000 + (pause?.nanos ?? 0) / 1e6
            : undefined,
        }),
      );
    });
    return (await Promise.all(pending)).flat();
  });
}

const attemptsOf = (calls: readonly WaitingCall[]) => calls.reduce((sum, { attempt }) => sum + attempt, 0);

/** Comes back when each purchase was seen held back by the circuit: with the first such pause of each, and all tries by then. */
async function allHeldBack(stack: EmbeddedStack, ids: readonly string[]) {
  const pauses = new Map<string, number>();
  const look = async () => {
    const calls = await waitingCalls(stack, ids);
    for (const { id, pause } of calls) {
      if (pause !== undefined && pause >= COME_BACK.from && !pauses.has(id)) pauses.set(id, pause);
    }
    return attemptsOf(calls);
  };
  const attempts = await until(look, () => pauses.size === ids.length);
  return { pauses: [...pauses.values()], attempts };
}

describe('MobiFone is out while purchases go on coming in', () => {
  let stack: EmbeddedStack;
  let selling: Selling;
  beforeAll(async () => {
    stack = await EmbeddedStack.start(CIRCUIT);
    selling = new Selling(stack);
    await selling.buy('before-the-outage', '0900000001', { prefer: 'wait=30' }); // its token is had, so requests show
  });
  afterAll(() => stack.end());

  async function allAreSold(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const purchase = await selling.outcomeOf(id);
      expect(purchase).toMatchObject({ outcome: 'succeeded' });
      const position = await selling.positionOf(purchase['id'], ({ messages }) => messages.length === 2);
      expect(position).toMatchObject({ registrations: 1, charges: 1, chargesStanding: 1, noticeIds: [] });
    }
  }

  it('is asked a little and then by single probes; who comes back comes spread out; all are sold after', async () => {
    const before = (await selling.received()).length;
    await stack.order(OUT);
    const ids = await selling.flood('in-the-outage', PURCHASES);

    const { pauses, attempts } = await allHeldBack(stack, ids);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(COME_BACK.to);
    expect(new Set(pauses).size).toBeGreaterThan(PURCHASES / 2);
    const middle = (COME_BACK.from + COME_BACK.to) / 2;
    expect(pauses.filter((pause) => pause < middle).length).toBeGreaterThan(PURCHASES / 8);
    expect(pauses.filter((pause) => pause > middle).length).toBeGreaterThan(PURCHASES / 8);

    // Before the circuit opens a purchase gets a local try and a durable one through at the most.
    const untilHeld = (await selling.received()).length - before;
    expect(untilHeld).toBeLessThanOrEqual(2 * PURCHASES);

    // Of those who come back, most reach nobody: what reaches MobiFone are probes.
    const later = await until(
      async () => attemptsOf(await waitingCalls(stack, ids)),
      (made) => made >= attempts + 2 * PURCHASES,
    );
    const probes = (await selling.received()).length - before - untilHeld;
    expect(probes).toBeGreaterThan(0);
    expect(probes).toBeLessThan((later - attempts) / 2);

    await stack.liftFaults();
    await allAreSold(ids);
  });

  it('is gone altogether, and runs again: all are sold, each charged once', async () => {
    await stack.killPart('sandbox');
    const ids = await selling.flood('gateway-gone', 10);
    await allHeldBack(stack, ids);
    const isKnown = (mobifone: string) =>
      until(
        () => stack.api('GET', '/v1/status'),
        ({ body }) => body['sales'] === 'open' && body['mobifone'] === mobifone,
      );
    await isKnown('unavailable'); // so that a shop can tell its customers

    await stack.startPart('sandbox');

    await allAreSold(ids);
    await isKnown('available');
  });
});

describe('MobiFone is known to be out, and OUTAGE_POLICY=refuse', () => {
  let stack: EmbeddedStack;
  let selling: Selling;
  beforeAll(async () => {
    stack = await EmbeddedStack.start({ ...CIRCUIT, OUTAGE_POLICY: 'refuse' });
    selling = new Selling(stack);
    for (const call of [...GATEWAY_CALLS, 'token'] as const) await stack.order({ ...OUT, call }); // but not the inbox
    await selling.flood('finding-out', 10);
  });
  afterAll(() => stack.end());

  /** Of all who buy in an outage one may happen to be the probe; the first who is not. */
  async function firstRefused(form: 'postpaid' | 'prepaid') {
    let count = 0;
    for (;;) {
      count += 1;
      const bought = await selling.buy(`${form}-${count}`, '0900000001', { form, prefer: 'wait=2' });
      const received = await selling.received();
      const wasSent = received.some(
        ({ purchaseId, call }) => purchaseId === bought.body['id'] && call !== 'sms' && call !== 'inquiry',
      );
      if (bought.body['outcome'] && !wasSent) return bought.body;
    }
  }

  it.each(['postpaid', 'prepaid'] as const)(
    'refuses a new %s purchase at once, with words for the customer and a refund notice; nothing is sent',
    async (form) => {
      const purchase = await firstRefused(form);

      expect(purchase).toMatchObject({
        outcome: 'rejected',
        reason: { code: 'mobifone_unavailable', message: { en: expect.stringContaining('MobiFone') } },
      });
      const position = await selling.positionOf(purchase['id'], ({ noticeIds }) => noticeIds.length > 0);
      expect(position).toMatchObject({
        registrations: 0,
        activations: 0,
        charges: 0,
        noticeIds: [`refund_${String(purchase['id'])}`],
      });
    },
  );

  it('sells again once MobiFone is back, with nobody’s help', async () => {
    await stack.liftFaults();
    let count = 0;
    const sold = await until(
      () => selling.buy(`after-${(count += 1)}`, '0900000001', { prefer: 'wait=10' }),
      ({ body }) => body['outcome'] === 'succeeded',
    );
    expect(sold.status).toBe(201);
  });
});
