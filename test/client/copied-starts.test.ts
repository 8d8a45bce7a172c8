import { TypedSearchAttributes } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common/lib/search-attributes';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import { TemporalChannelEarnings } from '../../client/channel-earnings';
import { TemporalChannelStatements, type StatementPage } from '../../client/channel-statements';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { purchaseWithId, TemporalPurchaseSearch } from '../../client/purchase-search';
import { searchableOrder } from '../../client/searchable-order';
import { equals } from '../../client/visibility-query';
import { channelName, type ChannelName } from '../../domain/identifiers';
import { calendarDay, daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { InternalSideUnreadable, VisibilitySide } from '../../reconciliation/visibility-side';
import { copyRun, deleteRun, untilCounted, type EndOfCopy } from '../support/copied-run';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);
const MINUTES_AGO_MS = 5 * 60_000;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A purchase of a channel of its own, sold to the end, whose order was accepted that long ago. */
async function sold(ageMs: number, channel: ChannelName): Promise<SweepLab> {
  const lab = new SweepLab(server, undefined, { order: anOrder({ channel }) });
  lab.acceptedAgoMs = ageMs;
  await lab.run(() => lab.sellToTheEnd());
  await untilCounted(lab, `Channel = '${channel}' AND PurchaseOutcome = 'succeeded'`, 1);
  return lab;
}

const dayOf = ({ order }: SweepLab): LocalDay => localDay(new Date(order.acceptedAt));

/** All that its order makes searchable, as somebody can copy it. */
function claimsOf(lab: SweepLab): Record<string, unknown> {
  const { channel, purchaseId, package: product, faceValue, discount } = lab.order;
  return {
    Channel: channel,
    PurchaseId: purchaseId,
    PurchaseDay: dayOf(lab),
    PackageCode: product.code,
    FaceValue: faceValue,
    DiscountAmount: discount.amount,
  };
}

async function inAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const listed = async ({ order }: SweepLab) =>
  new TemporalPurchaseSearch(server.client, new ListCursors(cursorKeysOf(undefined)), () => []).list(
    order.channel,
    {},
    { limit: 100 },
  );

const byOurId = ({ order: { purchaseId } }: SweepLab) =>
  purchaseWithId(server.client, equals(SEARCH_ATTRIBUTES.purchaseId, purchaseId), purchaseId);

const stated = ({ order }: SweepLab, day: LocalDay): Promise<StatementPage[]> =>
  inAll(new TemporalChannelStatements(server.client).purchasesOf(order.channel, day));

const reconciled = async ({ order }: SweepLab, day: LocalDay) =>
  (await inAll(new VisibilitySide(server.client).purchasesOf(day))).filter(
    ({ channel }) => channel === order.channel,
  );

async function exported({ order }: SweepLab, day: LocalDay) {
  const found = await inAll(new TemporalPurchaseSource(server.client).purchasesOf(day));
  const read = await Promise.all(found.map((one) => one.read()));
  return read.filter((one) => one?.purchaseId === order.purchaseId);
}

const earned = ({ order }: SweepLab, day: LocalDay) =>
  new TemporalChannelEarnings(server.client).earned(order.channel, day, [
    { faceValue: order.faceValue, discount: order.discount.amount },
  ]);

/** It is sold, once, wherever its channel, an accountant or a reconciliation looks. */
async function expectSold(lab: SweepLab): Promise<void> {
  const day = dayOf(lab);
  const { channel, externalId, purchaseId } = lab.order;
  expect(await lab.purchases.find(channel, externalId, 0)).toMatchObject({ outcome: 'succeeded' });
  expect(await byOurId(lab)).toMatchObject({ outcome: 'succeeded' });
  expect(await listed(lab)).toMatchObject({
    purchases: [{ order: { purchaseId }, state: 'succeeded' }],
    unreadable: 0,
  });
  expect(await stated(lab, day)).toMatchObject([{ purchases: [{ kind: 'sold' }], unreadable: 0 }]);
  expect(await reconciled(lab, day)).toMatchObject([{ state: 'succeeded', needsAttention: false }]);
  expect(await exported(lab, day)).toMatchObject([{ unreadable: false, state: 'succeeded', day }]);
}

describe('a purchase that was sold, and whose start somebody copies later, to end the copy with the sale’s own result', () => {
  it('vanishes from nowhere, though no search of ours finds the copy', async () => {
    const lab = await sold(MINUTES_AGO_MS, channelName('copied-result'));
    const claims = { PurchaseState: 'succeeded', PurchaseOutcome: 'succeeded' };
    await copyRun(lab, claims, 'completed_with_its_result');
    await expectSold(lab);
  });

  it('is of one day only, whichever day the copy claims', async () => {
    const lab = await sold(MINUTES_AGO_MS, channelName('copied-day'));
    const day = daysAfter(dayOf(lab), -1);
    const over = { PurchaseState: 'succeeded', PurchaseOutcome: 'succeeded' };
    await copyRun(lab, { ...claimsOf(lab), ...over, PurchaseDay: day }, 'completed_with_its_result');
    await expectSold(lab);
    expect((await stated(lab, day)).flatMap(({ purchases }) => purchases)).toEqual([]);
    expect(await reconciled(lab, day)).toEqual([]);
    expect(await exported(lab, day)).toEqual([]);
    expect(await earned(lab, day)).toMatchObject({ sales: 0 });
    expect(await earned(lab, dayOf(lab))).toMatchObject({ sales: 1 });
  });
});

describe('a purchase that was sold, and whose start somebody copies within two minutes', () => {
  const untrue = { PurchaseState: 'rolled_back', PurchaseOutcome: 'rolled_back', NoticeDelivered: true };
  const copies: [EndOfCopy, string, object][] = [
    ['completed_empty', 'copied-empty', untrue],
    ['terminated', 'copied-ended', { PurchaseState: 'accepted' }],
    ['terminated', 'copied-untrue', untrue],
  ];
  it.each(copies)('stays sold wherever it is looked for: the copy is %s (%s)', async (end, name, untruth) => {
    const lab = await sold(0, channelName(name));
    await copyRun(lab, { ...claimsOf(lab), ...untruth }, end);
    await expectSold(lab);
  });

  it('is listed, stated and reconciled as sold while the copy runs, too', async () => {
    const lab = await sold(0, channelName('copied-running'));
    await copyRun(lab, { ...claimsOf(lab), ...untrue }, 'runs');
    expect(await listed(lab)).toMatchObject({ purchases: [{ state: 'succeeded' }] });
    expect(await stated(lab, dayOf(lab))).toMatchObject([{ purchases: [{ kind: 'sold' }] }]);
    expect(await reconciled(lab, dayOf(lab))).toMatchObject([{ state: 'succeeded' }]);
  });
});

describe('a purchase whose start somebody copies, to delete the copy again', () => {
  it('is found by its first run, though Temporal has no current one any more', async () => {
    const lab = await sold(0, channelName('copied-deleted'));
    await deleteRun(lab, await copyRun(lab, {}, 'terminated'));
    await expectSold(lab);
  });
});

describe('a purchase whose index was made to say what its order does not', () => {
  const { purchaseDay, faceValue, discountAmount } = SEARCH_ATTRIBUTES;
  const claims: [string, (lab: SweepLab) => SearchAttributePair][] = [
    ['another day', (lab) => ({ key: purchaseDay, value: daysAfter(dayOf(lab), -1) })],
    ['another price', ({ order }) => ({ key: faceValue, value: order.faceValue + 1 })],
    ['another discount', ({ order }) => ({ key: discountAmount, value: order.discount.amount + 1 })],
  ];
  it.each(claims)('is counted nowhere, and named as unreadable: %s', async (what, claimed) => {
    const channel = channelName(`claimed-${what.replace(' ', '-')}`);
    const lab = new SweepLab(server, undefined, { order: anOrder({ channel }) });
    const { order } = lab;
    order.acceptedAt = new Date().toISOString();
    const untrue = new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.purchaseOutcome, value: 'succeeded' },
      { key: SEARCH_ATTRIBUTES.purchaseState, value: 'succeeded' },
      ...searchableOrder(order),
    ]).updateCopy([claimed(lab)]);
    await server.client.workflow.start(PURCHASE_WORKFLOW, {
      workflowId: lab.handle().workflowId,
      taskQueue: 'of-nobody',
      memo: { order },
      typedSearchAttributes: untrue,
    });
    await untilCounted(lab, `Channel = '${channel}'`, 1);
    const day = calendarDay(untrue.get(purchaseDay) ?? '') ?? dayOf(lab);
    expect(await stated(lab, day)).toMatchObject([{ purchases: [], unreadable: 1 }]);
    expect(await listed(lab)).toMatchObject({ purchases: [], unreadable: 1 });
    expect(await exported(lab, day)).toMatchObject([{ unreadable: true }]);
    await expect(reconciled(lab, day)).rejects.toThrow(InternalSideUnreadable);
    expect(await earned(lab, day)).toMatchObject({ sales: 0, unreadable: 1 });
  });
});
