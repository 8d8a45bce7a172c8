import { TemporalEligibilityQuestions } from '../../client/eligibility';
import type { EligibilityAnswer } from '../../domain/catalogue/eligibility';
import type { GatewayVerdict } from '../../domain/gateway-verdict';
import { channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { POLICY } from '../support/orders';
import { purchaseLabs, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

const SILENCE: GatewayVerdict = { kind: 'unknown', detail: 'no reply' };

/** Asks about some packages, with a worker beside. */
async function ask(
  gateway: ScriptedGateway,
  packages: readonly string[],
  policy: PurchasePolicy = POLICY,
): Promise<EligibilityAnswer> {
  const lab = aLab(gateway, policy);
  const questions = new TemporalEligibilityQuestions(lab.client, { taskQueue: TASK_QUEUE, policy });
  return lab.run(() =>
    questions.ask({
      channel: channelName('demo'),
      msisdn: msisdn('84901234567'),
      paymentForm: 'postpaid',
      packages: packages.map(packageCode),
    }),
  );
}

describe('a question whether a subscriber may have packages', () => {
  it('is answered for each of them, by checks and nothing else', async () => {
    const gateway = new ScriptedGateway();
    gateway.script('check', { kind: 'done' }, { kind: 'refused', refusal: 'package_already_active' });
    expect(await ask(gateway, ['D10', 'D90'])).toEqual([
      { package: 'D10', eligibility: { kind: 'eligible' } },
      { package: 'D90', eligibility: { kind: 'refused', refusal: 'package_already_active' } },
    ]);
    expect(gateway.received.map(({ call }) => call)).toEqual(['check', 'check']);
  });

  it('carries an id of its own to MobiFone for each, none of which could be a purchase’s', async () => {
    const gateway = new ScriptedGateway();
    await ask(gateway, ['D10', 'D90']);
    const ids = gateway.received.map(({ command }) => command.transactionId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^elg_[0-9a-f]{32}\.D\d0$/);
  });

  it('is asked again when the first answer was lost', async () => {
    const gateway = new ScriptedGateway();
    gateway.script('check', SILENCE, SILENCE);
    expect(await ask(gateway, ['D90'])).toEqual([{ package: 'D90', eligibility: { kind: 'eligible' } }]);
    expect(gateway.received).toHaveLength(3);
  });

  it('waits as long as MobiFone asks for, if that is short', async () => {
    const gateway = new ScriptedGateway();
    gateway.script('check', { kind: 'retry_later', detail: '429', retryAfterMs: 3_000 });
    expect(await ask(gateway, ['D90'])).toEqual([{ package: 'D90', eligibility: { kind: 'eligible' } }]);
  });

  it.each([
    ['asks for more patience than anybody has', { kind: 'retry_later', detail: '429', retryAfterMs: 60_000 }],
    ['breaks its contract', { kind: 'broken_contract', detail: 'not JSON' }],
  ] as const)('is unknown when MobiFone %s, the other packages none the less', async (_, verdict) => {
    const gateway = new ScriptedGateway();
    gateway.script('check', verdict, { kind: 'done' }, verdict);
    expect(await ask(gateway, ['D10', 'D90'])).toEqual([
      { package: 'D10', eligibility: { kind: 'unknown' } },
      { package: 'D90', eligibility: { kind: 'eligible' } },
    ]);
  });

  it('is unknown when MobiFone is silent for longer than somebody waits', async () => {
    const gateway = new ScriptedGateway();
    gateway.script('check', ...Array.from({ length: 20 }, () => SILENCE));
    expect(await ask(gateway, ['D90'])).toEqual([{ package: 'D90', eligibility: { kind: 'unknown' } }]);
  });

  it('goes to MobiFone’s own queue where its rate is limited', async () => {
    const gateway = new ScriptedGateway();
    const policy = { ...POLICY, gatewayTaskQueue: 'eligibility-mobifone' };
    gateway.script('check', SILENCE);
    expect(await ask(gateway, ['D90'], policy)).toEqual([
      { package: 'D90', eligibility: { kind: 'eligible' } },
    ]);
  });
});

describe('a question that no worker takes up', () => {
  it('is unknown, not an error and not without end', async () => {
    const questions = new TemporalEligibilityQuestions(aLab().client, {
      taskQueue: 'nobody',
      policy: POLICY,
    });
    const answer = await questions.ask({
      channel: channelName('demo'),
      msisdn: msisdn('84901234567'),
      paymentForm: 'prepaid',
      packages: [packageCode('D90')],
    });
    expect(answer).toEqual([{ package: 'D90', eligibility: { kind: 'unknown' } }]);
  });
});
