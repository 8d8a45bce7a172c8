import { transactionId } from '../../domain/identifiers';
import { Circuit } from '../../mobifone/circuit';
import type { Gateway } from '../../mobifone/client';
import { observeGateway, type GatewayObservation } from '../../mobifone/observed-gateway';
import { OUTAGE_THRESHOLD } from '../../mobifone/outage-signs';
import { protectGateway } from '../../mobifone/protected-gateway';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';

const ORIGIN = { requestId: 'checkout-7' };

function anInquiry(order = anOrder()) {
  return { transactionId: transactionId(order.purchaseId, 'charge'), msisdn: order.msisdn };
}

function aCharge(order = anOrder()) {
  return {
    transactionId: transactionId(order.purchaseId, 'charge'),
    registrationId: transactionId(order.purchaseId, 'registration'),
    msisdn: order.msisdn,
    packageCode: order.package.code,
    amount: order.faceValue,
  };
}

describe('a gateway that is observed', () => {
  const seen: GatewayObservation[] = [];
  const mobifone = new ScriptedGateway();
  const gateway = observeGateway(mobifone, (observation) => seen.push(observation));

  it('answers as ever, and each call is told of with what its answer means and where it came from', async () => {
    mobifone.script('charge', { kind: 'unknown', detail: 'no reply within 10 s' });
    mobifone.script('inquiry', { kind: 'processing' });
    const charge = aCharge();
    const { requestId } = ORIGIN;
    expect(await gateway.call('charge', charge, { requestId })).toEqual({
      kind: 'unknown',
      detail: 'no reply within 10 s',
    });
    expect(await gateway.call('inquiry', anInquiry())).toEqual({ kind: 'processing' });
    expect(seen).toMatchObject([
      {
        call: 'charge',
        verdict: 'unknown',
        detail: 'no reply within 10 s',
        transactionId: charge.transactionId,
        options: { requestId },
      },
      { call: 'inquiry', verdict: 'processing', options: {} },
    ]);
    for (const { seconds } of seen) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it('tells of a call that nobody waited for as abandoned', async () => {
    const { arrived } = mobifone.hold('charge');
    const giveUp = new AbortController();
    const call = gateway.call('charge', aCharge(), { signal: giveUp.signal });
    await arrived;
    giveUp.abort(new Error('given up'));
    await expect(call).rejects.toThrow('given up');
    expect(seen.at(-1)).toMatchObject({ call: 'charge', verdict: 'abandoned', wasSent: true });
  });

  it('tells whether such a call had been sent: only then may it have taken effect', async () => {
    const giveUp = new AbortController();
    let isAllowed = false;
    const beforeSend = () => (isAllowed ? undefined : Promise.resolve());
    const sending: Gateway = {
      async call(_call, _command, options) {
        await options?.beforeSend?.();
        void options?.beforeSend?.();
        throw options?.signal?.reason;
      },
      close: () => undefined,
    };
    giveUp.abort(new Error('given up'));
    const watched = observeGateway(sending, (observation) => seen.push(observation));
    const call = () => watched.call('charge', aCharge(), { signal: giveUp.signal, beforeSend });
    await expect(call()).rejects.toThrow('given up');
    expect(seen.at(-1)).toMatchObject({ verdict: 'abandoned', wasSent: false });
    isAllowed = true;
    await expect(call()).rejects.toThrow('given up');
    expect(seen.at(-1)).toMatchObject({ verdict: 'abandoned', wasSent: true });
  });
});

describe('a circuit that is watched', () => {
  it('tells when it opens and when it closes, once each, and of every call that it holds back', async () => {
    const turns: boolean[] = [];
    const held: string[] = [];
    let time = 0;
    const mobifone = new ScriptedGateway();
    const circuit = new Circuit(
      { probeMinMs: 1_000, probeMaxMs: 1_000, retryMinMs: 1, retryMaxMs: 2 },
      OUTAGE_THRESHOLD,
      { now: () => time, random: () => 0 },
    );
    circuit.onTurn = (open) => turns.push(open);
    const gateway = protectGateway(mobifone, circuit, (call) => held.push(call));
    const silence = { kind: 'unknown', detail: 'no reply', outage: true } as const;
    mobifone.script('charge', silence, silence, silence, silence, silence, silence);
    for (let call = 0; call < 5; call += 1)
      await gateway.call('charge', aCharge(anOrder({ msisdn: `8490123456${call}` })));
    expect(turns).toEqual([true]);
    await gateway.call('charge', aCharge());
    await gateway.call('inquiry', anInquiry());
    expect(held).toEqual(['charge', 'inquiry']);
    time = 1_000;
    await gateway.call('charge', aCharge()); // a probe that fails
    time = 2_000;
    await gateway.call('charge', aCharge()); // and one that is answered
    expect(turns).toEqual([true, false]);
  });
});
