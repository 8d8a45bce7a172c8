import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { listCases } from '../../client/cases';
import type { CaseRequest } from '../../domain/case/protocol';
import type { CaseId } from '../../domain/identifiers';
import { readQueue } from '../../operators/queue';
import { StuckSteps } from '../../operators/stuck-steps';
import { untilCounted } from '../support/copied-run';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);
const LAN = { by: 'lan', why: 'ticket 4711' };
const CLOSE: CaseRequest = { decision: 'close', how: 'refunded by bank transfer', ...LAN };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A sale that MobiFone has lost, and a case about it that somebody terminated, before or after a decision. */
async function terminated(
  decision: 'refund' | undefined,
  story: (lab: SweepLab, id: CaseId) => Promise<void>,
): Promise<SweepLab> {
  const lab = new SweepLab(server, new ScriptedGateway());
  await lab.run(async () => {
    await lab.sellToTheEnd();
    lab.gateway.forget().received.length = 0; // what follows is the case's doing
    const id = await lab.openMakeGood(LAN);
    if (decision) await refundsInVain(lab, id);
    const run = lab.client.workflow.getHandle(id);
    await run.terminate('wrong click');
    const { runId } = await run.describe();
    await untilCounted(lab, `RunId = '${runId}' AND ExecutionStatus = 'Terminated'`, 1);
    await story(lab, id);
    if ((await lab.cases.decide(id, CLOSE)).kind === 'applied') await run.result();
  });
  return lab;
}

/** The webhook is down, so the refund notice is on its way when the case is terminated. */
async function refundsInVain(lab: SweepLab, id: CaseId): Promise<void> {
  let deliveries = 0;
  lab.deliver = () => {
    deliveries += 1;
    return Promise.resolve({ kind: 'retry', status: 503, detail: 'the webhook answered 503' });
  };
  expect(await lab.cases.decide(id, { decision: 'refund', ...LAN })).toEqual({ kind: 'applied' });
  await eventually('a delivery', () => deliveries || undefined);
}

async function openOf({ client }: SweepLab, id: CaseId): Promise<boolean[]> {
  const found: boolean[] = [];
  for await (const { card, cutOff } of listCases(client, { open: true }))
    if (card.id === id) found.push(cutOff);
  return found;
}

async function counted({ client }: SweepLab): Promise<number> {
  return (await new BusinessSnapshots(client, []).take()).attentionByReason.case_open;
}

describe.each([undefined, 'refund'] as const)(
  'a case that was ended from outside before a person closed it, decided so far: %s',
  (decision) => {
    it('is open to whoever looks: in the list, in the queue and in the count, until it is opened again and closed', async () => {
      await terminated(decision, async (lab, id) => {
        expect(await openOf(lab, id)).toEqual([true]);
        const { items } = await readQueue(lab.client, new StuckSteps(lab.client));
        expect(items.filter((item) => item.kind === 'case' && item.id === id)).toMatchObject([
          { waitsFor: 'person', cutOff: true },
        ]);
        expect(await counted(lab)).toBe(1);
        expect(await lab.cases.reopen(id, LAN)).toEqual({ kind: 'applied' });
        expect(await lab.cases.decide(id, CLOSE)).toEqual({ kind: 'applied' });
        await eventually('nobody to be needed', async () => ((await counted(lab)) === 0 ? true : undefined));
        expect(await openOf(lab, id)).toEqual([]);
      });
    });
  },
);

describe('a case that was ended from outside', () => {
  it('takes no decision until it is opened again, then with its log, and asks before it registers', async () => {
    const lab = await terminated('refund', async (lab, id) => {
      expect(await lab.cases.decide(id, CLOSE)).toEqual({
        kind: 'refused',
        because: 'the workflow of the case was ended from outside: open the case again',
      });
      expect(await lab.cases.find(id)).toMatchObject({ state: 'refunding', cutOff: true });
      expect(await lab.cases.reopen(id, LAN)).toEqual({ kind: 'applied' });
      const again = await lab.untilCase(id, ({ state }) => state === 'open');
      expect(again.log.map(({ what }) => what)).toContain('refund: ticket 4711');
      const registering: CaseRequest = { decision: 're_register', ...LAN };
      expect(await lab.cases.decide(id, registering)).toEqual({ kind: 'applied' });
      const told = await lab.untilCase(id, ({ state, log }) => state === 'open' && log.length > 4);
      expect(told.log.at(-1)?.what).toBe('nothing was sent: the channel has been told to refund');
      expect(await lab.cases.reopen(id, LAN)).toMatchObject({ kind: 'refused' });
    });
    expect(lab.gateway.calls).not.toContain('register');
  });

  it('is opened again by the next comparison, of the same file too', async () => {
    const lab = await terminated(undefined, async (lab, id) => {
      expect(await lab.openMakeGood(LAN)).toBe(id);
      const registering: CaseRequest = { decision: 're_register', ...LAN };
      expect(await lab.cases.decide(id, registering)).toEqual({ kind: 'applied' });
      await lab.client.workflow.getHandle(id).result();
    });
    expect(lab.gateway.calls.indexOf('inquiry:registration-2')).toBeLessThan(
      lab.gateway.calls.indexOf('register'),
    );
    expect(lab.gateway.calls).toContain('inquiry:registration-2');
  });
});
