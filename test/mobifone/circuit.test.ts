import { inspect } from 'node:util';
import type { GatewayVerdict } from '../../domain/gateway-verdict';
import { channelName, transactionId } from '../../domain/identifiers';
import { Circuit, type CircuitTimes } from '../../mobifone/circuit';
import { OUTAGE_THRESHOLD } from '../../mobifone/outage-signs';
import { protectGateway } from '../../mobifone/protected-gateway';
import { questionId, questionTransactionId } from '../../domain/catalogue/eligibility';
import { packageCode } from '../../domain/catalogue/packages';
import { msisdn } from '../../domain/msisdn';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';

const SILENCE = { kind: 'unknown', detail: 'no reply within 10 s', outage: true } as const;
const SERVER_ERROR = { kind: 'unknown', detail: 'HTTP 503', outage: true } as const;
const UNREACHABLE = { kind: 'retry_later', detail: 'ECONNREFUSED', outage: true } as const;

const TIMES: CircuitTimes = {
  probeMinMs: 5_000,
  probeMaxMs: 60_000,
  retryMinMs: 20_000,
  retryMaxMs: 80_000,
};

/** A protected gateway whose clock and dice are the test's. */
class CircuitLab {
  time = 0;
  private dice = 0;
  readonly mobifone = new ScriptedGateway();
  readonly circuit = new Circuit(TIMES, OUTAGE_THRESHOLD, {
    now: () => this.time,
    random: () => (this.dice = (this.dice + 0.37) % 1),
  });
  readonly gateway = protectGateway(this.mobifone, this.circuit);

  private numbers = 0;

  /** An order for a number of its own. */
  order(channel = 'demo') {
    this.numbers += 1;
    return anOrder({ msisdn: `84${901_000_000 + this.numbers}`, channel });
  }

  /** One charge; each is for a number of its own unless an order is given. */
  charge(order = this.order(), signal?: AbortSignal): Promise<GatewayVerdict> {
    return this.gateway.call(
      'charge',
      {
        transactionId: transactionId(order.purchaseId, 'charge'),
        registrationId: transactionId(order.purchaseId, 'registration'),
        msisdn: order.msisdn,
        packageCode: order.package.code,
        amount: order.faceValue,
      },
      { channel: order.channel, ...(signal ? { signal } : {}) },
    );
  }

  /** Charges one after the other, each answered so. */
  async answered(verdict: GatewayVerdict, times: number, channel?: string): Promise<void> {
    this.mobifone.script('charge', ...Array.from({ length: times }, () => verdict));
    for (let call = 0; call < times; call += 1) await this.charge(this.order(channel));
  }

  /** What a channel asks about one number: each package is a check under an id of its own. */
  async askAbout(number: string, verdict: GatewayVerdict, channel: string): Promise<void> {
    const codes = Array.from({ length: 10 }, (_, at) => packageCode(`D${at}`));
    this.mobifone.script('check', ...codes.map(() => verdict));
    const question = questionId(`elg_${String((this.numbers += 1)).padStart(32, '0')}`);
    for (const code of codes) {
      const transactionId = questionTransactionId(question, code);
      await this.gateway.call(
        'check',
        { transactionId, msisdn: msisdn(number), packageCode: code, paymentForm: 'postpaid' },
        { channel: channelName(channel) },
      );
    }
  }

  isHeld(channel: string): boolean {
    return this.circuit.holdsBack(channelName(channel));
  }

  /** How many calls got through to MobiFone since the last look. */
  reached(): number {
    return this.mobifone.received.splice(0).length;
  }

  async brokenOpen(): Promise<this> {
    await this.answered(SILENCE, 5);
    expect(this.circuit.holdsBack('demo')).toBe(true);
    this.reached();
    return this;
  }
}

describe('MobiFone is out', () => {
  it.each([
    { what: 'is silent', verdict: SILENCE },
    { what: 'answers by server errors', verdict: SERVER_ERROR },
    { what: 'cannot be reached', verdict: UNREACHABLE },
  ])('when it $what to one purchase after the other: the circuit opens', async ({ verdict }) => {
    const lab = new CircuitLab();
    await lab.answered(verdict, 4);
    expect(lab.circuit.holdsBack('demo')).toBe(false);

    await lab.answered(verdict, 1);

    expect(lab.circuit.holdsBack('demo')).toBe(true);
  });

  it('also when some calls still come through, as long as most do not', async () => {
    const lab = new CircuitLab();
    await lab.answered({ kind: 'done' }, 10);
    await lab.answered(SILENCE, 10);
    expect(lab.circuit.holdsBack('demo')).toBe(false);

    await lab.answered(SILENCE, 1);

    expect(lab.circuit.holdsBack('demo')).toBe(true);
  });
});

describe('the numbers that calls were about', () => {
  it('are not kept: a circuit has no more than marks of them, which no other process makes', async () => {
    const lab = new CircuitLab();
    const order = lab.order();

    await lab.charge(order);

    expect(lab.circuit.health.calls).toBe(1);
    expect(inspect(lab.circuit, { depth: Infinity })).not.toContain(order.msisdn);
  });

  it('count no longer than the window, though no call follows', async () => {
    const lab = new CircuitLab();
    await lab.answered(SILENCE, 3);
    expect(lab.circuit.health).toMatchObject({ calls: 3, failed: 3 });

    lab.time += OUTAGE_THRESHOLD.windowMs;

    expect(lab.circuit.health).toMatchObject({ calls: 0, failed: 0 });
  });
});

describe('MobiFone is there', () => {
  it.each<{ what: string; verdict: GatewayVerdict }>([
    { what: 'a refusal', verdict: { kind: 'refused', refusal: 'insufficient_balance' } },
    { what: 'a 429', verdict: { kind: 'retry_later', detail: 'HTTP 429', retryAfterMs: 1_000 } },
    { what: 'a 429 that names no time', verdict: { kind: 'retry_later', detail: 'HTTP 429' } },
    { what: 'a broken contract', verdict: { kind: 'broken_contract', detail: 'not JSON' } },
    { what: 'an unknown result code', verdict: { kind: 'unknown', detail: 'result code 7777' } },
  ])('when it answers by $what, however often: the circuit stays closed', async ({ verdict }) => {
    const lab = new CircuitLab();

    await lab.answered(verdict, 100);

    expect(lab.circuit.holdsBack('demo')).toBe(false);
    expect(lab.reached()).toBe(100);
  });

  it('when a few replies are lost in a quiet hour: the count is of the last seconds, not of the last calls', async () => {
    const lab = new CircuitLab();
    for (let minute = 0; minute < 60; minute += 1) {
      await lab.answered(SILENCE, 1);
      lab.time += 60_000;
    }
    expect(lab.circuit.holdsBack('demo')).toBe(false);
  });

  it('when it is silent about one purchase only, tried again and again: the others are sold', async () => {
    const lab = new CircuitLab();
    const unlucky = lab.order();
    lab.mobifone.script('charge', ...Array.from({ length: 50 }, () => SILENCE));
    for (let attempt = 0; attempt < 50; attempt += 1) await lab.charge(unlucky);

    expect(lab.circuit.holdsBack('demo')).toBe(false);
    expect(await lab.charge()).toEqual({ kind: 'done' });
  });

  it('when callers give up waiting: a cancelled purchase tells nothing of MobiFone', async () => {
    const lab = new CircuitLab();
    for (let call = 0; call < 20; call += 1) {
      const held = lab.mobifone.hold('charge');
      const caller = new AbortController();
      const charge = lab.charge(lab.order(), caller.signal);
      await held.arrived;
      caller.abort();
      await expect(charge).rejects.toThrow();
    }
    expect(lab.circuit.holdsBack('demo')).toBe(false);
  });
});

describe('MobiFone fails for some numbers of one channel', () => {
  it('such as one that is asked about again and again: nothing is held back', async () => {
    const lab = new CircuitLab();
    for (let question = 0; question < 10; question += 1)
      await lab.askAbout('84900020001', SERVER_ERROR, 'greedy');

    expect(lab.circuit.health.isOut).toBe(false);
    expect(lab.isHeld('greedy')).toBe(false);
    expect(await lab.charge()).toEqual({ kind: 'done' });
  });

  it('such as one that several orders are for: nothing is held back', async () => {
    const lab = new CircuitLab();
    lab.mobifone.script('charge', ...Array.from({ length: 12 }, () => SERVER_ERROR));
    for (let at = 0; at < 12; at += 1)
      await lab.charge(anOrder({ msisdn: '84900020001', channel: 'greedy' }));

    expect(lab.circuit.health.isOut).toBe(false);
  });

  it('however many those are, while another channel is answered: the circuit stays closed', async () => {
    const lab = new CircuitLab();
    await lab.answered({ kind: 'done' }, 1, 'honest');
    await lab.answered(SERVER_ERROR, 300, 'greedy');

    expect(lab.circuit.health.isOut).toBe(false);
  });

  it('while no other channel sells: only that one is held back, and the next answer to another ends it', async () => {
    const lab = new CircuitLab();
    await lab.answered(SERVER_ERROR, 5, 'greedy');
    expect(lab.isHeld('greedy')).toBe(true);
    expect(lab.isHeld('honest')).toBe(false);

    expect(await lab.charge(lab.order('honest'))).toEqual({ kind: 'done' });

    expect(lab.circuit.health.isOut).toBe(false);
    expect(lab.isHeld('greedy')).toBe(false);
    await lab.answered(SERVER_ERROR, 100, 'greedy');
    expect(lab.circuit.health.isOut).toBe(false);
  });

  it('whose failed probes do not make the probe of another wait', async () => {
    const lab = new CircuitLab();
    await lab.answered(SERVER_ERROR, 5, 'greedy');
    for (let probe = 0; probe < 6; probe += 1) {
      lab.time += TIMES.probeMaxMs;
      await lab.answered(SERVER_ERROR, 1, 'greedy');
    }
    await lab.answered(SERVER_ERROR, 1, 'honest');
    expect(lab.isHeld('honest')).toBe(true);

    lab.time += TIMES.probeMinMs;

    expect(lab.isHeld('greedy')).toBe(true);
    expect(lab.isHeld('honest')).toBe(false);
  });
});

describe('MobiFone is out while several channels sell', () => {
  it('and most of them are not answered: it is noticed at the fifth failure', async () => {
    const lab = new CircuitLab();
    await lab.answered(SILENCE, 2, 'one');
    await lab.answered(SILENCE, 2, 'two');
    expect(lab.circuit.health.isOut).toBe(false);

    await lab.answered(SILENCE, 1, 'three');

    expect(lab.circuit.health.isOut).toBe(true);
    for (const channel of ['one', 'two', 'three']) expect(lab.isHeld(channel)).toBe(true);
  });

  it('after answers to one of two: it is noticed once those are out of the window', async () => {
    const lab = new CircuitLab();
    await lab.answered({ kind: 'done' }, 3, 'quiet');
    await lab.answered(SILENCE, 10, 'busy');
    expect(lab.circuit.health.isOut).toBe(false);
    lab.time += OUTAGE_THRESHOLD.windowMs;

    await lab.answered(SILENCE, 5, 'busy');

    expect(lab.isHeld('busy')).toBe(true);
  });

  it('a channel that had not called yet is held back from its first failure on', async () => {
    const lab = new CircuitLab();
    await lab.answered(SILENCE, 5, 'busy');
    expect(lab.isHeld('quiet')).toBe(false);

    await lab.answered(SILENCE, 1, 'quiet');

    expect(lab.isHeld('quiet')).toBe(true);
  });
});

describe('while the circuit is open', () => {
  it('nothing reaches MobiFone, by whichever call', async () => {
    const lab = await new CircuitLab().brokenOpen();
    const { gateway } = lab;
    const order = lab.order();
    const by = { channel: order.channel };
    const { purchaseId, msisdn, package: sold, paymentForm, faceValue: amount } = order;
    const command = { transactionId: transactionId(purchaseId, 'registration'), msisdn };
    const commonOfSale = { ...command, packageCode: sold.code, paymentForm };

    const verdicts = await Promise.all([
      gateway.call('check', commonOfSale, by),
      gateway.call('register', { ...commonOfSale, amount }, by),
      gateway.call(
        'charge',
        { ...command, registrationId: command.transactionId, packageCode: sold.code, amount },
        by,
      ),
      gateway.call('rollback', { ...command, registrationId: command.transactionId }, by),
      gateway.call('sms', { ...command, text: 'text' }, by),
      gateway.call('inquiry', command, by),
    ]);

    expect(verdicts.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'retry_later'));
    expect(lab.mobifone.received).toEqual([]);
  });

  it('each call held back is told another time to come back, all over the range', async () => {
    const lab = await new CircuitLab().brokenOpen();
    const pauses: number[] = [];
    for (let call = 0; call < 100; call += 1) {
      const verdict = await lab.charge();
      if (verdict.kind === 'retry_later') pauses.push(verdict.retryAfterMs ?? 0);
    }
    expect(pauses).toHaveLength(100);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(TIMES.retryMinMs);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(TIMES.retryMaxMs);
    for (const from of [20_000, 35_000, 50_000, 65_000]) {
      const inQuarter = pauses.filter((pause) => pause >= from && pause < from + 15_000);
      expect(inQuarter.length).toBeGreaterThan(10);
    }
    expect(lab.reached()).toBe(0);
  });

  it('what was still on its way when it opened changes nothing any more', async () => {
    const lab = new CircuitLab();
    const early = lab.mobifone.hold('charge');
    const onItsWay = lab.charge();
    await lab.brokenOpen();

    early.release({ kind: 'done' });
    await onItsWay;

    expect(lab.circuit.holdsBack('demo')).toBe(true);
  });
});

describe('when a probe is due', () => {
  it('one call is let through and all others are held; its answer closes the circuit', async () => {
    const lab = await new CircuitLab().brokenOpen();
    lab.time += TIMES.probeMinMs - 1;
    await lab.charge();
    expect(lab.reached()).toBe(0);

    lab.time += 1;
    expect(lab.circuit.holdsBack('demo')).toBe(false); // or nobody would ever find out where new purchases are refused
    const probe = lab.mobifone.hold('charge');
    const probing = lab.charge();
    await probe.arrived;
    expect(await lab.charge()).toMatchObject({ kind: 'retry_later' });
    expect(lab.circuit.holdsBack('demo')).toBe(true);
    expect(lab.reached()).toBe(1);

    probe.release({ kind: 'done' });
    await probing;
    expect(lab.circuit.holdsBack('demo')).toBe(false);
    expect(await lab.charge()).toEqual({ kind: 'done' });
  });

  it.each<GatewayVerdict>([
    { kind: 'refused', refusal: 'insufficient_balance' },
    { kind: 'retry_later', detail: 'HTTP 429', retryAfterMs: 1_000 },
    { kind: 'broken_contract', detail: 'not JSON' },
  ])('an answer of any kind will do: $kind', async (verdict) => {
    const lab = await new CircuitLab().brokenOpen();
    lab.time += TIMES.probeMinMs;

    await lab.answered(verdict, 1);

    expect(lab.circuit.holdsBack('demo')).toBe(false);
  });

  it('silence makes the next probe wait twice as long, up to the longest', async () => {
    const lab = await new CircuitLab().brokenOpen();
    const pauses: number[] = [];
    let since = lab.time;
    while (pauses.length < 6) {
      lab.time += 1_000;
      if (!lab.circuit.holdsBack('demo')) {
        await lab.answered(SILENCE, 1);
        pauses.push(lab.time - since);
        since = lab.time;
      }
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(lab.reached()).toBe(6);
  });

  it('a probe whose caller gave up waiting was not answered: the circuit stays open', async () => {
    const lab = await new CircuitLab().brokenOpen();
    lab.time += TIMES.probeMinMs;
    const held = lab.mobifone.hold('charge');
    const caller = new AbortController();
    const probe = lab.charge(lab.order(), caller.signal);
    await held.arrived;
    caller.abort();
    await expect(probe).rejects.toThrow();

    expect(lab.circuit.holdsBack('demo')).toBe(true);
  });

  it('after it closed, failures from before count no more: it takes as much as before to open it', async () => {
    const lab = new CircuitLab();
    const stale = Array.from({ length: 20 }, () => lab.mobifone.hold('charge'));
    const waiting = stale.map(() => lab.charge());
    await lab.brokenOpen();
    lab.time += TIMES.probeMinMs;
    await lab.answered({ kind: 'done' }, 1);

    for (const call of stale) call.release(SILENCE);
    await Promise.all(waiting);

    expect(lab.circuit.holdsBack('demo')).toBe(false);
  });
});
