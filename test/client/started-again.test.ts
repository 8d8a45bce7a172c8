import { purchaseWithId, readPage } from '../../client/purchase-search';
import { equals, purchasesOf } from '../../client/visibility-query';
import { channelName } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { eventually } from '../support/eventually';
import { anOrder } from '../support/orders';
import { SomebodysWorker } from '../support/somebodys-worker';
import { SweepLab } from '../support/sweep-lab';

const MINUTES_AGO_MS = 5 * 60_000;

let somebody: SomebodysWorker;
beforeAll(async () => {
  somebody = await SomebodysWorker.start(require.resolve('./lying-workflows'));
});
afterAll(() => somebody.stop());

/** Has the purchase's workflow started again by somebody, and waits until it has claimed that it was rolled back. */
async function startAgain(lab: SweepLab): Promise<void> {
  const { client, order } = lab;
  const { workflowId } = lab.handle();
  await somebody.takePlace(PURCHASE_WORKFLOW, workflowId, {
    memo: { order },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: order.channel },
      { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(order.acceptedAt)) },
    ],
  });
  await eventually('the claim to be in the index', async () => {
    const query = `WorkflowId = '${workflowId}' AND PurchaseOutcome = 'rolled_back' AND ExecutionStatus = 'Running'`;
    const { count } = await client.workflow.count(query);
    return count > 0 ? true : undefined;
  });
}

/** A purchase whose order was accepted that long ago. */
function aLab(ageMs: number, order = anOrder()): SweepLab {
  // a run that began so late waits that long before each command, for what an earlier one may still send
  const lab = new SweepLab(somebody.server, undefined, { order });
  lab.acceptedAgoMs = ageMs;
  return lab;
}

describe('a purchase that was sold, and whose workflow somebody starts again to claim that it was not', () => {
  it('is told as it was sold, to its channel, in lists and to reconciliation', async () => {
    const lab = aLab(MINUTES_AGO_MS);
    const { channel, externalId, purchaseId } = lab.order;
    await lab.run(() => lab.sellToTheEnd());
    await startAgain(lab);
    expect(await lab.purchases.find(channel, externalId, 0)).toMatchObject({ outcome: 'succeeded' });
    const query = equals(SEARCH_ATTRIBUTES.purchaseId, purchaseId);
    expect(await purchaseWithId(lab.client, query, purchaseId)).toMatchObject({ outcome: 'succeeded' });
    expect(await new VisibilitySide(lab.client).find(purchaseId)).toMatchObject({ state: 'succeeded' });
  });

  it('is never told to be rolled back, also when it is started again within the time of its acceptance', async () => {
    const lab = aLab(0);
    const { channel, externalId } = lab.order;
    await lab.run(() => lab.sellToTheEnd());
    await startAgain(lab);
    expect(await lab.purchases.find(channel, externalId, 0)).not.toMatchObject({ outcome: 'rolled_back' });
  });
});

describe('purchases that were sold, and whose workflows somebody starts again', () => {
  const channel = channelName('again-shop');
  let labs: SweepLab[];
  beforeAll(async () => {
    labs = [1, 2, 3].map(() => aLab(MINUTES_AGO_MS, anOrder({ channel })));
    for (const lab of labs) {
      await lab.run(() => lab.sellToTheEnd());
      await startAgain(lab);
    }
  });

  it('are listed once each as they were sold, and all of them cost the list one search more', async () => {
    const { client } = somebody.server;
    const searches = jest.spyOn(client.workflowService, 'listWorkflowExecutions');
    const { purchases } = await readPage(client, purchasesOf(channel), 100);
    expect(purchases.map(({ order: { externalId }, state }) => `${externalId} ${state}`).toSorted()).toEqual(
      labs.map(({ order: { externalId } }) => `${externalId} succeeded`).toSorted(),
    );
    expect(searches).toHaveBeenCalledTimes(2);
    searches.mockClear();
    const day = localDay(new Date(labs[0]?.order.acceptedAt ?? ''));
    const internal: unknown[] = [];
    for await (const one of new VisibilitySide(client).purchasesOf(day))
      if (one.channel === channel) internal.push(one.state);
    expect(internal).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(searches).toHaveBeenCalledTimes(2);
    searches.mockRestore();
  });

  it('are listed once each where the list has their runs on several pages', async () => {
    const { client } = somebody.server;
    const listed: string[] = [];
    let token: Uint8Array | undefined;
    do {
      const page = await readPage(client, purchasesOf(channel), 2, token);
      listed.push(...page.purchases.map(({ order: { externalId } }) => externalId));
      token = page.nextToken;
    } while (token.length > 0);
    expect(listed.toSorted()).toEqual(labs.map(({ order: { externalId } }) => externalId).toSorted());
  });

  it('have each run looked at once, however often lists and metrics are read', async () => {
    const { client } = somebody.server;
    const query = purchasesOf(channel);
    await readPage(client, query, 100);
    const looks = jest.spyOn(client.workflowService, 'describeWorkflowExecution');
    expect((await readPage(client, query, 100)).purchases).toHaveLength(3);
    expect(looks).not.toHaveBeenCalled();
    looks.mockRestore();
  });
});

describe('a purchase that is stuck, and whose workflow somebody ends and starts again', () => {
  it('gets its case all the same, and is told as ended from outside', async () => {
    const lab = aLab(MINUTES_AGO_MS);
    const { channel, externalId } = lab.order;
    const held = lab.gateway.hold('charge');
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await held.arrived;
      await lab.terminate();
      held.release({ kind: 'unknown', detail: 'no reply within 10 s' });
    });
    await startAgain(lab);
    expect(await lab.purchases.find(channel, externalId, 0)).toMatchObject({
      outcome: null,
      attention: { reason: 'workflow_closed' },
    });
    await lab.run(async () => expect((await lab.sweep()).opened).toHaveLength(1));
  });
});
