import { status } from '@grpc/grpc-js';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import '../support/quiet-runtime';
import { Attempt } from '../../activities/attempt';
import { ProcessPulse, type Clocks } from '../../activities/process-pulse';

/** Both clocks in the story's hands. */
class HeldClocks implements Clocks {
  monotonic = 0;
  wall = 1_700_000_000_000;
  monotonicMs = () => this.monotonic;
  wallMs = () => this.wall;

  pass(ms: number): void {
    this.monotonic += ms;
    this.wall += ms;
  }
}

const NO_PAUSE = { pausedFor: () => false };

/** What Temporal answers to a worker that asks whether its attempt still stands. */
type Answer =
  { cancelRequested?: boolean; activityPaused?: boolean; activityReset?: boolean } | { code: number };

function temporal(answer: Answer, meanwhile: () => void): { client: Client; asked: () => number } {
  let asked = 0;
  const workflowService = {
    recordActivityTaskHeartbeat: async () => {
      asked += 1;
      meanwhile();
      if ('code' in answer) throw Object.assign(new Error('refused'), answer);
      return answer;
    },
  };
  const held = (_: unknown, call: () => unknown) => call();
  const client = { workflowService, withDeadline: held, withAbortSignal: held };
  return { client: client as unknown as Client, asked: () => asked }; // what an attempt uses of it
}

function worker(answer: Answer, info: Partial<Info> = {}, meanwhile: () => void = () => undefined) {
  const { client, asked } = temporal(answer, meanwhile);
  const environment = new MockActivityEnvironment(
    { heartbeatTimeoutMs: 10_000, startToCloseTimeoutMs: 45_000, ...info },
    { logger: Runtime.instance().logger, client },
  );
  return { environment, asked };
}

describe('an attempt that is about to send', () => {
  it('sends at once while Temporal cannot have declared it lost, and asks nobody', async () => {
    const clocks = new HeldClocks();
    const { environment, asked } = worker({});
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      clocks.pass(7_000);
      expect(attempt.beforeSend()).toBeUndefined();
    });
    expect(asked()).toBe(0);
  });

  it.each([
    ['its worker was frozen', (clocks: HeldClocks) => clocks.pass(15_000)],
    ['its machine slept, which only the wall clock sees', (clocks: HeldClocks) => (clocks.wall += 15_000)],
    [
      'the wall clock was set back meanwhile',
      (clocks: HeldClocks) => {
        clocks.pass(15_000);
        clocks.wall -= 3_600_000;
      },
    ],
  ])('asks Temporal first when %s, and sends when it still stands', async (_, happen) => {
    const clocks = new HeldClocks();
    const { environment, asked } = worker({});
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      happen(clocks);
      await attempt.beforeSend();
      expect(attempt.beforeSend()).toBeUndefined();
    });
    expect(asked()).toBe(1);
  });

  it.each([
    ['was given to another worker', { code: status.NOT_FOUND }],
    ['cannot be asked about, since Temporal does not answer', { code: status.UNAVAILABLE }],
    ['was cancelled', { cancelRequested: true }],
    ['was paused by an operator', { activityPaused: true }],
    ['was reset by an operator', { activityReset: true }],
  ])('sends nothing when it %s', async (_, answer) => {
    const clocks = new HeldClocks();
    const { environment } = worker(answer);
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      clocks.pass(9_000);
      await expect(attempt.beforeSend()).rejects.toThrow();
    });
  });

  it('asks as well when it is the time for the whole attempt that is nearly over', async () => {
    const clocks = new HeldClocks();
    const limits = { heartbeatTimeoutMs: 60_000, startToCloseTimeoutMs: 10_000 };
    const { environment, asked } = worker({}, limits);
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      clocks.pass(9_000);
      await attempt.beforeSend();
    });
    expect(asked()).toBe(1);
  });

  it('asks again when Temporal took too long to answer: it stood when it was asked about, not now', async () => {
    const clocks = new HeldClocks();
    const slowAnswers = [9_000, 0];
    const { environment, asked } = worker({}, {}, () => clocks.pass(slowAnswers.shift() ?? 0));
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      clocks.pass(15_000);
      for (let asking = attempt.beforeSend(); asking; asking = attempt.beforeSend()) await asking;
    });
    expect(asked()).toBe(2);
  });

  it('inside a workflow task sends nothing once it took too long: nobody can say whether it stands', async () => {
    const clocks = new HeldClocks();
    const { environment } = worker({}, { isLocal: true, startToCloseTimeoutMs: 2_000 });
    await environment.run(async () => {
      const attempt = new Attempt(clocks, NO_PAUSE);
      clocks.pass(1_700);
      await expect(attempt.beforeSend()).rejects.toThrow('not sent');
    });
  });

  it('asks first as well when its process woke only just before it began', async () => {
    const clocks = new HeldClocks();
    const pulse = new ProcessPulse(clocks);
    const { environment, asked } = worker({});
    clocks.pass(15_000); // frozen with the attempt in its queue
    await environment.run(async () => {
      const attempt = new Attempt(clocks, pulse);
      await attempt.beforeSend();
    });
    expect(asked()).toBe(1);
  });
});

describe('the pulse of a process', () => {
  const FREEZE_MS = 15_000;
  let clocks: HeldClocks;
  let pulse: ProcessPulse;
  const wasFrozen = () => pulse.pausedFor(FREEZE_MS / 2, 2 * FREEZE_MS);

  beforeEach(() => {
    clocks = new HeldClocks();
    pulse = new ProcessPulse(clocks);
    clocks.pass(FREEZE_MS);
    wasFrozen();
  });

  it('remembers a freeze for as long as what was taken before it may be at hand', () => {
    clocks.pass(100);
    expect(wasFrozen()).toBe(true);
    for (let beats = 0; beats < 200; beats += 1) {
      clocks.pass(250);
      wasFrozen();
    }
    expect(wasFrozen()).toBe(false);
  });

  it('is not told otherwise by a shorter pause after it', () => {
    clocks.pass(2_000);
    expect(wasFrozen()).toBe(true);
  });
});

describe('what an attempt tells the next', () => {
  const RUN = 'a-run';
  const after = (attempt: number, details: unknown, activityId = `chargeSubscriber:1:${RUN}`) =>
    worker(
      {},
      {
        attempt,
        activityId,
        heartbeatDetails: details,
        workflowExecution: { workflowId: 'purchase:demo:a', runId: RUN },
      },
    ).environment.run(async () => new Attempt().remembered);
  const memory = { quietSinceMs: 5 };

  it('is believed by the very next one only', async () => {
    const told = { attempt: 3, run: RUN, memory };
    expect(await after(4, told)).toEqual(memory);
    expect(await after(5, told)).toEqual({});
    expect(await after(1, told)).toEqual({});
    expect(await after(4, undefined)).toEqual({});
  });

  it('is believed in its own run only; of an older worker, by an activity whose id names none', async () => {
    expect(await after(4, { attempt: 3, run: 'another', memory })).toEqual({});
    expect(await after(4, { attempt: 3, memory })).toEqual({});
    expect(await after(4, { attempt: 3, memory }, '7')).toEqual(memory);
  });

  it('is overwritten by the next as it begins, after a reset too: should that one be lost, nothing is told', async () => {
    const scheduledTimestampMs = 1_000_000;
    const reset = { attempt: 1, scheduledTimestampMs, currentAttemptScheduledTimestampMs: 1_005_000 };
    const { environment } = worker({}, reset);
    const told = new Promise((resolve) => environment.once('heartbeat', resolve));
    await environment.run(async () => new Attempt());
    expect(await told).toMatchObject({ attempt: 1, memory: {} });
  });
});
