import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { unreadableBatches } from '../../client/unreadable-batches';
import { undeliveredBatchNotices, undeliveredNotices } from '../../client/undelivered-notices';
import { queuePage } from '../../desk/queue/queue-page';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import { newProgress } from '../../domain/batch/progress';
import { BATCH_MEMO, BATCH_WORKFLOW } from '../../domain/batch/protocol';
import {
  batchId,
  batchNoticeId,
  batchWorkflowId,
  channelName,
  purchaseWorkflowId,
  stateNoticeId,
  type NoticeId,
} from '../../domain/identifiers';
import { NOTICE_MEMO, NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import type { AttentionReason } from '../../domain/purchase/attention';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import type { PurchaseState } from '../../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { itemsOf } from '../../operators/batch';
import { PurchaseWords } from '../../operators/purchase-words';
import { readQueue } from '../../operators/queue';
import { NO_FILTER, type QueueFilter } from '../../operators/queue-item';
import { searchFor } from '../../operators/saved-searches';
import { StuckSteps } from '../../operators/stuck-steps';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';

jest.setTimeout(180_000);

const CROWD = 520;
const NOTICES = 130;
const CHANNEL = channelName('demo');
const LOUD = channelName('loud');
const TASK_QUEUE = 'nobody-polls';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await localServer();
  for (const state of ['registering', 'charging'] as const) await stuck(CHANNEL, state, state, 'no_answer');
  await unheard(CHANNEL, stateNoticeId(anOrder({ channel: CHANNEL }).purchaseId, 1));
  await unheard(CHANNEL, batchNoticeId('a'.repeat(26)), 'first');
  await running(CHANNEL, 'unreadable', false);
  const crowd = Array.from({ length: CROWD }, (_, at) => at);
  await Promise.all(crowd.map((at) => stuck(LOUD, `order-${at}`, 'rejected', 'channel_unreachable')));
  await Promise.all(
    crowd.slice(0, NOTICES).flatMap((at) => {
      const derived = `${at}`.replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '').padStart(26, 'a');
      return [
        unheard(LOUD, stateNoticeId(anOrder({ channel: LOUD }).purchaseId, 1)),
        unheard(LOUD, batchNoticeId(`z${derived.slice(1)}`), `batch-${at}`),
        running(LOUD, `batch-${at}`, true),
      ];
    }),
  );
  await eventually('all of them in the index', async () => {
    const { count } = await server.client.workflow.count();
    return count >= CROWD + 3 * NOTICES + 5 ? true : undefined;
  });
});
afterAll(() => server.teardown());

/** A purchase that waits for a person, as the index has it. */
async function stuck(channel: string, id: string, state: PurchaseState, reason: AttentionReason) {
  const order = anOrder({ channel, externalId: id });
  await server.client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId: purchaseWorkflowId(order.channel, order.externalId),
    taskQueue: TASK_QUEUE,
    args: [],
    memo: { order },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: channel },
      { key: SEARCH_ATTRIBUTES.packageCode, value: order.package.code },
      { key: SEARCH_ATTRIBUTES.purchaseState, value: state },
      { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: reason },
    ],
  });
}

/** A notice that its channel does not take: of a batch, or of a purchase. */
async function unheard(channel: string, id: NoticeId, batch?: string) {
  const order = anOrder({ channel });
  const at = order.acceptedAt;
  const subject = batch
    ? { batchId: batchId(batch), progress: newProgress(1, at) }
    : { purchaseId: order.purchaseId, externalId: order.externalId, state: 'succeeded', package: 'D90' };
  await server.client.workflow.start(NOTICE_WORKFLOW, {
    workflowId: noticeWorkflowId(id),
    taskQueue: TASK_QUEUE,
    args: [],
    memo: { [NOTICE_MEMO]: { channel, notice: { id, occurredAt: at, faceValue: 90_000, ...subject } } },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: channel },
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
    ],
  });
}

/** A batch under way. */
async function running(channel: string, id: string, isReadable: boolean) {
  const named = { channel: channelName(channel), batchId: batchId(id) };
  const progress = newProgress(1, new Date().toISOString());
  await server.client.workflow.start(BATCH_WORKFLOW, {
    workflowId: batchWorkflowId(named.channel, named.batchId),
    taskQueue: TASK_QUEUE,
    args: [],
    memo: isReadable ? { [BATCH_MEMO]: { ...named, digest: 'x', progress } } : {},
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.channel, value: channel }],
  });
}

const later = () => new Date(Date.now() + 3_600_000); // what is due for so long stands in the queue
const read = (filter: Partial<QueueFilter> = {}) =>
  readQueue(server.client, new StuckSteps(server.client), {
    filter: { ...NO_FILTER, ...filter },
    now: later(),
  });
const found = async (filter: Partial<QueueFilter> = {}) => (await read(filter)).items;
const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: '1', person: { name: 'lan', role: 'act' } },
};

describe('a channel with a dead webhook and more rejected orders than the queue reads', () => {
  it('hides no other channel’s purchase that waits for a person', async () => {
    const items = await found();
    const others = items.filter(({ kind, channel }) => kind === 'purchase' && channel === CHANNEL);
    expect(others.map((item) => ('externalId' in item && item.externalId) || '').toSorted()).toEqual([
      'charging',
      'registering',
    ]);
  });

  it('has a few lines of its own, and the rest is counted', async () => {
    const { items, unlisted } = await read();
    const own = items.filter(({ kind, channel }) => kind === 'purchase' && channel === LOUD);
    expect(own).toHaveLength(20);
    expect(unlisted.filter(({ kind }) => kind === 'purchase')).toEqual([
      { kind: 'purchase', reason: 'channel_unreachable', channel: LOUD, count: CROWD - 20 },
    ]);
  });

  it('hides no notice of another channel, nor of its batch', async () => {
    const items = await found();
    const others = items.filter(({ kind, channel }) => kind !== 'purchase' && channel === CHANNEL);
    expect(others.map(({ kind }) => kind).toSorted()).toEqual(['batch_notice', 'notice']);
    const { unlisted } = await read();
    expect(unlisted.filter(({ kind }) => kind !== 'purchase')).toEqual([
      { kind: 'notice', reason: null, channel: LOUD, count: NOTICES - 20 },
      { kind: 'batch_notice', reason: null, channel: LOUD, count: NOTICES - 20 },
    ]);
  });

  it('hides no batch of another channel that cannot be read', async () => {
    const { ids, notLookedAt } = await unreadableBatches(server.client);
    expect(ids).toContain(batchWorkflowId(CHANNEL, batchId('unreadable')));
    expect(notLookedAt).toBe(NOTICES - 100);
  });

  it.each([
    { reason: 'no_answer' },
    { channel: CHANNEL, kind: 'purchase' },
    { reason: 'no_answer', channel: CHANNEL, package: 'D90' },
  ])('hides nothing from a filter, which is asked for by itself: %j', async (filter) => {
    const items = await found(filter);
    expect(items.map((item) => ('externalId' in item && item.externalId) || '').toSorted()).toEqual([
      'charging',
      'registering',
    ]);
  });

  it('is listed as far as the list goes where somebody looks for just that', async () => {
    const { items, unlisted } = await read({ reason: 'channel_unreachable', channel: LOUD });
    expect(items).toHaveLength(500);
    expect(unlisted).toEqual([
      { kind: 'purchase', reason: 'channel_unreachable', channel: LOUD, count: CROWD - 500 },
    ]);
  });

  it('takes no place of another channel’s purchase in what a batch act would do', async () => {
    const query = searchFor(['needs-attention'], {});
    const { items, left } = await itemsOf(server.client, 'retry', query, 10, { atOnce: 5, perSecond: 100 });
    expect(items.map(({ externalId }) => externalId)).toEqual(
      expect.arrayContaining(['charging', 'registering']),
    );
    expect(left).toBe(CROWD + 2 - 10);
  });

  it('is counted on the page, in the heading and by its reason, with a link to its list', async () => {
    const now = { queue: await read(), hasWorkers: true, waitingWork: [], pauses: [], digest: '' };
    const page = queuePage(visit, now, NO_FILTER);
    expect(page).toContain(`<title>(${CROWD + 2 + 2 * NOTICES + 2}) `);
    expect(page).toContain(`<b>${CROWD}</b>`);
    expect(page).toContain('href="/?kind=purchase&#38;reason=channel_unreachable&#38;channel=loud"');
    expect(page).toContain(`${CROWD - 20} more of loud: `);
  });

  it('leaves to another channel its own unheard notices in the command’s lists', async () => {
    const share = { most: 5, perChannel: 1, isFilled: true };
    const ofBatches = await undeliveredBatchNotices(server.client, later(), { channel: CHANNEL, share });
    expect(ofBatches.notices.map((notice) => notice.batchId)).toEqual(['first']);
    const ofAll = await undeliveredNotices(server.client, later(), { share });
    expect(ofAll.notices.map(({ channel }) => channel)).toContain(CHANNEL);
    expect(ofAll.notices).toHaveLength(5);
  });

  it('is counted by the command, which lists the others first', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'crowded-'));
    try {
      const list = ['purchases', 'list', '--needs-attention', '--limit', '10'];
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        typescriptEntry(path.resolve('cli/main.ts'), ...list),
        {
          env: {
            PATH: process.env['PATH'],
            TEMPORAL_ADDRESS: server.address,
            DATA_DIR: dataDir,
            ENCRYPTION: 'off',
          },
        },
      );
      const [first, second] = stdout.split('\n');
      expect(`${first} ${second}`).toMatch(/demo\/charging .*demo\/registering /);
      expect(stderr).toContain(`not listed: ${CROWD - 8} with --reason channel_unreachable --channel loud`);
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
