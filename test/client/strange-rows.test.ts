import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { listCases } from '../../client/cases';
import { TemporalChannelEarnings } from '../../client/channel-earnings';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalPurchaseSearch } from '../../client/purchase-search';
import { TemporalNotices } from '../../client/temporal-notices';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { channelName, purchaseWorkflowId, refundNoticeId, stateNoticeId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { AddressedNotice } from '../../domain/notice/notice';
import { NOTICE_MEMO, NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { resolvePurchase } from '../../operators/purchase-ref';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);

type Payload = temporal.api.common.v1.IPayload;
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const attribute = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const BROKEN: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') };
/** What anyone who can write to Temporal can put where our memo is. */
const MEMOS: Readonly<Record<string, Payload | undefined>> = {
  none: undefined,
  text: payload('nothing of ours'),
  half: payload({ channel: 'demo' }),
  null: payload(null),
  broken: BROKEN,
};
const DAY = localDay(new Date());

let server: TestWorkflowEnvironment;
let sold: SweepLab;
let refused: SweepLab;

/** Starts a workflow that no worker takes, with a memo and search attributes of anybody's choice. */
async function start(type: string, workflowId: string, memo: [string, Payload | undefined], claims: object) {
  const [field, value] = memo;
  await server.client.workflowService.startWorkflowExecution({
    namespace: server.client.options.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: type },
    taskQueue: { name: 'nobody' },
    ...(value ? { memo: { fields: { [field]: value } } } : {}),
    searchAttributes: {
      indexedFields: Object.fromEntries(
        Object.entries({ Channel: 'demo', ...claims }).map(([name, each]) => [name, attribute(each)]),
      ),
    },
  });
}

beforeAll(async () => {
  server = await localServer();
  sold = new SweepLab(server);
  await sold.run(() => sold.sellToTheEnd());
  const gateway = new ScriptedGateway().script('check', { kind: 'refused', refusal: 'subscriber_not_found' });
  refused = new SweepLab(server, gateway, { order: anOrder() });
  await refused.run(() => refused.sellToTheEnd());
  const long = new Date(Date.now() - 3_600_000).toISOString();
  for (const [name, memo] of Object.entries(MEMOS)) {
    await start(PURCHASE_WORKFLOW, `purchase:demo:strange-${name}`, ['order', memo], {
      PurchaseDay: DAY,
      PurchaseOutcome: 'succeeded',
      FaceValue: 7,
      DiscountAmount: 1,
      PurchaseId: refused.order.purchaseId,
      NoticeDelivered: false,
      RefundDueAt: long,
    });
    await start(NOTICE_WORKFLOW, `strange-notice-${name}`, ['notice', memo], {
      NoticeDelivered: false,
      PurchaseId: refused.order.purchaseId,
    });
    await start(CASE_WORKFLOW, `strange-case-${name}`, ['case', memo], {
      PurchaseId: refused.order.purchaseId,
    });
  }
  const strangers = `TaskQueue = 'nobody'`;
  await eventually('all of them in the index', async () =>
    (await server.client.workflow.count(strangers)).count === Object.keys(MEMOS).length * 3
      ? true
      : undefined,
  );
});
afterAll(() => server.teardown());

describe('another channel’s purchases and notices, of which the index was made to say that they are this one’s', () => {
  const EVIL = channelName('evil');
  const cursors = new ListCursors(cursorKeysOf(undefined));
  const notices = () =>
    new TemporalNotices(sold.client, { taskQueue: TASK_QUEUE, policy: sold.policy, cursors });
  const search = () => new TemporalPurchaseSearch(server.client, cursors, () => ['sub_of-the-number']);
  const told = anOrder();
  const state: AddressedNotice = {
    channel: told.channel,
    notice: {
      id: stateNoticeId(told.purchaseId, 11),
      purchaseId: told.purchaseId,
      externalId: told.externalId,
      occurredAt: '2026-11-24T03:05:00.000Z',
      sequence: 11,
      state: 'succeeded',
      reason: null,
      package: told.package.code,
      faceValue: told.faceValue,
    },
  };

  beforeAll(async () => {
    const { channel, externalId, purchaseId } = told;
    await start(PURCHASE_WORKFLOW, purchaseWorkflowId(channel, externalId), ['order', payload(told)], {
      Channel: EVIL,
      PurchaseDay: DAY,
      PurchaseState: 'succeeded',
      PurchaseOutcome: 'succeeded',
      Subscriber: 'sub_of-the-number',
      FaceValue: told.faceValue,
      DiscountAmount: told.discount.amount,
      PurchaseId: purchaseId,
      NoticeDelivered: false,
      RefundDueAt: new Date(Date.now() - 3_600_000).toISOString(),
    });
    await start(NOTICE_WORKFLOW, noticeWorkflowId(state.notice.id), [NOTICE_MEMO, payload(state)], {
      Channel: EVIL,
      PurchaseId: purchaseId,
      NoticeDelivered: false,
    });
    await eventually('both in the index', async () =>
      (await server.client.workflow.count(`Channel = '${EVIL}'`)).count === 2 ? true : undefined,
    );
  });

  it.each([{}, { msisdn: told.msisdn }])('are in no list of its purchases: %j', async (filters) => {
    expect(await search().list(EVIL, filters, { limit: 100 })).toMatchObject({
      purchases: [],
      unreadable: 0,
    });
    expect(Object.values(await search().totals(EVIL, filters))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are not found by our id', async () => {
    expect(await search().findById(EVIL, told.purchaseId)).toBeUndefined();
  });

  it('earn it nothing', async () => {
    const prices = [{ faceValue: told.faceValue, discount: told.discount.amount }];
    for (const likely of [prices, []])
      expect(await new TemporalChannelEarnings(server.client).earned(EVIL, DAY, likely)).toEqual({
        sales: 0,
        faceValue: 0,
        discount: 0,
        payable: 0,
      });
  });

  it('are in no list of its notices, and it has none of them sent again', async () => {
    for (const delivered of [undefined, false])
      expect(await notices().list(EVIL, { delivered, limit: 100 })).toMatchObject({ notices: [] });
    const none = { kind: 'not_found' };
    expect(await notices().resend(EVIL, state.notice.id)).toEqual(none);
    expect(await notices().resend(EVIL, refundNoticeId(told.purchaseId))).toEqual(none);
  });
});

describe('workflows of our types that nobody of ours started, in a channel’s name', () => {
  const order = () => refused.order;
  const cursors = new ListCursors(cursorKeysOf(undefined));
  const notices = () =>
    new TemporalNotices(sold.client, { taskQueue: TASK_QUEUE, policy: sold.policy, cursors });

  it('take no sale from what the channel earned, and are counted as what cannot be read', async () => {
    const { faceValue, discount, payable, channel } = sold.order;
    const prices = [{ faceValue, discount: discount.amount }];
    const earnings = new TemporalChannelEarnings(server.client);
    const own = { sales: 1, faceValue, discount: discount.amount, payable };
    for (const likely of [prices, []]) {
      expect(await earnings.earned(channel, DAY, likely)).toEqual({
        ...own,
        unreadable: Object.keys(MEMOS).length,
      });
    }
  });

  it('make no webhook look ill', async () => {
    expect(await notices().webhookHealth(sold.order.channel)).toEqual({ status: 'healthy', since: null });
  });

  it.each([undefined, true, false])('end no list of notices: delivered=%s', async (delivered) => {
    const listing = await notices().list(order().channel, { delivered, limit: 100 });
    const ids = listing.kind === 'page' ? listing.notices.map(({ id }) => id) : [];
    expect(ids).toEqual(delivered === false ? [] : [refundNoticeId(order().purchaseId)]);
  });

  it('do not stand for the purchase whose id they claim', async () => {
    const { channel, purchaseId, externalId } = order();
    const search = new TemporalPurchaseSearch(server.client, cursors, () => []);
    expect((await search.findById(channel, purchaseId))?.order.externalId).toBe(externalId);
    expect(await resolvePurchase(server.client, purchaseId)).toMatchObject({ channel, externalId });
  });

  it('keep no refund notice from being sent again', async () => {
    const { channel, purchaseId } = order();
    const sent = await notices().resend(channel, refundNoticeId(purchaseId));
    expect(sent).toMatchObject({ kind: 'delivering', notice: { purchaseId } });
  });

  it('hide no case, and are named', async () => {
    const strange: string[] = [];
    const found = [];
    for await (const one of listCases(server.client, {}, ({ workflowId }) => strange.push(workflowId)))
      found.push(one);
    expect(found).toEqual([]);
    expect(strange.toSorted()).toEqual(
      Object.keys(MEMOS)
        .map((name) => `strange-case-${name}`)
        .toSorted(),
    );
  });
});
