import { Blocks } from '../../client/blocks';
import { Cases } from '../../client/cases';
import { Control } from '../../client/control';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { BLOCKS_MEMO, BLOCKS_WORKFLOW, BLOCKS_WORKFLOW_ID, NOTHING_BLOCKED } from '../../domain/blocks';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { CONTROL_MEMO, CONTROL_WORKFLOW, CONTROL_WORKFLOW_ID, NOTHING_PAUSED } from '../../domain/control';
import { caseId, purchaseWorkflowId } from '../../domain/identifiers';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { Operations } from '../../operators/operations';
import { anOrder, POLICY } from '../support/orders';
import { SomebodysWorker, SOMEBODYS_QUEUE } from '../support/somebodys-worker';

const WHO = { by: 'lan', why: 'fraud was seen' };

let somebody: SomebodysWorker;
beforeAll(async () => {
  somebody = await SomebodysWorker.start(require.resolve('./accepting-workflows'));
});
afterAll(() => somebody.stop());

const order = anOrder();
const settings = { taskQueue: SOMEBODYS_QUEUE, policy: POLICY };

describe('an act that somebody accepts in the place of our workflow, and does not do', () => {
  beforeAll(async () => {
    await somebody.takePlace(CONTROL_WORKFLOW, CONTROL_WORKFLOW_ID, {
      memo: { [CONTROL_MEMO]: NOTHING_PAUSED },
      args: [NOTHING_PAUSED],
    });
    await somebody.takePlace(BLOCKS_WORKFLOW, BLOCKS_WORKFLOW_ID, {
      memo: { [BLOCKS_MEMO]: NOTHING_BLOCKED },
      args: [NOTHING_BLOCKED],
    });
    await somebody.takePlace(PURCHASE_WORKFLOW, purchaseWorkflowId(order.channel, order.externalId), {
      memo: { order },
    });
    await somebody.takePlace(CASE_WORKFLOW, caseId(order.purchaseId, { kind: 'make_good' }));
  });

  const acts: [string, () => Promise<unknown>][] = [
    [
      'a pause',
      () => new Control(somebody.server.client, SOMEBODYS_QUEUE).pause({ scope: { kind: 'all' }, ...WHO }),
    ],
    [
      'a block',
      () => new Blocks(somebody.server.client, SOMEBODYS_QUEUE).block({ msisdn: order.msisdn, ...WHO }),
    ],
    [
      'a decision about a purchase',
      () => new Operations(somebody.server.client).do('charge-done', order.channel, order.externalId, WHO),
    ],
    [
      'an operator’s cancellation',
      () => new Operations(somebody.server.client).do('cancel', order.channel, order.externalId, WHO),
    ],
    [
      'a channel’s cancellation',
      () =>
        new TemporalPurchases(somebody.server.client, settings).cancel(
          order.channel,
          order.externalId,
          'why',
        ),
    ],
    [
      'a decision about a case',
      () =>
        new Cases(somebody.server.client, settings).decide(caseId(order.purchaseId, { kind: 'make_good' }), {
          decision: 'refund',
          ...WHO,
        }),
    ],
  ];
  it.each(acts)('is not said to be done: %s', async (_, act) => {
    expect(await act().catch((fault: unknown) => fault)).toBeInstanceOf(StoredDataUnreadable);
  });
});
