import type { RowTurn } from '../../domain/batch/batch';
import { RowPace } from '../../selling/row-pace';

/** A pace whose clock and neighbours are the test's. */
class PaceLab {
  now = 0;
  areSingleSalesAround = false;
  private readonly timers: { call: () => void; at: number }[] = [];
  readonly pace = new RowPace({
    most: 16,
    areSingleSalesAround: () => this.areSingleSalesAround,
    now: () => this.now,
    later: (call, ms) => void this.timers.push({ call, at: this.now + ms }),
  });

  pass(ms: number): void {
    this.now += ms;
    for (const timer of this.timers.splice(0)) {
      if (timer.at <= this.now) timer.call();
      else this.timers.push(timer);
    }
  }

  /**
   * Sells rows as fast as the pace lets it.
   * @param takes how long a row takes beside so many others, ms
   * @returns how many were under way as each began
   */
  async sell(rows: number, takes: (underWay: number) => number): Promise<number[]> {
    const seen: number[] = [];
    const underWay: { turn: RowTurn; until: number }[] = [];
    const never = new AbortController().signal;
    let next = this.pace.turn(never);
    while (seen.length < rows) {
      const turn = await Promise.race([next, Promise.resolve(undefined)]);
      if (turn) {
        next = this.pace.turn(never);
        underWay.push({ turn, until: this.now + takes(underWay.length + 1) });
        seen.push(underWay.length);
        continue;
      }
      underWay.sort((one, other) => one.until - other.until);
      const first = underWay.shift();
      if (!first) this.pass(10);
      else {
        this.pass(Math.max(0, first.until - this.now));
        first.turn.end(true);
      }
    }
    for (const { turn } of underWay) turn.end(true);
    (await next)?.end(false);
    return seen;
  }
}

const GATEWAY_MS = 1_200;

describe('the rows of batches', () => {
  let lab: PaceLab;
  beforeEach(() => void (lab = new PaceLab()));

  it('begin one at a time, and become as many as may be while MobiFone’s time is the most of it', async () => {
    const seen = await lab.sell(500, () => GATEWAY_MS);
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(16);
    expect(Math.max(...seen)).toBe(16);
  });

  it('stay at one, but for a trial now and then, where they slow each other down', async () => {
    const seen = await lab.sell(500, (underWay) => 100 * underWay);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    expect(seen.filter((count) => count > 1).length).toBeLessThan(100);
  });

  it('become fewer when the machine gets slower, and more when it is itself again', async () => {
    await lab.sell(500, () => GATEWAY_MS);
    const slow = await lab.sell(300, (underWay) => GATEWAY_MS + 400 * underWay);
    expect(slow.at(-1)).toBeLessThan(4);
    const again = await lab.sell(600, () => GATEWAY_MS);
    expect(again.at(-1)).toBeGreaterThan(8);
  });

  it('do not become fewer for a number that answers late', async () => {
    let row = 0;
    const seen = await lab.sell(500, () => ((row += 1) % 10 === 0 ? 10 * GATEWAY_MS : GATEWAY_MS));
    expect(seen.at(-1)).toBeGreaterThan(8);
  });

  it('rest between them while single sales share the machine, and only then', async () => {
    const alike = (underWay: number) => 100 * underWay;
    await lab.sell(50, alike);
    let since = lab.now;
    await lab.sell(50, alike);
    const alone = lab.now - since;
    lab.areSingleSalesAround = true;
    since = lab.now;
    await lab.sell(50, alike);
    expect(lab.now - since).toBeGreaterThan(3 * alone);
  });

  it('rest for seconds at most, however slow they are', async () => {
    lab.areSingleSalesAround = true;
    const never = new AbortController().signal;
    const first = await lab.pace.turn(never);
    lab.pass(30_000);
    first?.end(true);
    const next = lab.pace.turn(never);
    lab.pass(2_000);
    (await next)?.end(true);
    expect(await next).toBeDefined();
  });

  it('of a batch that is cancelled lose their turn, and those of another have it', async () => {
    const cancelled = new AbortController();
    const never = new AbortController().signal;
    const first = await lab.pace.turn(never);
    const second = lab.pace.turn(cancelled.signal);
    const third = lab.pace.turn(never);
    cancelled.abort();
    expect(await second).toBeUndefined();
    first?.end(true);
    expect(await third).toBeDefined();
    expect(await lab.pace.turn(AbortSignal.abort())).toBeUndefined();
  });
});
