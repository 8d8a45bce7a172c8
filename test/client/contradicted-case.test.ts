import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NO_SETTLEMENT_FILE } from '../../domain/case/case';
import { DECIDE_CASE_UPDATE, type CaseDecisionResult, type CaseRequest } from '../../domain/case/protocol';
import { caseId, transactionId, type CaseId } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';
import type { purchaseCase } from '../../workflows/case/case';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A sale that is over, and the case that its workflow opens when MobiFone denies the charge that a person had stated. */
async function contradicted(
  paymentForm: 'postpaid' | 'prepaid',
  story: (lab: SweepLab, id: CaseId) => Promise<void>,
): Promise<void> {
  const lab = new SweepLab(server, new ScriptedGateway(), { order: anOrder({ paymentForm }) });
  await lab.run(async () => {
    await lab.sellToTheEnd();
    const { order: purchase } = lab;
    const reference = transactionId(purchase.purchaseId, 'registration');
    const subject = { kind: 'reversal', reference } as const;
    const id = caseId(purchase.purchaseId, subject);
    const evidence = {
      day: '2026-11-23',
      breakKind: 'missing_there',
      atStake: vnd(90_000),
      references: [reference],
      detail: 'MobiFone answers that it is never_received',
      settlementFile: NO_SETTLEMENT_FILE,
    } as const;
    const openedAt = new Date().toISOString();
    const told = { by: 'datacode', why: 'MobiFone contradicts an operator’s decision' };
    await lab.cases.start({ id, subject, purchase, outcome: 'succeeded', evidence, openedAt, ...told });
    await story(lab, id);
  });
}

describe('a case about a charge that MobiFone denied after a person had stated it', () => {
  it('is closed as nothing only when MobiFone, asked at that moment, says that it charged', async () => {
    await contradicted('postpaid', async ({ gateway, cases }, id) => {
      const reject = () =>
        cases.decide(id, { decision: 'reject', by: 'lan', why: 'it was charged after all' });
      gateway.answerInquiries({ kind: 'never_received' }, 'charge');
      expect(await reject()).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration still stands, and that it was not charged',
      });
      gateway.answerInquiries({ kind: 'unknown', detail: 'no reply' }, 'charge');
      expect(await reject()).toEqual({
        kind: 'not_applied',
        because: 'MobiFone does not answer about the charge; ask again later',
      });
      gateway.answerInquiries({ kind: 'rolled_back' });
      gateway.answerInquiries({ kind: 'rolled_back' }, 'charge');
      gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await reject()).toMatchObject({ because: 'MobiFone answers that the charge is rolled_back' });
      expect(await cases.find(id)).toMatchObject({ state: 'open' });
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect(await reject()).toEqual({ kind: 'applied' });
    });
  });

  it('is closed as nothing by nobody either who types that into the Web UI', async () => {
    await contradicted('postpaid', async ({ client, gateway, cases }, id) => {
      const handle = client.workflow.getHandle<typeof purchaseCase>(id);
      const reject = () =>
        handle.executeUpdate<CaseDecisionResult, [CaseRequest]>(DECIDE_CASE_UPDATE, {
          args: [{ decision: 'reject', by: 'lan', why: 'nothing was wrong' }],
        });
      gateway.answerInquiries({ kind: 'never_received' }, 'charge');
      expect(await reject()).toEqual({
        applied: false,
        because: 'MobiFone answers that the registration still stands, and that it was not charged',
      });
      expect(await cases.find(id)).toMatchObject({ state: 'open' });
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect(await reject()).toMatchObject({ applied: true });
      await handle.result();
      await recordHistory('case-rejection-objected', handle);
    });
  });

  it('is asked about by its registration where that alone is paid', async () => {
    await contradicted('prepaid', async ({ gateway, cases }, id) => {
      const reject = () => cases.decide(id, { decision: 'reject', by: 'lan', why: 'it is there' });
      gateway.answerInquiries({ kind: 'never_received' }, 'registration');
      expect(await reject()).toMatchObject({
        because: 'MobiFone answers that the registration is never_received',
      });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect(await reject()).toEqual({ kind: 'applied' });
    });
  });

  it('may be closed as put right otherwise without asking', async () => {
    await contradicted('postpaid', async ({ gateway, cases }, id) => {
      gateway.answerInquiries({ kind: 'never_received' }, 'charge');
      const how = 'MobiFone took the registration back, MF-77';
      expect(await cases.decide(id, { decision: 'close', by: 'lan', why: 'agreed', how })).toEqual({
        kind: 'applied',
      });
    });
  });
});
