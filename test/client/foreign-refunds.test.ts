import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { TemporalChannelStatements, type StatedPurchase } from '../../client/channel-statements';
import { noticePage } from '../../client/notice-list';
import {
  caseRefundNoticeId,
  channelName,
  purchaseWorkflowId,
  refundNoticeId,
} from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { AddressedNotice, NoticeLog, RefundNotice } from '../../domain/notice/notice';
import { NOTICE_MEMO, NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import '../support/quiet-runtime';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';

const CHANNEL = channelName('refunding-shop');
const NOBODY_POLLS = 'nobody-polls';
const TASK_QUEUE = 'answers-notices';

let server: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
let started = 0;
beforeAll(async () => {
  server = await localServer();
  worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('./answering-notices'),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.teardown();
});

/** A purchase as the index has it. */
async function aPurchase(externalId: string, state: 'succeeded' | 'rolled_back'): Promise<PurchaseOrder> {
  const order = anOrder({ channel: CHANNEL, externalId });
  started += 1;
  await server.client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId: purchaseWorkflowId(order.channel, order.externalId),
    taskQueue: NOBODY_POLLS,
    args: [],
    memo: { order },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: CHANNEL },
      { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(order.acceptedAt)) },
      { key: SEARCH_ATTRIBUTES.purchaseState, value: state },
      ...(state === 'rolled_back'
        ? [
            { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
            { key: SEARCH_ATTRIBUTES.refundDueAt, value: new Date(order.acceptedAt) },
          ]
        : []),
    ],
  });
  return order;
}

function refundOf({ purchaseId, externalId, faceValue, acceptedAt }: PurchaseOrder): RefundNotice {
  return {
    id: refundNoticeId(purchaseId),
    purchaseId,
    externalId,
    outcome: 'rolled_back',
    refusal: 'insufficient_balance',
    amount: faceValue,
    occurredAt: acceptedAt,
  };
}

/** A workflow under a notice's id that claims its delivery; what it gives as its result, it is given. */
async function aNotice(
  id: RefundNotice['id'],
  memo: AddressedNotice | undefined,
  result: Partial<NoticeLog> | 'running',
): Promise<void> {
  started += 1;
  const handle: WorkflowHandle = await server.client.workflow.start(NOTICE_WORKFLOW, {
    workflowId: noticeWorkflowId(id),
    taskQueue: result === 'running' ? NOBODY_POLLS : TASK_QUEUE,
    args: [result],
    memo: memo ? { [NOTICE_MEMO]: memo } : {},
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: CHANNEL },
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: true },
    ],
  });
  if (result !== 'running') await handle.result();
}

/** The purchase as its channel's statement of the day has it. */
async function stated({ purchaseId, acceptedAt }: PurchaseOrder): Promise<StatedPurchase | undefined> {
  await eventually('all in the index', async () =>
    (await server.client.workflow.count()).count === started ? true : undefined,
  );
  const found: StatedPurchase[] = [];
  const pages = new TemporalChannelStatements(server.client).purchasesOf(
    CHANNEL,
    localDay(new Date(acceptedAt)),
  );
  for await (const { purchases } of pages) found.push(...purchases);
  return found.find((one) => one.purchaseId === purchaseId);
}

/** How the list of notices has the purchase's refund notice. */
async function listedStanding({ purchaseId }: PurchaseOrder): Promise<string | undefined> {
  const { notices } = await noticePage(server.client, CHANNEL, { delivered: undefined, limit: 100 });
  return notices.find(({ id }) => id === refundNoticeId(purchaseId))?.standing;
}

describe('a notice that nobody of ours started, under the id of one', () => {
  it('refunds nothing that was sold', async () => {
    const order = await aPurchase('sold', 'succeeded');
    await aNotice(caseRefundNoticeId(order.purchaseId), undefined, 'running');
    expect(await stated(order)).toMatchObject({ kind: 'sold', refund: null });
  });

  it('delivers no refund notice', async () => {
    const order = await aPurchase('refunded', 'rolled_back');
    await aNotice(refundNoticeId(order.purchaseId), undefined, 'running');
    expect(await stated(order)).toMatchObject({ kind: 'refunded', refund: { delivered: false } });
  });
});

describe('a notice of ours, started again with its own memo by somebody who claims its delivery', () => {
  it.each([
    ['and that runs', 'running'],
    ['and that ended with nothing', {}],
    ['and that ended with the log of a delivery in vain', { standing: 'undelivered', attempts: [] }],
  ] as const)('is not delivered: %s', async (why, result) => {
    const order = await aPurchase(`claimed-${why.replaceAll(' ', '-')}`, 'rolled_back');
    const memo = { channel: CHANNEL, notice: refundOf(order) };
    const log =
      typeof result === 'object' && 'standing' in result ? { ...memo, ...result, attempts: [] } : result;
    await aNotice(refundNoticeId(order.purchaseId), memo, log);
    expect(await stated(order)).toMatchObject({ refund: { delivered: false } });
    expect(await listedStanding(order)).toBe('delivering');
  });
});

describe('a refund notice that was sent again and taken', () => {
  it('is delivered in the statement and in the list', async () => {
    const order = await aPurchase('sent-again', 'rolled_back');
    const memo = { channel: CHANNEL, notice: refundOf(order) };
    await aNotice(refundNoticeId(order.purchaseId), memo, { ...memo, standing: 'delivered', attempts: [] });
    expect(await stated(order)).toMatchObject({ refund: { delivered: true } });
    expect(await listedStanding(order)).toBe('delivered');
  });

  it('of a sale is what a case refunded', async () => {
    const order = await aPurchase('by-a-case', 'succeeded');
    const notice = { ...refundOf(order), id: caseRefundNoticeId(order.purchaseId) };
    const memo = { channel: CHANNEL, notice };
    await aNotice(notice.id, memo, { ...memo, standing: 'delivered', attempts: [] });
    expect(await stated(order)).toMatchObject({
      kind: 'sold',
      refund: { type: 'purchase.case_refund_due', delivered: true },
    });
  });
});
