import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { CommandResult } from '../../domain/command-result';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import type { ArchivedPurchase } from '../../archive/archived-purchase';
import { TemporalChannelStatements } from '../../client/channel-statements';
import { TemporalChannelEarnings } from '../../client/channel-earnings';
import { ClosedPurchases } from '../../client/closed-purchases';
import { itemsOf } from '../../operators/batch';
import { SAVED_SEARCHES, searchFor } from '../../operators/saved-searches';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalPurchaseSearch } from '../../client/purchase-search';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { channelName, purchaseWorkflowId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const ALL = { limit: 100 };
const PACE = { atOnce: 1, perSecond: 100 };

async function inAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The day's purchases as an export reads them. */
async function exported({ acceptedAt }: PurchaseOrder): Promise<ArchivedPurchase[]> {
  const listed = await inAll(
    new TemporalPurchaseSource(server.client).purchasesOf(localDay(new Date(acceptedAt))),
  );
  const read = await Promise.all(listed.map((one) => one.read()));
  return read.filter((purchase) => purchase !== undefined);
}

describe('a purchase that was terminated, reset and then sold', () => {
  const order = anOrder({ channel: 'reset-shop' });
  const { channel, purchaseId } = order;
  const search = () =>
    new TemporalPurchaseSearch(server.client, new ListCursors(cursorKeysOf(undefined)), () => []);

  beforeAll(async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('check', NO_REPLY), { order });
    await lab.run(async () => {
      await lab.sellUntil('the check', ({ state }) => state === 'checking');
      await lab.terminate();
      await lab.reset();
      await lab.handle(order).result();
    });
    const query = `Channel = '${channel}' AND ExecutionStatus = 'Completed'`;
    await eventually('both runs in the index', async () =>
      (await server.client.workflow.count(query)).count > 0 ? true : undefined,
    );
  });

  it('is listed to its channel once, as it ended, and needs nobody', async () => {
    const listed = await search().list(channel, {}, ALL);
    expect(listed).toMatchObject({ purchases: [{ state: 'succeeded', needsAttention: false }] });
    expect(await search().list(channel, { needsAttention: true }, ALL)).toMatchObject({ purchases: [] });
    expect(await search().list(channel, { state: 'checking' }, ALL)).toMatchObject({ purchases: [] });
    expect(await search().findById(channel, purchaseId)).toMatchObject({ state: 'succeeded' });
  });

  it('is touched by a batch once', async () => {
    const { items } = await itemsOf(server.client, 'retry', searchFor([], { channel }), 10, PACE);
    expect(items).toMatchObject([{ purchaseId, state: 'succeeded' }]);
  });

  it('is earned once', async () => {
    const { faceValue, discount } = order;
    const prices = [{ faceValue, discount: discount.amount }];
    const earnings = new TemporalChannelEarnings(server.client);
    expect(await earnings.earned(channel, localDay(new Date(order.acceptedAt)), prices)).toMatchObject({
      sales: 1,
    });
  });

  it('is in its channel’s statement once, as sold', async () => {
    const statements = new TemporalChannelStatements(server.client);
    const pages = await inAll(statements.purchasesOf(channel, localDay(new Date(order.acceptedAt))));
    expect(pages).toMatchObject([{ purchases: [{ purchaseId, kind: 'sold', refund: null }], unreadable: 0 }]);
  });

  it('is reconciled and exported once, by its latest run', async () => {
    const day = localDay(new Date(order.acceptedAt));
    const ours = (await inAll(new VisibilitySide(server.client).purchasesOf(day))).filter(
      (one) => one.channel === channel,
    );
    expect(ours).toMatchObject([{ purchaseId, state: 'succeeded', needsAttention: false }]);
    const archived = (await exported(order)).filter((one) => one.purchaseId === purchaseId);
    expect(archived).toMatchObject([{ state: 'succeeded', run: { status: 'COMPLETED' } }]);
  });

  it('is not counted as cut off', async () => {
    expect(await new ClosedPurchases(server.client).unsettled()).toBe(0);
  });
});

describe('a purchase that continued as new', () => {
  const order = anOrder({ channel: channelName('long-shop') });
  const { channel, externalId, purchaseId } = order;
  const taskQueue = 'continuing';
  const policy = { ...POLICY, ownActivityIds: false }; // this worker's activities have numbers
  const purchases = () => new TemporalPurchases(server.client, { taskQueue, policy });
  const done = (): Promise<CommandResult> =>
    Promise.resolve({ kind: 'done', settledBy: 'reply', attempts: 1 });

  beforeAll(async () => {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowsPath: require.resolve('./continuing-workflows'),
      activities: { registerPackage: done, chargeSubscriber: done },
    });
    await worker.runUntil(async () => {
      await purchases().submit(order, 0);
      const handle = server.client.workflow.getHandle(purchaseWorkflowId(channel, externalId));
      await eventually('the charge of the second run', async () => {
        const { events } = await handle.fetchHistory();
        const started = events?.[0]?.workflowExecutionStartedEventAttributes;
        const charged = events?.some((event) => event.activityTaskCompletedEventAttributes);
        return started?.continuedExecutionRunId && charged ? true : undefined;
      });
    });
    const query = `Channel = '${channel}' AND PurchaseState = 'charging'`;
    await eventually('the second run in the index', async () =>
      (await server.client.workflow.count(query)).count === 1 ? true : undefined,
    );
  });

  it('is listed once, by its latest run, and found once by what operators look for', async () => {
    const search = new TemporalPurchaseSearch(
      server.client,
      new ListCursors(cursorKeysOf(undefined)),
      () => [],
    );
    expect(await search.list(channel, {}, ALL)).toMatchObject({ purchases: [{ state: 'charging' }] });
    const { count } = await server.client.workflow.count(
      `${SAVED_SEARCHES['needs-attention'].query} AND Channel = '${channel}'`,
    );
    expect(count).toBe(1);
  });

  it('is told with the steps of all its runs when no worker answers', async () => {
    const purchase = await purchases().find(channel, externalId, 0);
    expect(purchase).toMatchObject({
      state: 'charging',
      steps: [
        { step: 'register', status: 'done' },
        { step: 'charge', status: 'done' },
      ],
    });
  });

  it('is reconciled and exported once, with the steps of all its runs', async () => {
    const day = localDay(new Date(order.acceptedAt));
    const ours = await inAll(new VisibilitySide(server.client).purchasesOf(day));
    expect(ours.filter((one) => one.purchaseId === purchaseId)).toMatchObject([{ state: 'charging' }]);
    const archived = (await exported(order)).filter((one) => one.purchaseId === purchaseId);
    expect(archived).toMatchObject([{ steps: [{ step: 'register' }, { step: 'charge' }] }]);
  });
});
