import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { BatchUnreadable } from '../../client/batches';
import { NoticeWorkflows } from '../../client/notice-workflows';
import { batchNoticeIdOf, derivePurchaseId } from '../../client/purchase-id';
import { PurchaseUnreadable } from '../../client/purchases';
import { TemporalNotices } from '../../client/temporal-notices';
import { newProgress } from '../../domain/batch/progress';
import { packageCode } from '../../domain/catalogue/packages';
import {
  batchId,
  channelName,
  externalId,
  refundNoticeId,
  stateNoticeId,
  type NoticeId,
} from '../../domain/identifiers';
import type { AddressedNotice } from '../../domain/notice/notice';
import { vnd } from '../../domain/vnd';
import { encryptedClient } from '../support/encrypted-client';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { POLICY } from '../support/orders';

const OWNER = channelName('owner');
const STRANGER = channelName('stranger');
const ORDER = externalId('order-1');
const PURCHASE = derivePurchaseId(OWNER, ORDER);
const SETTINGS = {
  taskQueue: 'no-worker',
  policy: POLICY,
  cursors: new ListCursors(cursorKeysOf(undefined)),
};
const about = { purchaseId: PURCHASE, externalId: ORDER, occurredAt: '2026-11-24T03:05:00.000Z' };

const STATE: AddressedNotice = {
  channel: OWNER,
  notice: {
    ...about,
    id: stateNoticeId(PURCHASE, 11),
    sequence: 11,
    state: 'rolled_back',
    reason: 'insufficient_balance',
    package: packageCode('D90'),
    faceValue: vnd(90_000),
  },
};
const REFUND: AddressedNotice = {
  channel: OWNER,
  notice: {
    ...about,
    id: refundNoticeId(PURCHASE),
    outcome: 'rolled_back',
    refusal: 'insufficient_balance',
    amount: vnd(90_000),
  },
};
const BATCH: AddressedNotice = {
  channel: OWNER,
  notice: {
    id: batchNoticeIdOf(OWNER, batchId('staff')),
    batchId: batchId('staff'),
    occurredAt: about.occurredAt,
    progress: { ...newProgress(1, about.occurredAt), state: 'completed' },
  },
};
const NOWHERE = derivePurchaseId(OWNER, externalId('no-such-order'));

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await localServer();
  const written = new NoticeWorkflows(clientWith('lost'), SETTINGS);
  for (const addressed of [STATE, REFUND, BATCH]) await written.deliver(addressed);
  await eventually('the notices in the index', async () => {
    const { count } = await server.client.workflow.count("WorkflowType = 'notice'");
    return count === 3 ? true : undefined;
  });
});
afterAll(() => server.teardown());

const clientWith = (id: string) => encryptedClient(server.client, { id });

/** Asks for a notice, or for it again, while its key is missing; what came of it, and which requests to Temporal it took. */
async function ask(how: 'find' | 'resend', channel: typeof OWNER, id: NoticeId) {
  const client = clientWith('another');
  const requests: string[] = [];
  const spied = (['listWorkflowExecutions', 'describeWorkflowExecution'] as const).map((name) => {
    const spy = jest.spyOn(client.workflowService, name);
    return { name, spy };
  });
  const came = await new TemporalNotices(client, SETTINGS)[how](channel, id).catch((fault: unknown) => fault);
  for (const { name, spy } of spied) {
    requests.push(...spy.mock.calls.map(() => name));
    spy.mockRestore();
  }
  return { came, requests };
}

describe('another channel’s notice whose key is missing', () => {
  it.each([
    ['find', 'a state notice', STATE.notice.id, stateNoticeId(NOWHERE, 11)],
    ['find', 'a refund notice', REFUND.notice.id, refundNoticeId(NOWHERE)],
    ['resend', 'a state notice', STATE.notice.id, stateNoticeId(NOWHERE, 11)],
    ['resend', 'a refund notice', REFUND.notice.id, refundNoticeId(NOWHERE)],
  ] as const)(
    'is nowhere, by the same requests as one that never was: %s %s',
    async (how, _kind, theirs, nowhere) => {
      const foreign = await ask(how, STRANGER, theirs);
      expect(foreign.came).toEqual(how === 'find' ? undefined : { kind: 'not_found' });
      expect(foreign).toEqual(await ask(how, STRANGER, nowhere));
      expect(foreign.requests.length).toBeGreaterThan(0);
    },
  );

  it.each(['find', 'resend'] as const)('is said to be unreadable to its own channel: %s', async (how) => {
    expect((await ask(how, OWNER, STATE.notice.id)).came).toBeInstanceOf(PurchaseUnreadable);
  });

  it.each(['find', 'resend'] as const)(
    'is said to be unreadable as a batch where it is one’s: %s',
    async (how) => {
      expect((await ask(how, OWNER, BATCH.notice.id)).came).toBeInstanceOf(BatchUnreadable);
      const notices = new TemporalNotices(clientWith('another'), SETTINGS);
      await expect(notices.ofBatch({ channel: OWNER, batchId: batchId('staff') })).rejects.toThrow(
        BatchUnreadable,
      );
    },
  );
});
