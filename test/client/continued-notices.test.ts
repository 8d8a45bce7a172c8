import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { undeliveredNotices } from '../../client/undelivered-notices';
import { channelName, stateNoticeId } from '../../domain/identifiers';
import {
  NOTICE_MEMO,
  NOTICE_SINCE_MEMO,
  NOTICE_WORKFLOW,
  noticeWorkflowId,
} from '../../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const CHANNEL = channelName('demo');
const SHARE = { most: 10, perChannel: 10, isFilled: true };

/** As the index has a notice that its channel does not take; with the memo of one that continued as new. */
async function undelivered(since?: string) {
  const { purchaseId, externalId, acceptedAt } = anOrder({ channel: CHANNEL });
  const id = stateNoticeId(purchaseId, 1);
  const notice = {
    id,
    purchaseId,
    externalId,
    occurredAt: acceptedAt,
    faceValue: 90_000,
    state: 'succeeded',
  };
  const handle = await server.client.workflow.start(NOTICE_WORKFLOW, {
    workflowId: noticeWorkflowId(id),
    taskQueue: 'nobody-polls',
    args: [],
    memo: {
      [NOTICE_MEMO]: { channel: CHANNEL, notice: { ...notice, package: 'D90' } },
      ...(since === undefined ? {} : { [NOTICE_SINCE_MEMO]: since }),
    },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: CHANNEL },
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
    ],
  });
  const { startTime } = await handle.describe();
  const soon = new Date(Date.now() + 60_000);
  const [found] = await eventually('the notice in the list', async () => {
    const { notices } = await undeliveredNotices(server.client, soon, { share: SHARE });
    const own = notices.filter((listed) => listed.purchaseId === purchaseId);
    return own.length > 0 ? own : undefined;
  });
  return { since: found?.since, started: startTime.toISOString() };
}

describe('a notice that its channel does not take', () => {
  it('is as old as its first run, where it continued as new', async () => {
    const first = '2026-01-05T03:00:00.000Z';
    expect((await undelivered(first)).since).toBe(first);
  });

  it.each([undefined, '2999-01-01T00:00:00.000Z', 'yesterday'])(
    'is as old as its run, where it did not, or where somebody says what cannot be: %s',
    async (said) => {
      const { since, started } = await undelivered(said);
      expect(since).toBe(started);
    },
  );
});
