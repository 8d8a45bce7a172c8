import { setTimeout } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Client } from '@temporalio/client';
import '../support/quiet-runtime';
import { addSearchAttributes } from '../../client/search-attributes';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { deadlineIn } from '../../deadline';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { HOUR_MS, restoreWallClock, setWallClock } from '../support/wall-clock';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await localServer();
  await addSearchAttributes(server.connection, 'default');
});
afterEach(restoreWallClock);
afterAll(() => server.teardown());

const HELD_MS = 2_000;

/** Waits for the outcome of a purchase that nobody works on, while the wall clock is set. */
async function heldWhileTheClockIsSet(byMs: number) {
  const purchases = new TemporalPurchases(new Client({ connection: server.connection }), {
    taskQueue: 'nobody',
    policy: POLICY,
    endAwaitedMs: [300, 300, 60_000],
  });
  const order = anOrder();
  await purchases.submit(order, 0);
  const from = performance.now();
  const held = purchases.find(order.channel, order.externalId, HELD_MS);
  await setTimeout(100); // it is held by now, or will be: either way it must end in its time
  setWallClock(byMs);
  return { purchase: await held, heldMs: performance.now() - from };
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
