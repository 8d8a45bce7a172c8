import type { Client } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { keyIdOf } from '../encryption/payload-encryption';
import { BLOCKS_WORKFLOW_ID } from '../domain/blocks';
import { CONTROL_WORKFLOW_ID } from '../domain/control';
import { MARKER } from './attribute-marker';
import { executions, listPage } from './visibility-pages';

/** Data at Temporal that may be encrypted with a key: everything that was active in its period. */
export interface KeyUsage {
  /** Running workflows, which cannot continue without the key, and the query that lists them. */
  running: number;
  runningQuery: string;
  /** Running workflows that were begun under the key after its period: a process had not read the changed ring, or a clock is wrong. */
  later: string[];
  /** Closed workflows within retention, which would become unreadable. */
  closed: number;
  /** Schedules last written in or before the period, which could no longer start workflows. */
  schedules: string[];
  /** Whether the pauses were last written in or before the period; they are read even after their workflow ended. */
  pauses: boolean;
  /** The same of the list of blocked numbers. */
  blocks: boolean;
  /**
   * Whether the namespace holds anything that a key of the ring encrypted. Where it holds nothing, it may be another
   * installation's, or a new one: that nothing needs the key there says nothing.
   */
  isOfRing: boolean;
}

/** Processes reload the key ring every second, and clocks differ. */
const MARGIN_MS = 60_000;

/** Workflows whose memos are looked at for one under a key of the ring: running ones and the latest. */
const MOST_LOOKED_AT = 1_000;

/**
 * What the loss of a key would affect. It is determined by time, because Temporal cannot search by key; some of it may
 * be encrypted with other keys. What runs and began later is looked at one by one.
 * @param key with its period, from its creation until it was last replaced
 * @param ring the ids of all keys of the ring
 */
export async function keyUsage(
  client: Client,
  key: { id: string; madeAt: Date; retiredAt: Date },
  ring: ReadonlySet<string>,
): Promise<KeyUsage> {
  const from = new Date(key.madeAt.getTime() - MARGIN_MS);
  const until = new Date(Math.max(key.retiredAt.getTime(), key.madeAt.getTime()) + MARGIN_MS);
  const begun = `StartTime <= '${until.toISOString()}'`;
  const runningQuery = `${begun} AND ExecutionStatus = 'Running' AND WorkflowType != '${MARKER}'`; // which needs no key
  const closedQuery = `${begun} AND ExecutionStatus != 'Running' AND CloseTime >= '${from.toISOString()}'`;
  return {
    running: (await client.workflow.count(runningQuery)).count,
    runningQuery,
    later: await begunLater(client, key.id, until),
    closed: (await client.workflow.count(closedQuery)).count,
    schedules: await schedulesWritten(client, until),
    pauses: await listWritten(client, CONTROL_WORKFLOW_ID, until),
    blocks: await listWritten(client, BLOCKS_WORKFLOW_ID, until),
    isOfRing: await isOfRing(client, ring),
  };
}

async function begunLater(client: Client, key: string, until: Date): Promise<string[]> {
  const later: string[] = [];
  const query = `ExecutionStatus = 'Running' AND StartTime > '${until.toISOString()}'`;
  for await (const { execution, memo } of executions(client, query, { deadlineMs: 'none' })) {
    const isUnderKey = Object.values(memo?.fields ?? {}).some((payload) => keyIdOf(payload) === key);
    if (isUnderKey) later.push(execution?.workflowId ?? '');
  }
  return later;
}

async function listWritten(client: Client, workflowId: string, until: Date): Promise<boolean> {
  const runs = (condition: string) => client.workflow.count(`WorkflowId = '${workflowId}' AND ${condition}`);
  const { count: before } = await runs(`StartTime <= '${until.toISOString()}'`);
  const { count: since } = await runs(`StartTime > '${until.toISOString()}'`);
  return before > 0 && since === 0;
}

/** By memos and schedules, which every installation has that sells; no history is read for it. */
async function isOfRing(client: Client, ring: ReadonlySet<string>): Promise<boolean> {
  const isOurs = (payload: Payload) => ring.has(keyIdOf(payload) ?? '');
  const latest = await listPage(client, '', { pageSize: MOST_LOOKED_AT });
  if (latest.executions.some(({ memo }) => Object.values(memo?.fields ?? {}).some(isOurs))) return true;
  for await (const { payloads } of schedulePayloads(client)) if (payloads.some(isOurs)) return true;
  return false;
}

async function schedulesWritten(client: Client, until: Date): Promise<string[]> {
  const written: string[] = [];
  for await (const { scheduleId, at, payloads } of schedulePayloads(client)) {
    if (at && at <= until && payloads.length > 0) written.push(scheduleId);
  }
  return written;
}

/**
 * What each schedule's action has encrypted: arguments, a memo, or a summary for the Web UI. Reads the raw description: the
 * SDK's own would decode the action, and there is no key here.
 */
async function* schedulePayloads(
  client: Client,
): AsyncGenerator<{ scheduleId: string; at: Date | undefined; payloads: Payload[] }> {
  const { workflowService } = client.connection;
  const { namespace } = client.options;
  for await (const { scheduleId } of client.schedule.list()) {
    const { schedule, info } = await workflowService.describeSchedule({ namespace, scheduleId });
    const { input, memo, userMetadata } = schedule?.action?.startWorkflow ?? {};
    const texts = [userMetadata?.summary, userMetadata?.details].filter((text) => text != null);
    const payloads = [...(input?.payloads ?? []), ...Object.values(memo?.fields ?? {}), ...texts];
    yield { scheduleId, at: optionalTsToDate(info?.updateTime ?? info?.createTime), payloads };
  }
}

type Payload = temporal.api.common.v1.IPayload;
