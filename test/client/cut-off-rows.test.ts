import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { OutsideEnds } from '../../client/outside-ends';
import { rowOutcome } from '../../client/row-outcome';
import type { BatchRow } from '../../domain/batch/batch';
import { batchId } from '../../domain/identifiers';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);
let server: TestWorkflowEnvironment;
/** A deletion waits until its shard has noted how far it is, which by default it does twice a minute. */
const DELETES_SOON = ['transfer', 'visibility', 'timer'].map(
  (queue) => `history.${queue}ProcessorUpdateAckInterval="500ms"`,
);
beforeAll(async () => (server = await localServer({ dynamicConfig: DELETES_SOON })));
afterAll(() => server.teardown());

const STAFF = batchId('staff');
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const OPEN = ['open', null, 90_000, 5_400];

/** A row whose purchase was ended from outside while its charge had no answer. */
class CutOffRow {
  readonly lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_REPLY), {
    lateEffectWatch: 1,
    order: { ...anOrder(), batchId: STAFF },
  });

  /** What its batch is told of it. */
  outcome(hasBegun = true) {
    const { lab } = this;
    const { channel, externalId: id, msisdn, package: of } = lab.order;
    const row: BatchRow = [id, msisdn, of.code];
    const sources = { purchases: lab.purchases, ends: new OutsideEnds(lab.client, lab.cases) };
    return rowOutcome(sources, { channel, batchId: STAFF }, row, hasBegun);
  }

  run(story: (id: Awaited<ReturnType<SweepLab['sweptCase']>>) => Promise<void>) {
    return this.lab.run(async () => {
      await this.lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await this.lab.terminate();
      this.lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      await story(await this.lab.sweptCase());
    });
  }

  /** As after Temporal's retention. */
  async forget(): Promise<void> {
    const { client } = this.lab;
    const { workflowId } = this.lab.handle();
    const { namespace } = client.options;
    await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    const { channel, externalId: id } = this.lab.order;
    await eventually('the purchase to be forgotten', async () =>
      (await this.lab.purchases.find(channel, id, 0)) ? undefined : true,
    );
  }
}

describe('a row whose purchase was ended from outside', () => {
  it('is open until its case is over, and given up without a refund where that ordered none', async () => {
    const row = new CutOffRow();
    await row.run(async (id) => {
      expect(await row.outcome()).toEqual(OPEN);
      await row.lab.closeCase(id);
      await row.lab.untilCase(id, ({ state }) => state === 'rejected');
      expect(await row.outcome()).toEqual(['given_up', 'given_up_by_operator', 0, 0]);
    });
  });

  it('is as its channel is told once its case has it refund, also when the purchase is forgotten', async () => {
    const row = new CutOffRow();
    await row.run(async (id) => {
      row.lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      row.lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'charge');
      expect(await row.lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await row.lab.client.workflow.getHandle(id).result();
      const refunded = ['given_up', 'given_up_by_operator', 90_000, 0];
      expect(await row.outcome()).toEqual(refunded);
      await row.forget();
      expect(await row.outcome()).toEqual(refunded);
    });
  });

  it('is given up without a refund when it is forgotten, and only where it had begun', async () => {
    const row = new CutOffRow();
    await row.run(async () => {
      await row.forget();
      expect(await row.outcome()).toEqual(['given_up', 'given_up_by_operator', 0, 0]);
      expect(await row.outcome(false)).toBeUndefined();
    });
  });
});
