import { CLOCK_TOLERANCE_MS, ServerClock, watchClock } from '../../runtime/server-clock';
import { observeServerTime } from '../../worker/activity-interceptors';
import { HOUR_MS } from '../support/wall-clock';

const NOON = Date.parse('2026-11-24T05:00:00Z');

/** A machine whose two clocks are set by the story; the server's is right. */
class Machine {
  steadyMs = 1_000;
  wallOffMs = 0;
  readonly clock = new ServerClock({
    wallMs: () => this.serverMs + this.wallOffMs,
    steadyMs: () => this.steadyMs,
  });

  get serverMs(): number {
    return NOON + this.steadyMs;
  }
}

let machine: Machine;
beforeEach(() => void (machine = new Machine()));

describe('a process that has seen Temporal’s clock', () => {
  it('knows nothing before it has', () => {
    expect([machine.clock.offsetMs, machine.clock.faultMs]).toEqual([undefined, undefined]);
  });

  it.each([-2 * HOUR_MS, 2 * HOUR_MS, CLOCK_TOLERANCE_MS + 1])(
    'notices at once that its own clock was set by %i ms, without asking again',
    async (byMs) => {
      await machine.clock.learn(() => Promise.resolve(machine.serverMs));
      machine.steadyMs += 3 * HOUR_MS;
      expect(machine.clock.faultMs).toBeUndefined();
      machine.wallOffMs = byMs;
      expect(machine.clock.faultMs).toBe(byMs);
      machine.wallOffMs = 0;
      expect(machine.clock.faultMs).toBeUndefined();
    },
  );

  it('takes no message that was long on its way for a wrong clock, once another was quick', () => {
    machine.clock.heard(machine.serverMs - 20_000);
    expect(machine.clock.faultMs).toBe(20_000);
    machine.clock.heard(machine.serverMs - 10);
    machine.clock.heard(machine.serverMs - 60_000);
    machine.steadyMs += 15 * 60_000;
    machine.clock.heard(machine.serverMs - 60_000);
    expect(machine.clock.offsetMs).toBe(10);
  });

  it('believes a server whose clock was set back, after a while', () => {
    machine.clock.heard(machine.serverMs + HOUR_MS);
    for (let minutes = 0; minutes < 2; minutes += 1) {
      machine.steadyMs += 10 * 60_000;
      machine.clock.heard(machine.serverMs);
    }
    expect(machine.clock.offsetMs).toBe(0);
  });

  it('asks once a minute at most, and again after a question that failed', async () => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no answer')) : Promise.resolve(machine.serverMs);
    };
    await machine.clock.learn(ask);
    await machine.clock.learn(ask);
    expect([asked, machine.clock.offsetMs]).toEqual([1, undefined]);
    machine.steadyMs += 60_000;
    await machine.clock.learn(ask);
    expect([asked, machine.clock.offsetMs]).toEqual([2, 60_000 - 60_000]);
  });
});

describe('a worker', () => {
  const given = async (info: object) => {
    const intercept = observeServerTime(machine.clock);
    const { inbound } = intercept?.({ info } as never) ?? {}; // no more of the activity is looked at
    return inbound?.execute?.({ args: [], headers: {} }, () => Promise.resolve('done'));
  };

  it('sees Temporal’s clock by the first attempt of an activity, which runs as ever', async () => {
    machine.wallOffMs = -HOUR_MS;
    const scheduledTimestampMs = machine.serverMs - 5;
    expect(await given({ attempt: 1, isLocal: false, scheduledTimestampMs })).toBe('done');
    expect(machine.clock.faultMs).toBe(5 - HOUR_MS);
  });

  it('does not by one that waited for its pause, nor by one that it scheduled itself', async () => {
    const scheduledTimestampMs = machine.serverMs - HOUR_MS;
    await given({ attempt: 2, isLocal: false, scheduledTimestampMs });
    await given({ attempt: 1, isLocal: true, scheduledTimestampMs });
    expect(machine.clock.offsetMs).toBeUndefined();
  });
});

describe('a clock that is watched', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is logged when it goes wrong and when it is right again, and measured all the time', () => {
    const told: unknown[] = [];
    const offsets: number[] = [];
    const stop = watchClock(machine.clock, {
      onOffset: (seconds) => offsets.push(seconds),
      logger: {
        error: (facts, message) => told.push(facts, message),
        info: (facts) => told.push(facts),
      },
    });
    jest.advanceTimersByTime(5_000);
    machine.clock.heard(machine.serverMs);
    machine.wallOffMs = -2 * HOUR_MS;
    jest.advanceTimersByTime(10_000);
    machine.wallOffMs = 1_000;
    jest.advanceTimersByTime(5_000);
    stop();
    jest.advanceTimersByTime(5_000);
    expect(offsets).toEqual([-7200, -7200, 1]);
    expect(told).toEqual([
      { event: 'clock.off', offsetSeconds: -7200 },
      'the clock of this machine is 7200 s behind Temporal’s: prices, signatures and days may be wrong',
      { event: 'clock.right', offsetSeconds: 1 },
    ]);
  });
});
