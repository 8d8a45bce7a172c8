import type { Client } from '@temporalio/client';
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

const order = anOrder();
const settings = { taskQueue: SOMEBODYS_QUEUE, policy: POLICY };
const caseOfOrder = caseId(order.purchaseId, { kind: 'make_good' });

describe('an act that somebody accepts in the place of our workflow, and does not do', () => {
  let somebody: SomebodysWorker;
  beforeAll(async () => {
    somebody = await SomebodysWorker.start(require.resolve('./accepting-workflows'));
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
    await somebody.takePlace(CASE_WORKFLOW, caseOfOrder);
  });
  afterAll(() => somebody.stop());

  const acts: [string, () => Promise<unknown>][] = [
    [
      'a pause',
      () => new Control(somebody.server.client, SOMEBODYS_QUEUE).pause({ scope: { kind: 'all' }, ...WHO }),
    ],
    [
      'a block',
      () => new Blocks(somebody.server.client, SOMEBODYS_QUEUE).block({ msisdn: order.msisdn, ...WHO }),
    ],
    ...actsOn(() => somebody.server.client),
  ];
  it.each(acts)('is not said to be done: %s', async (_, act) => {
    expect(await act().catch((fault: unknown) => fault)).toBeInstanceOf(StoredDataUnreadable);
  });
});

describe('an act that somebody answers with what an earlier one was answered with', () => {
  let somebody: SomebodysWorker;
  beforeAll(async () => {
    somebody = await SomebodysWorker.start(require.resolve('./copying-workflows'));
    const args = [order, POLICY];
    await somebody.takePlace(PURCHASE_WORKFLOW, purchaseWorkflowId(order.channel, order.externalId), {
      memo: { order },
      args,
    });
    await somebody.takePlace(CASE_WORKFLOW, caseOfOrder, { args });
  });
  afterAll(() => somebody.stop());

  it.each(actsOn(() => somebody.server.client))('is not said to be done either: %s', async (_, act) => {
    expect(await act().catch((fault: unknown) => fault)).toBeInstanceOf(StoredDataUnreadable);
  });
});

/** @param client of the server, which is there when they are done */
function actsOn(client: () => Client): [string, () => Promise<unknown>][] {
  const { channel, externalId } = order;
  return [
    [
      'a decision about a purchase',
      () => new Operations(client()).do('charge-done', channel, externalId, WHO),
    ],
    ['an operator’s cancellation', () => new Operations(client()).do('cancel', channel, externalId, WHO)],
    [
      'a channel’s cancellation',
      () => new TemporalPurchases(client(), settings).cancel(channel, externalId, 'why'),
    ],
    [
      'a decision about a case',
      () => new Cases(client(), settings).decide(caseOfOrder, { decision: 'refund', ...WHO }),
    ],
  ];
}
