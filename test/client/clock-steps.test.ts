import { InterceptingCall } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import type { Submission } from '../../client/purchases';
import { ServerClock } from '../../runtime/server-clock';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { HOUR_MS, restoreWallClock, setWallClock } from '../support/wall-clock';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterEach(restoreWallClock);
afterAll(() => server.teardown());

const HELD_MS = 4_000;

/** Waits for the outcome of a purchase that nobody works on, and sets the wall clock as soon as Temporal holds the call. */
async function heldWhileTheClockIsSet(byMs: number) {
  let isHeld = false;
  const connection = await Connection.connect({
    address: server.address,
    interceptors: [
      (options, next) => {
        const isFirst = !isHeld && options.method_definition.path.endsWith('ExecuteMultiOperation');
        if (isFirst) {
          isHeld = true;
          setImmediate(() => setWallClock(byMs));
        }
        return new InterceptingCall(next(options));
      },
    ],
  });
  const purchases = new TemporalPurchases(new Client({ connection }), {
    taskQueue: 'nobody',
    policy: POLICY,
  });
  try {
    const from = performance.now();
    const { purchase } = accepted(await purchases.submit(anOrder(), HELD_MS));
    return { purchase, heldMs: performance.now() - from };
  } finally {
    await connection.close();
  }
}

function accepted(submission: Submission): Extract<Submission, { kind: 'accepted' }> {
  if (submission.kind !== 'accepted') throw new Error(`the order was not accepted: ${submission.kind}`);
  return submission;
}

describe('an answer that is held while the clock of its API is set', () => {
  it('two hours back: ends when its time is up', async () => {
    const { purchase } = await heldWhileTheClockIsSet(-2 * HOUR_MS);
    expect(purchase).toMatchObject({ state: 'accepted', outcome: null });
  }, 60_000);

  it('two hours forward: does not end before', async () => {
    const { purchase, heldMs } = await heldWhileTheClockIsSet(2 * HOUR_MS);
    expect(purchase).toMatchObject({ state: 'accepted', outcome: null });
    expect(heldMs).toBeGreaterThanOrEqual(HELD_MS);
  });
});

describe('the deadline of a call to Temporal, which is read again at each repetition', () => {
  it.each([-2 * HOUR_MS, 2 * HOUR_MS])('is as far away after the clock was set by %i ms', (byMs) => {
    const deadline = deadlineIn(5_000);
    expect(deadline).toBeInstanceOf(Date);
    setWallClock(byMs);
    for (const left of [deadline.getTime() - Date.now(), Number(deadline) - Date.now()]) {
      expect(left).toBeLessThanOrEqual(5_000);
      expect(left).toBeGreaterThan(5_000 - HOUR_MS);
    }
    expect(deadline > new Date()).toBe(true);
  });
});

describe('an API that sells', () => {
  it('learns Temporal’s clock by the first sale, and then sees each step of its own', async () => {
    const clock = new ServerClock();
    const client = new Client({ connection: server.connection });
    const purchases = new TemporalPurchases(client, { taskQueue: 'nobody', policy: POLICY, clock });
    await purchases.submit(anOrder(), 0);
    await eventually('the time of the sale', () =>
      Promise.resolve(clock.offsetMs === undefined ? undefined : true),
    );
    setWallClock(-2 * HOUR_MS);
    expect(clock.faultMs).toBeLessThan(-HOUR_MS);
    expect(clock.faultMs).toBeGreaterThan(-3 * HOUR_MS);
    setWallClock(2 * HOUR_MS);
    expect(Math.abs(clock.offsetMs ?? HOUR_MS)).toBeLessThan(HOUR_MS);
  });
});
