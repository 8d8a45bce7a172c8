import type { Client } from '@temporalio/client';
import { BATCH_WORKFLOW, type BatchRecord } from '../domain/batch/protocol';
import { batchWorkflowIdsOf, type ChannelName } from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { batchRecord } from './batch-record';
import { ownBatchRuns } from './batch-runs';
import { decodeRuns, listPage, type UnreadableRun } from './visibility-pages';
import { equals, workflowIdBeginsWith } from './visibility-query';

/** Which batches; all of them unless it says less. */
export interface BatchFilter {
  channel?: ChannelName | undefined;
  isRunning?: boolean | undefined;
}

export interface FoundBatches {
  records: readonly BatchRecord[];
  unreadable: readonly UnreadableRun[];
  /** Whether there are more than were asked for. */
  more: boolean;
}

/** The search for batches, of one channel or of all, by the runs that end them; see `ownBatchRuns`. */
export function batchesQuery({ channel, isRunning }: BatchFilter): string {
  return [
    `WorkflowType = '${BATCH_WORKFLOW}' AND ExecutionStatus ${isRunning ? '= ' : '!= '}'${isRunning ? 'Running' : 'ContinuedAsNew'}'`,
    ...(channel === undefined
      ? []
      : [
          equals(SEARCH_ATTRIBUTES.channel, channel),
          workflowIdBeginsWith(batchWorkflowIdsOf(channel)), // anyone who can write to Temporal can claim any channel
        ]),
  ].join(' AND ');
}

/**
 * Batches of all channels, for operators: running ones first, then the latest.
 * @throws TemporalUnavailable
 */
export async function findBatches(client: Client, filter: BatchFilter, limit: number): Promise<FoundBatches> {
  const query = batchesQuery(filter);
  const records: BatchRecord[] = [];
  const unreadable: UnreadableRun[] = [];
  let token: Uint8Array | undefined;
  do {
    const pageSize = Math.min(PAGE, limit - records.length);
    const { executions, nextToken } = await listPage(client, query, { pageSize, token });
    const page = await decodeRuns(client, await ownBatchRuns(client, executions), batchRecord);
    records.push(...page.read);
    unreadable.push(...page.unreadable.slice(0, limit - unreadable.length)); // they take no place of a batch
    token = nextToken;
  } while (token.length > 0 && records.length < limit);
  return { records, unreadable, more: token.length > 0 };
}

const PAGE = 100;
