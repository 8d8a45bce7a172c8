import { WorkflowFailedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ChannelName } from '../domain/identifiers';
import type { NoticeLog } from '../domain/notice/notice';
import { NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { isLogOf, noticeRecord, type NoticeRecord } from './notice-workflows';
import { StoredDataUnreadable } from './stored-data-unreadable';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { decodeRun, executions, type RawExecution, type RunInfo } from './visibility-pages';
import { equals } from './visibility-query';

/**
 * A channel's notices whose workflows a condition finds: by workflow id, whether one of its runs delivered it. Whose notice it
 * is says the memo, and that it was delivered the result: anyone who can write to Temporal can claim both in the search attributes.
 * @throws TemporalUnavailable
 */
export async function noticeDeliveries(
  client: Client,
  channel: ChannelName,
  condition: string,
): Promise<Map<string, boolean>> {
  const query = `WorkflowType = '${NOTICE_WORKFLOW}' AND ${equals(SEARCH_ATTRIBUTES.channel, channel)} AND ${condition}`;
  const delivered = new Map<string, boolean>();
  for await (const raw of executions(client, query)) {
    const known = await ownRun(client, channel, raw);
    if (!known) continue;
    const { run, record } = known;
    const before = delivered.get(run.workflowId) ?? false;
    delivered.set(run.workflowId, before || (await wasDelivered(client, run, record)));
  }
  return delivered;
}

async function ownRun(
  client: Client,
  channel: ChannelName,
  raw: RawExecution,
): Promise<{ run: RunInfo; record: NoticeRecord } | undefined> {
  try {
    const run = await decodeRun(client, raw);
    const record = noticeRecord(run);
    return record.channel === channel ? { run, record } : undefined;
  } catch (fault) {
    if (fault instanceof PayloadUnreadable) return undefined;
    throw fault;
  }
}

async function wasDelivered(client: Client, run: RunInfo, record: NoticeRecord): Promise<boolean> {
  if (record.standing !== 'delivered' || run.status.name !== 'COMPLETED') return false;
  const handle = client.workflow.getHandle<() => Promise<NoticeLog>>(run.workflowId, run.runId, {
    followRuns: false,
  });
  try {
    const told: unknown = await answerOf(client, CALL_DEADLINE_MS, () => handle.result());
    return isLogOf(record, told) && told.standing === 'delivered';
  } catch (fault) {
    const isNoResult = [StoredDataUnreadable, WorkflowFailedError, WorkflowNotFoundError].some(
      (kind) => fault instanceof kind,
    );
    if (isNoResult) return false;
    throw fault;
  }
}
