import { TemporalOverloaded, TemporalUnavailable } from '../../client/purchases';
import {
  SEES_FAILURES,
  SEES_SUCCESSES,
  WriteHealth,
  type WriteHealthLimits,
} from '../../client/write-health';

/** A Temporal whose disk the test fills and empties. */
class Disk {
  isFull = false;
  probes = 0;
  readonly turns: boolean[] = [];
  /** What came of the writes that failed first. */
  readonly faults: unknown[] = [];
  readonly onTurn = (works: boolean, fault?: unknown) => {
    this.turns.push(works);
    if (!works) this.faults.push(fault);
  };

  write = async (): Promise<void> => {
    if (this.isFull) throw new TemporalUnavailable('Temporal did not respond');
  };
  /** For the probe of the one who is tested. */
  probe = (): Promise<void> => {
    this.probes += 1;
    return this.write();
  };
}

let disk: Disk;
beforeEach(() => {
  jest.useFakeTimers();
  disk = new Disk();
});
afterEach(() => jest.useRealTimers());

function healthOf(limits: WriteHealthLimits): WriteHealth {
  return new WriteHealth({ write: disk.probe, onTurn: disk.onTurn }, limits);
}
const sell = (health: WriteHealth) => health.watch(disk.write).catch(() => 'failed');

describe('a process that makes the writes itself', () => {
  let health: WriteHealth;
  beforeEach(() => (health = healthOf(SEES_FAILURES)));
  afterEach(() => health.close());

  it('has one tried before it is asked for the first time, and none for each question after', async () => {
    expect(await health.ask()).toBe(true);
    for (let asked = 0; asked < 100; asked += 1) {
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await health.ask()).toBe(true);
    }
    expect(disk.probes).toBe(1);
  });

  it('adds nothing to its own sales', async () => {
    for (let sold = 0; sold < 100; sold += 1) {
      await sell(health);
      await jest.advanceTimersByTimeAsync(SEES_FAILURES.trustedAfterWrite / 2);
      expect(await health.ask()).toBe(true);
    }
    expect(disk.probes).toBe(0);
  });

  it('knows at the first sale that fails, and again when there is room, though nobody sells meanwhile', async () => {
    await sell(health);
    disk.isFull = true;
    await sell(health);
    expect(await health.ask()).toBe(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await health.ask()).toBe(false);
    disk.isFull = false;
    await jest.advanceTimersByTimeAsync(SEES_FAILURES.probeEvery);
    expect(await health.ask()).toBe(true);
    expect(disk.turns).toEqual([false, true]);
  });

  it('does not wait for a sale that hangs to fail', async () => {
    await sell(health);
    disk.isFull = true;
    void health.watch(() => new Promise(() => undefined)); // Temporal tries on and on
    await jest.advanceTimersByTimeAsync(SEES_FAILURES.doubtAfter);
    expect(await health.ask()).toBe(false);
  });

  it('takes one lost answer for no more than that', async () => {
    await sell(health);
    const lost = health.watch(() => Promise.reject(new TemporalUnavailable('Temporal did not respond')));
    await expect(lost).rejects.toThrow(TemporalUnavailable);
    expect(await health.ask()).toBe(true);
    expect(disk.turns).toEqual([]);
  });

  it('learns nothing from an order that was not sent, or that was at fault', async () => {
    await sell(health);
    for (const fault of [new TemporalOverloaded(2), new TypeError('ours')]) {
      await expect(health.watch(() => Promise.reject(fault))).rejects.toBe(fault);
    }
    expect(disk.probes).toBe(0);
  });

  it('is told why, for whoever has to tell a full disk from a slow one', async () => {
    disk.isFull = true;
    await sell(health);
    await jest.advanceTimersByTimeAsync(0);
    expect(disk.turns).toEqual([false]);
    expect(disk.faults).toEqual([expect.any(TemporalUnavailable)]);
  });

  it('asks no more once it is closed', async () => {
    disk.isFull = true;
    await sell(health);
    health.close();
    const { probes } = disk;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(disk.probes).toBe(probes);
  });
});

describe('a process that only sees what comes of others’ writes', () => {
  let health: WriteHealth;
  beforeEach(() => (health = healthOf(SEES_SUCCESSES)));
  afterEach(() => health.close());

  it('takes the end of them for a sign', async () => {
    await health.ask();
    health.proven();
    disk.isFull = true;
    await jest.advanceTimersByTimeAsync(SEES_SUCCESSES.trustedAfterWrite);
    expect(await health.ask()).toBe(false);
  });

  it('has one tried a minute while there are none', async () => {
    for (let asked = 0; asked < 10; asked += 1) {
      expect(await health.ask()).toBe(true);
      await jest.advanceTimersByTimeAsync(SEES_SUCCESSES.trustedAfterProbe / 2);
    }
    expect(disk.probes).toBe(5);
  });
});
