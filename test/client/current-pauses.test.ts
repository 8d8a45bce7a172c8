import type { PausesSource } from '../../client/control';
import { TemporalUnavailable } from '../../client/purchases';
import { CachedPauses, PAUSE_TAKES_EFFECT_MS } from '../../client/current-pauses';
import { NOTHING_PAUSED, type ControlState, type Pause } from '../../domain/control';

const PAUSE: Pause = { scope: { kind: 'all' }, by: 'lan', why: 'outage', since: '2026-11-24T03:00:00.000Z' };
const PAUSED: ControlState = { pauses: [PAUSE], trail: [] };

let clock = 0;
let reads = 0;
/** What the next reads find. */
let state: ControlState | Error;
const source: PausesSource = {
  async read() {
    reads += 1;
    if (state instanceof Error) throw state;
    return state;
  },
};
beforeEach(() => {
  clock = 0;
  reads = 0;
  state = NOTHING_PAUSED;
});

/** Lets what was begun beside a sale come to its end. */
const settle = () => new Promise(setImmediate);

describe('what is paused, as a process of the API knows it', () => {
  it('is read once for many sales of a second', async () => {
    const pauses = new CachedPauses(source, () => clock);
    await Promise.all([pauses.now(), pauses.now(), pauses.now()]);
    for (clock = 0; clock < 1_000; clock += 10) await pauses.now();
    expect(reads).toBe(1);
  });

  it('is read anew beside a sale, which does not wait for it', async () => {
    const pauses = new CachedPauses(source, () => clock);
    await pauses.now();
    state = PAUSED;
    clock = 1_500;
    expect(await pauses.now()).toEqual([]);
    await settle();
    expect(await pauses.now()).toEqual([PAUSE]);
    expect(reads).toBe(2);
  });

  it('is never older than promised: the first sale after a quiet time waits', async () => {
    const pauses = new CachedPauses(source, () => clock);
    await pauses.now();
    state = PAUSED;
    clock = PAUSE_TAKES_EFFECT_MS;
    expect(await pauses.now()).toEqual([PAUSE]);
  });

  it('bridges a short silence of Temporal, and after a long one nothing is sold by chance', async () => {
    const pauses = new CachedPauses(source, () => clock);
    await pauses.now();
    state = new TemporalUnavailable('Temporal did not respond');
    clock = PAUSE_TAKES_EFFECT_MS - 1;
    expect(await pauses.now()).toEqual([]);
    await settle();
    clock = PAUSE_TAKES_EFFECT_MS;
    await expect(pauses.now()).rejects.toBeInstanceOf(TemporalUnavailable);
    state = PAUSED;
    expect(await pauses.now()).toEqual([PAUSE]);
  });
});
