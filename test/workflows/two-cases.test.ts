import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { caseRefundNoticeId, type CaseId } from '../../domain/identifiers';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const LAN = { by: 'lan', why: 'ticket 4711' };
/** What was on its way when a run ended has arrived or never will. */
const NOTHING_ON_ITS_WAY: Partial<PurchasePolicy> = { lateEffectWatch: 1 };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A sale whose workflow was terminated while its messages were pending, and that MobiFone has lost since. */
async function lostSale(story: (lab: SweepLab) => Promise<void>): Promise<SweepLab> {
  const gateway = new ScriptedGateway().script('sms', NO_REPLY, NO_REPLY, NO_REPLY, NO_REPLY);
  const lab = new SweepLab(server, gateway, {
    ...NOTHING_ON_ITS_WAY,
    order: anOrder({ paymentForm: 'prepaid' }),
  });
  gateway.answerInquiries(NO_REPLY, 'sms-transaction').answerInquiries(NO_REPLY, 'sms-success');
  await lab.run(async () => {
    await lab.sellUntil('success', ({ outcome }) => outcome === 'succeeded');
    await lab.terminate();
    gateway.forget().received.length = 0; // what follows is the doing of the cases
    await story(lab);
  });
  return lab;
}

const decide = ({ cases }: SweepLab, id: CaseId, decision: 'refund' | 're_register') =>
  cases.decide(id, { decision, ...LAN });

const closed = ({ cases }: SweepLab, id: CaseId) =>
  cases.decide(id, { decision: 'close', how: 'by MobiFone', ...LAN });

const refusedFor = (text: string) => ({
  kind: 'not_applied',
  because: expect.stringContaining(text) as string,
});

describe('a sale that was cut off, and that reconciliation finds missing at MobiFone', () => {
  it('gets no case that makes it good while the case about its cut-off run is open or has it refunded', async () => {
    const lab = await lostSale(async (lab) => {
      const about = await lab.sweptCase();
      await expect(lab.openMakeGood(LAN)).rejects.toThrow(`${about} is open: decide there`);
      expect(await decide(lab, about, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(about).result();
      await expect(lab.openMakeGood(LAN)).rejects.toThrow(`${about} is refunded: decide there`);
    });
    expect(lab.notices).toMatchObject([{ id: caseRefundNoticeId(lab.order.purchaseId) }]);
  });

  it('is not refunded by the case about its run, where the case that makes it good registered it again', async () => {
    const lab = await lostSale(async (lab) => {
      const makesGood = await lab.openMakeGood(LAN); // before the sweep came
      const about = await lab.sweptCase();
      const elsewhere = `${makesGood} is open, or has refunded the purchase or registered it again`;
      expect(await decide(lab, about, 'refund')).toEqual(refusedFor(elsewhere));
      expect(await decide(lab, makesGood, 're_register')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(makesGood).result();
      expect(await decide(lab, about, 'refund')).toEqual(refusedFor(elsewhere));
      expect(await closed(lab, about)).toEqual({ kind: 'applied' });
    });
    expect(lab.notices).toEqual([]);
  });

  it('is not refunded while a second registration stands at MobiFone, whatever its other case says', async () => {
    const lab = await lostSale(async (lab) => {
      const makesGood = await lab.openMakeGood(LAN);
      expect(await closed(lab, makesGood)).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(makesGood).result();
      const about = await lab.sweptCase();
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      expect(await decide(lab, about, 'refund')).toEqual(
        refusedFor('MobiFone answers that the second registration stands'),
      );
      lab.gateway.answerInquiries(NO_REPLY, 'registration-2');
      expect(await decide(lab, about, 'refund')).toEqual(
        refusedFor('MobiFone does not answer about the second registration'),
      );
      expect(await closed(lab, about)).toEqual({ kind: 'applied' });
      const workflow = server.client.workflow.getHandle(about);
      await workflow.result();
      await recordHistory('case-of-cut-off-asks-about-the-second-registration', workflow);
    });
    expect(lab.notices).toEqual([]);
  });
});

describe('a purchase that was cut off, reset, and cut off again', () => {
  it('is refunded by the case about its newest run alone, which counts what is on its way from that end', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY, NO_REPLY);
    const lab = new SweepLab(server, gateway, NOTHING_ON_ITS_WAY);
    await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
      const first = await lab.sweptCase();
      await lab.reset();
      await lab.terminate('another wrong click');
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await decide(lab, first, 'refund')).toEqual(
        refusedFor('a newer run of the purchase was cut off as well'),
      );
      expect(lab.notices).toEqual([]);
      const second = await lab.sweptCase();
      expect(second).not.toBe(first);
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'charge');
      expect(await decide(lab, second, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(second).result();
      expect(await lab.decide(first, 'reject')).toEqual({ kind: 'applied' });
    });
    expect(lab.notices).toHaveLength(1);
  });
});
