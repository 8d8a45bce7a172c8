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

  private readonly begun: RowTurn[] = [];

  /** One more row that waits for its turn; `order` gets its channel when it begins. */
  begin(channel: string, order: string[]): void {
    void this.pace.turn(channel, new AbortController().signal).then((turn) => {
      order.push(channel);
      if (turn) this.begun.push(turn);
    });
  }

  endFirst(): void {
    this.begun.shift()?.end(false);
  }

  endLast(): void {
    this.begun.pop()?.end(false);
  }

  /** Until every turn that was given is taken. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

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
    let next = this.pace.turn('shop', never);
    while (seen.length < rows) {
      const turn = await Promise.race([next, Promise.resolve(undefined)]);
      if (turn) {
        next = this.pace.turn('shop', never);
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
    const first = await lab.pace.turn('shop', never);
    lab.pass(30_000);
    first?.end(true);
    const next = lab.pace.turn('shop', never);
    lab.pass(2_000);
    (await next)?.end(true);
    expect(await next).toBeDefined();
  });

  it('of a batch that is cancelled lose their turn, and those of another have it', async () => {
    const cancelled = new AbortController();
    const never = new AbortController().signal;
    const first = await lab.pace.turn('shop', never);
    const second = lab.pace.turn('shop', cancelled.signal);
    const third = lab.pace.turn('shop', never);
    cancelled.abort();
    expect(await second).toBeUndefined();
    first?.end(true);
    expect(await third).toBeDefined();
    expect(await lab.pace.turn('shop', AbortSignal.abort())).toBeUndefined();
  });
});

describe('the rows of several channels', () => {
  const PATIENCE_MS = 2_000;
  let lab: PaceLab;
  beforeEach(() => void (lab = new PaceLab()));

  it('take turns, however many parts of its batches one of them has', async () => {
    const order: string[] = [];
    for (const channel of ['flood', 'flood', 'flood', 'shop', 'shop']) lab.begin(channel, order);
    for (let row = 0; row < 5; row += 1) {
      await lab.settled();
      lab.endFirst();
    }
    expect(order).toEqual(['flood', 'shop', 'flood', 'shop', 'flood']);
  });

  it('go before those of a channel that has more of them under way', async () => {
    await lab.sell(500, () => GATEWAY_MS);
    const order: string[] = [];
    for (let row = 0; row < 16; row += 1) lab.begin('flood', order);
    await lab.settled();
    for (const channel of ['flood', 'shop', 'shop']) lab.begin(channel, order);
    for (let row = 0; row < 3; row += 1) {
      lab.endFirst();
      await lab.settled();
    }
    expect(order.slice(16)).toEqual(['shop', 'shop', 'flood']);
  });

  it('that MobiFone answers late give their places to others’ after two seconds, and not before', async () => {
    const order: string[] = [];
    lab.begin('slow', order);
    lab.begin('shop', order);
    lab.pass(PATIENCE_MS - 1);
    await lab.settled();
    expect(order).toEqual(['slow']);
    lab.pass(1);
    await lab.settled();
    expect(order).toEqual(['slow', 'shop']);
    for (let row = 0; row < 20; row += 1) {
      for (const channel of ['slow', 'shop']) lab.begin(channel, order);
      lab.endLast();
      await lab.settled();
    }
    expect(new Set(order.slice(1))).toEqual(new Set(['shop']));
    lab.endFirst();
    lab.endLast();
    await lab.settled();
    expect(order.at(-1)).toBe('slow');
  });

  it('keep their places however late they are where no other channel waits', async () => {
    const order: string[] = [];
    for (let row = 0; row < 3; row += 1) lab.begin('slow', order);
    lab.pass(60_000);
    await lab.settled();
    expect(order).toEqual(['slow']);
  });

  it('that are slow in every channel are no more than the pace lets one channel have, for each', async () => {
    const order: string[] = [];
    for (let row = 0; row < 10; row += 1)
      for (const channel of ['slow', 'as-slow']) lab.begin(channel, order);
    for (let second = 0; second < 100; second += 1) {
      lab.pass(1_000);
      await lab.settled();
    }
    expect(order).toEqual(['slow', 'as-slow']);
  });
});
