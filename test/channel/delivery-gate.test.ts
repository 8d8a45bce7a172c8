import { DeliveryGate, type DeliveryHeld, type DeliveryTurn, type HeldBy } from '../../channel/delivery-gate';
import type { NoticeVerdict } from '../../channel/signed-delivery';
import { Circuit } from '../../mobifone/circuit';

const MINUTE = 60_000;
const PROBES = { probeMinMs: 5_000, probeMaxMs: 30_000, retryMinMs: 15_000, retryMaxMs: 40_000 };
const DEAD = { windowMs: MINUTE, minFailures: 5, minSubjects: 3, share: 0.5 };
const BOUNDS = { ofChannel: 3, ofHost: 4, toSilentHosts: 5 };
const TAKEN = { kind: 'delivered', status: 204 } as const;
const SILENCE = { kind: 'retry', detail: 'no answer within 10000 ms', silent: true } as const;
const SERVER_ERROR = { kind: 'retry', detail: 'the webhook answered 503', status: 503 } as const;
const FIRST: DeliveryTurn = { attempt: 1, mayBeHeld: true };
const LATER: DeliveryTurn = { attempt: 2, mayBeHeld: true };
const NEVER_HELD: DeliveryTurn = { attempt: 1, mayBeHeld: false };

type End = NoticeVerdict | DeliveryHeld;

/** A gate whose clock, dice and webhooks are the test's. */
class GateLab {
  time = 0;
  private dice = 0;
  private messages = 0;
  readonly underWay = new Map<string, number>();
  readonly held: HeldBy[] = [];
  readonly dead = new Set<string>();
  private readonly world = { now: () => this.time, random: () => (this.dice = (this.dice + 0.37) % 1) };
  readonly gate = new DeliveryGate(
    BOUNDS,
    () => new Circuit(PROBES, DEAD, this.world),
    {
      underWay: (channel, count) => this.underWay.set(channel, count),
      held: (_, by) => this.held.push(by),
      turned: (channel, isDead) => (isDead ? this.dead.add(channel) : this.dead.delete(channel)),
    },
    this.world,
  );

  /** Of a message of its own, over at once with this verdict. */
  deliver(channel: string, verdict: NoticeVerdict, turn = FIRST, host = `${channel}.example`): Promise<End> {
    return this.through(channel, host, turn, async () => verdict);
  }

  /** One that hangs until the test ends it; nothing where it was held back. */
  async hang(
    channel: string,
    turn = FIRST,
    host = `${channel}.example`,
  ): Promise<((verdict: NoticeVerdict) => Promise<void>) | undefined> {
    let answer: (verdict: NoticeVerdict) => void = () => undefined;
    const answered = new Promise<NoticeVerdict>((resolve) => (answer = resolve));
    let began = false;
    const over = this.through(channel, host, turn, () => {
      began = true;
      return answered;
    });
    if (!began) return undefined;
    return async (verdict) => {
      answer(verdict);
      await over;
    };
  }

  async dies(channel: string): Promise<void> {
    for (let message = 0; message < 5; message += 1) await this.deliver(channel, SILENCE, NEVER_HELD);
    expect(this.dead.has(channel)).toBe(true);
  }

  private through(
    channel: string,
    host: string,
    turn: DeliveryTurn,
    deliver: () => Promise<NoticeVerdict>,
  ): Promise<End> {
    const message = `refund-${(this.messages += 1)}`;
    return this.gate.through({ channel, url: `https://${host}/refunds`, message, turn }, deliver);
  }
}

const pauseOf = (end: End): number => (end.kind === 'held' ? end.retryAfterMs : 0);

describe('a channel whose deliveries hang', () => {
  it('has no more of them under way than its share; the next ones are not sent, and hold nothing', async () => {
    const lab = new GateLab();
    for (let place = 0; place < BOUNDS.ofChannel; place += 1) expect(await lab.hang('slow')).toBeDefined();

    const next = await lab.deliver('slow', TAKEN);

    expect(next).toMatchObject({ kind: 'held', by: 'channel' });
    expect(lab.underWay.get('slow')).toBe(BOUNDS.ofChannel);
    expect(lab.held).toEqual(['channel']);
  });

  it('leaves every other channel alone, and the host that both share open', async () => {
    const lab = new GateLab();
    for (let place = 0; place < BOUNDS.ofChannel; place += 1) await lab.hang('slow', FIRST, 'shared.example');
    expect(await lab.hang('slow', FIRST, 'shared.example')).toBeUndefined();

    expect(await lab.deliver('other', TAKEN)).toEqual(TAKEN);
    expect(await lab.deliver('neighbour', TAKEN, FIRST, 'shared.example')).toEqual(TAKEN);
  });

  it('shares a host with others up to the host’s own share', async () => {
    const lab = new GateLab();
    for (let channel = 0; channel < BOUNDS.ofHost; channel += 1)
      expect(await lab.hang(`slow-${channel}`, FIRST, 'shared.example')).toBeDefined();

    expect(await lab.deliver('next', TAKEN, FIRST, 'shared.example')).toMatchObject({ by: 'host' });
    expect(await lab.deliver('next', TAKEN, FIRST, 'own.example')).toEqual(TAKEN);
  });

  it('has a place again as soon as one delivery ends, whatever it came to', async () => {
    const lab = new GateLab();
    const endFirst = await lab.hang('slow');
    while (await lab.hang('slow'));

    await endFirst?.(SERVER_ERROR);

    expect(await lab.deliver('slow', TAKEN, LATER)).toEqual(TAKEN);
  });

  it('also after a delivery that was cancelled', async () => {
    const lab = new GateLab();
    const url = 'https://slow.example/';
    const delivery = { channel: 'slow', url, message: 'refund', turn: FIRST };
    await expect(lab.gate.through(delivery, () => Promise.reject(new Error('cancelled')))).rejects.toThrow(
      'cancelled',
    );
    expect(lab.underWay.get('slow')).toBe(0);
  });

  it('is never held where nobody would deliver again, as in notices of older purchases', async () => {
    const lab = new GateLab();
    for (let place = 0; place < 2 * BOUNDS.ofHost; place += 1)
      expect(await lab.hang('slow', NEVER_HELD)).toBeDefined();
  });
});

describe('deliveries that wait for their turn', () => {
  it('come back one after the other as places become free, in the order in which they came', async () => {
    const lab = new GateLab();
    while (await lab.hang('slow'));
    const pauses: number[] = [];
    for (let waiting = 0; waiting < 20; waiting += 1) pauses.push(pauseOf(await lab.deliver('slow', TAKEN)));

    expect(pauses[0]).toBeGreaterThanOrEqual(1_000);
    const gaps = pauses.slice(1).map((pause, index) => pause - (pauses[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(100);
  });

  it('are as far apart as what hangs has hung already', async () => {
    const lab = new GateLab();
    while (await lab.hang('slow'));
    lab.time += 9_000;

    const [first, second] = [await lab.deliver('slow', TAKEN), await lab.deliver('slow', TAKEN)];

    expect(pauseOf(second) - pauseOf(first)).toBeCloseTo(9_000 / BOUNDS.ofChannel, -1);
  });

  it('find their place kept from those that come later', async () => {
    const lab = new GateLab();
    const ends = [await lab.hang('slow'), await lab.hang('slow'), await lab.hang('slow')];
    for (let waiting = 0; waiting < BOUNDS.ofChannel; waiting += 1) await lab.deliver('slow', TAKEN);
    for (const end of ends) await end?.(TAKEN);

    expect(await lab.deliver('slow', TAKEN)).toMatchObject({ kind: 'held' });
    expect(await lab.deliver('slow', TAKEN, LATER)).toEqual(TAKEN);
  });

  it('do not keep a channel waiting that is fast again', async () => {
    const lab = new GateLab();
    const ends = [await lab.hang('slow'), await lab.hang('slow'), await lab.hang('slow')];
    await lab.deliver('slow', TAKEN);
    for (const end of ends) await end?.(TAKEN);

    expect(await lab.deliver('slow', TAKEN)).toEqual(TAKEN);
  });

  it('wait for five minutes at most however many they are, and then do not come all at once', async () => {
    const lab = new GateLab();
    while (await lab.hang('slow'));
    lab.time += 10_000;
    const pauses: number[] = [];
    for (let waiting = 0; waiting < 1_000; waiting += 1)
      pauses.push(pauseOf(await lab.deliver('slow', TAKEN)));

    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE);
    const inTheLastMinute = pauses.filter((pause) => pause >= 4 * MINUTE);
    expect(new Set(inTheLastMinute.map((pause) => Math.floor(pause / 10_000))).size).toBeGreaterThan(3);
  });
});

describe('many channels on hosts that do not answer', () => {
  it('have half of the slots together at most, once each was silent; those that answer have the rest', async () => {
    const lab = new GateLab();
    const silent = Array.from({ length: 8 }, (_, index) => `silent-${index}`);
    for (const channel of silent) await lab.deliver(channel, SILENCE);

    const hanging = await Promise.all(silent.map((channel) => lab.hang(channel, LATER)));

    expect(hanging.filter((end) => end !== undefined)).toHaveLength(BOUNDS.toSilentHosts);
    expect(lab.held).toEqual(['silent_hosts', 'silent_hosts', 'silent_hosts']);
    expect(await lab.deliver('healthy', TAKEN)).toEqual(TAKEN);
  });

  it('are as good as any other again with their first answer, were it an error', async () => {
    const lab = new GateLab();
    const silent = Array.from({ length: BOUNDS.toSilentHosts }, (_, index) => `silent-${index}`);
    for (const channel of silent) await lab.deliver(channel, SILENCE);
    await lab.deliver('back', SILENCE);
    await lab.deliver('back', SERVER_ERROR, LATER);
    for (const channel of silent) await lab.hang(channel, LATER);

    expect(await lab.deliver('back', TAKEN)).toEqual(TAKEN);
  });
});

describe('webhooks that answer, but slowly', () => {
  /** Ten seconds each, and taken. */
  async function answerSlowly(lab: GateLab, channels: readonly string[], host?: string): Promise<void> {
    const ends = await Promise.all(channels.map((channel) => lab.hang(channel, NEVER_HELD, host)));
    lab.time += 10_000;
    for (const end of ends) await end?.(TAKEN);
  }
  const slow = Array.from({ length: 8 }, (_, index) => `slow-${index}`);

  it('have half of the slots together at most, as those that do not answer', async () => {
    const lab = new GateLab();
    await answerSlowly(lab, slow);

    const hanging = await Promise.all(slow.map((channel) => lab.hang(channel, LATER)));

    expect(hanging.filter((end) => end !== undefined)).toHaveLength(BOUNDS.toSilentHosts);
    expect(await lab.deliver('healthy', TAKEN)).toEqual(TAKEN);
  });

  it('have half of their host at most, and leave the rest to a neighbour on it that is fast', async () => {
    const lab = new GateLab();
    const ofHost = slow.slice(0, BOUNDS.ofHost);
    await answerSlowly(lab, ofHost, 'shared.example');

    const hanging = await Promise.all(ofHost.map((channel) => lab.hang(channel, LATER, 'shared.example')));

    expect(hanging.filter((end) => end !== undefined)).toHaveLength(BOUNDS.ofHost / 2);
    expect(lab.held).toEqual(['host', 'host']);
    expect(await lab.deliver('neighbour', TAKEN, FIRST, 'shared.example')).toEqual(TAKEN);
  });

  it('are as good as any other again with their first quick answer', async () => {
    const lab = new GateLab();
    await answerSlowly(lab, slow);
    await lab.deliver('slow-7', TAKEN, LATER);
    for (const channel of slow.slice(0, BOUNDS.toSilentHosts)) await lab.hang(channel, LATER);

    expect(await lab.deliver('slow-7', TAKEN)).toEqual(TAKEN);
  });
});

describe('a webhook that is dead', () => {
  it('costs one probe now and then, and no delivery else', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    const ends: End[] = [];
    for (let notice = 0; notice < 300; notice += 1) ends.push(await lab.deliver('dead', SILENCE));
    expect(new Set(lab.held)).toEqual(new Set(['circuit']));
    expect(ends.every(({ kind }) => kind === 'held')).toBe(true);

    lab.time += PROBES.probeMinMs;
    const probed: End[] = [];
    for (let notice = 0; notice < 300; notice += 1) probed.push(await lab.deliver('dead', SILENCE, LATER));
    expect(probed.filter(({ kind }) => kind !== 'held')).toEqual([SILENCE]);
  });

  it('is called all the same when its channel waits for this very delivery, as a test of a mended webhook', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    const asked = { ...FIRST, mayBeHeld: true, asked: true };
    expect(await lab.deliver('dead', TAKEN, { ...FIRST, mayBeHeld: true })).toMatchObject({ kind: 'held' });
    expect(await lab.deliver('dead', TAKEN, asked)).toEqual(TAKEN);
    for (let place = 0; place < BOUNDS.ofChannel; place += 1) await lab.hang('busy', FIRST);
    expect(await lab.deliver('busy', TAKEN, asked)).toMatchObject({ kind: 'held', by: 'channel' });
  });

  it('has what it missed within seconds of its return, however long it was dead, where little waits for it', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    for (const attempt of [1, 6, 60]) {
      const pause = pauseOf(await lab.deliver('dead', SILENCE, { attempt, mayBeHeld: true }));
      expect(pause).toBeGreaterThanOrEqual(PROBES.retryMinMs);
      expect(pause).toBeLessThanOrEqual(PROBES.retryMaxMs);
    }
  });

  it('is asked by ten a second at most, and all of them within five minutes, where much waits', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    await lab.dies('as-dead');
    const pauses: number[] = [];
    for (let notice = 0; notice < 5_000; notice += 1)
      pauses.push(pauseOf(await lab.deliver(notice % 2 ? 'dead' : 'as-dead', SILENCE, LATER)));

    const afterTheFirst = pauses.filter((ms) => ms > PROBES.retryMaxMs && ms < 4 * MINUTE);
    const seconds = (4 * MINUTE - PROBES.retryMaxMs) / 1000;
    expect(afterTheFirst.length).toBeLessThanOrEqual(10 * seconds);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE);
    expect(Math.max(...pauses)).toBeGreaterThan(4 * MINUTE);
  });

  it('is back with the first answer to a probe', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    lab.time += PROBES.probeMinMs;

    expect(await lab.deliver('dead', TAKEN, LATER)).toEqual(TAKEN);

    expect(lab.dead.has('dead')).toBe(false);
    expect(await lab.deliver('dead', TAKEN)).toEqual(TAKEN);
  });

  it('does not close its host to another channel', async () => {
    const lab = new GateLab();
    await lab.dies('dead');
    expect(await lab.deliver('neighbour', TAKEN, FIRST, 'dead.example')).toEqual(TAKEN);
  });

  it('is not one that answers by errors, nor one that hangs on a single message', async () => {
    const lab = new GateLab();
    for (let notice = 0; notice < 50; notice += 1) await lab.deliver('broken', SERVER_ERROR);
    const url = 'https://one.example/';
    const again = { channel: 'one', url, message: 'refund', turn: LATER };
    for (let attempt = 0; attempt < 50; attempt += 1) await lab.gate.through(again, async () => SILENCE);

    expect(lab.dead).toEqual(new Set());
  });

  it('is forgotten when the channel moves to another host, with what was still on its way to the old one', async () => {
    const lab = new GateLab();
    const stale = await lab.hang('moved', FIRST, 'old.example');
    for (let message = 0; message < 5; message += 1)
      await lab.deliver('moved', SILENCE, NEVER_HELD, 'old.example');
    expect(lab.dead.has('moved')).toBe(true);

    expect(await lab.deliver('moved', TAKEN, FIRST, 'new.example')).toEqual(TAKEN);
    await stale?.(SILENCE);

    expect(lab.dead.has('moved')).toBe(false);
    expect(await lab.deliver('moved', TAKEN, FIRST, 'new.example')).toEqual(TAKEN);
  });
});

describe('a test notice', () => {
  it('that finds no place keeps none free for later: it does not come back', async () => {
    const lab = new GateLab();
    const ends = await Promise.all(Array.from({ length: BOUNDS.ofChannel }, () => lab.hang('busy')));
    for (let tries = 0; tries < 100; tries += 1)
      expect(await lab.deliver('busy', TAKEN, { ...FIRST, asked: true })).toMatchObject({ by: 'channel' });
    for (const end of ends) await end?.(TAKEN);
    expect(await lab.deliver('busy', TAKEN)).toEqual(TAKEN);
  });
});
