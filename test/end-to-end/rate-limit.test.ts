import type { temporal } from '@temporalio/proto';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { Selling, until } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

const CALLS_A_SECOND = 8;
/** check, register, charge and two messages. */
const CALLS_OF_A_PURCHASE = 5;
/** One for the first three, one for the messages. */
const ACTIVITIES_OF_A_PURCHASE = 2;
/** A queue's limit counts activities, which make up to four calls each. */
const ACTIVITIES_A_SECOND = CALLS_A_SECOND / 4;
const PURCHASES = 24;

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start({
    MOBIFONE_RATE_LIMIT: `${CALLS_A_SECOND}`,
    // On a machine that stalls, few calls are to be taken for lost and made again.
    MOBIFONE_CALL_TIMEOUT: '60s',
    ...withFixedValues({ heartbeatTimeoutMs: 60_000, firstTryLimitMs: 60_000 }),
  });
  await stack.startPart('worker', {}, 'second worker');
  selling = new Selling(stack);
});
afterAll(() => stack.end());

/**
 * What so many moments at this rate must take, seconds: the server's bucket lets the first second's worth go at once. A third
 * less is given to a server that was slow to write down the first of them; without a limit, or with one for each worker, the
 * whole takes half of it or less.
 */
const leastSeconds = (moments: number, perSecond: number) => ((moments - perSecond) / perSecond) * (2 / 3);

const secondsBetween = (moments: readonly number[]) => (Math.max(...moments) - Math.min(...moments)) / 1000;

function historyOf(id: string) {
  return stack.temporal(async ({ workflow }) => {
    const { events } = await workflow.getHandle(stack.workflowId(id)).fetchHistory();
    return events ?? [];
  });
}

const time = (at: temporal.api.history.v1.IHistoryEvent['eventTime']) =>
  Number(at?.seconds ?? 0) * 1000 + (at?.nanos ?? 0) / 1e6;

/** As many as a channel can have under way in an API process. */
const QUESTIONS_AT_ONCE = 8;

describe('MOBIFONE_RATE_LIMIT with two workers', () => {
  it('holds for both together, by Temporal’s own record of starts and by MobiFone’s of requests', async () => {
    const ids = await selling.flood('limited', PURCHASES);
    const outcomes = await Promise.all(ids.map((id) => selling.outcomeOf(id)));
    for (const { id } of outcomes) await selling.positionOf(id, ({ messages }) => messages.length === 2);

    const received = await selling.received();
    // More where an activity was taken for lost on a machine that stalls.
    expect(received.length).toBeGreaterThanOrEqual(PURCHASES * CALLS_OF_A_PURCHASE);

    const histories = await Promise.all(ids.map((id) => historyOf(id)));
    const started = histories.flat().filter((event) => event.activityTaskStartedEventAttributes);
    expect(started.length).toBeGreaterThanOrEqual(PURCHASES * ACTIVITIES_OF_A_PURCHASE);
    const workers = new Set(started.map((event) => event.activityTaskStartedEventAttributes?.identity));
    expect(workers.size).toBe(2);

    const starts = started.map((event) => time(event.eventTime));
    expect(secondsBetween(starts)).toBeGreaterThanOrEqual(leastSeconds(starts.length, ACTIVITIES_A_SECOND));
    const arrivals = received.map(({ at }) => Date.parse(at));
    expect(secondsBetween(arrivals)).toBeGreaterThanOrEqual(leastSeconds(arrivals.length, CALLS_A_SECOND));
  });

  it('nothing slips past: each call is made by an activity on the limited queue, none eager, none local', async () => {
    const events = await historyOf('limited-0');
    const scheduled = events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);

    expect(scheduled.length).toBeGreaterThanOrEqual(ACTIVITIES_OF_A_PURCHASE);
    // Eagerly handed out are only activities of the workflow's own queue, together with its workflow task.
    expect(new Set(scheduled.map(({ taskQueue }) => taskQueue?.name))).toEqual(
      new Set([`${stack.config.TEMPORAL_TASK_QUEUE}-mobifone`]),
    );
    expect(events.filter((event) => event.markerRecordedEventAttributes)).toEqual([]);
  });

  it('a 429 is heeded: the call is not repeated, nor asked about, before the time that it named', async () => {
    const afterSeconds = 3;
    await stack.order({ call: 'charge', fault: { kind: 'too_many', retryAfterSeconds: afterSeconds } });
    const { body } = await selling.buy('too-many', '0900000001', { prefer: 'wait=30' });
    await selling.outcomeOf('too-many');

    const ofCharge = (await selling.received()).filter(
      ({ transactionId }) => transactionId === `${String(body['id'])}.charge`,
    );
    expect(ofCharge.map(({ call }) => call)).toEqual(['charge', 'inquiry', 'charge']);
    const [refused, next] = ofCharge.map(({ at }) => Date.parse(at));
    expect((next ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(afterSeconds * 1000);
    const position = await selling.positionOf(body['id'], ({ messages }) => messages.length === 2);
    expect(position).toMatchObject({ charges: 1 });
  });
});

describe('a channel that asks without end whether numbers may buy, where MobiFone limits us', () => {
  it('does not keep the rows of another channel’s batch waiting until it has asked enough', async () => {
    const orders = ['row-0', 'row-1', 'row-2'].map((id, at) => ({
      externalId: id,
      msisdn: `0901${String(100_000 + at)}`,
      package: 'D90',
    }));
    const enough = new AbortController();
    let asked = 0;
    const askOn = async () => {
      while (!enough.signal.aborted) {
        await stack.api('POST', '/v1/eligibility', { msisdn: '0901234567' });
        asked += 1;
      }
    };
    const questions = Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, askOn));
    await until(
      async () => asked,
      (count) => count > 0,
    );
    const { status } = await stack.api('POST', '/v1/batches', { batchId: 'b', orders }, undefined, 'prepaid');
    expect(status).toBe(201);
    try {
      const { body } = await until(
        async () => stack.api('GET', '/v1/batches/b', undefined, undefined, 'prepaid'),
        (answer) => answer.body['state'] === 'completed',
      );
      expect(body).toMatchObject({ state: 'completed', results: { succeeded: 3 } });
    } finally {
      enough.abort();
      await questions;
    }
  });
});
