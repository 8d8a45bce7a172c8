import type { Client } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { BLOCKS_WORKFLOW_ID } from '../domain/blocks';
import { CONTROL_WORKFLOW_ID } from '../domain/control';

/** Data at Temporal that may be encrypted with a key: everything that was active in its period. */
export interface KeyUsage {
  /** Running workflows, which cannot continue without the key, and the query that lists them. */
  running: number;
  runningQuery: string;
  /** Closed workflows within retention, which would become unreadable. */
  closed: number;
  /** Schedules last written in or before the period, which could no longer start workflows. */
  schedules: string[];
  /** Whether the pauses were last written in or before the period; they are read even after their workflow ended. */
  pauses: boolean;
  /** The same of the list of blocked numbers. */
  blocks: boolean;
}

/** Processes reload the key ring every second, and clocks differ. */
const MARGIN_MS = 60_000;

/**
 * What the loss of a key would affect. It is determined by time, because Temporal cannot search by key; some of it may
 * be encrypted with other keys.
 * @param period from the creation of the key until it was last replaced
 */
export async function keyUsage(client: Client, period: { madeAt: Date; retiredAt: Date }): Promise<KeyUsage> {
  const from = new Date(period.madeAt.getTime() - MARGIN_MS);
  const until = new Date(period.retiredAt.getTime() + MARGIN_MS);
  const begun = `StartTime <= '${until.toISOString()}'`;
  const runningQuery = `${begun} AND ExecutionStatus = 'Running'`;
  const closedQuery = `${begun} AND ExecutionStatus != 'Running' AND CloseTime >= '${from.toISOString()}'`;
  return {
    running: (await client.workflow.count(runningQuery)).count,
    runningQuery,
    closed: (await client.workflow.count(closedQuery)).count,
    schedules: await schedulesWritten(client, until),
    pauses: await listWritten(client, CONTROL_WORKFLOW_ID, until),
    blocks: await listWritten(client, BLOCKS_WORKFLOW_ID, until),
  };
}

async function listWritten(client: Client, workflowId: string, until: Date): Promise<boolean> {
  const runs = (condition: string) => client.workflow.count(`WorkflowId = '${workflowId}' AND ${condition}`);
  const { count: before } = await runs(`StartTime <= '${until.toISOString()}'`);
  const { count: since } = await runs(`StartTime > '${until.toISOString()}'`);
  return before > 0 && since === 0;
}

/** Reads the raw description: the SDK's own would decode the action, and there is no key here. */
async function schedulesWritten(client: Client, until: Date): Promise<string[]> {
  const { workflowService } = client.connection;
  const written: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const { namespace } = client.options;
    const { schedule, info } = await workflowService.describeSchedule({ namespace, scheduleId });
    const at = info?.updateTime ?? info?.createTime;
    if (at && tsToDate(at) <= until && holdsPayloads(schedule)) written.push(scheduleId);
  }
  return written;
}

/** Whether the schedule's action has anything encrypted: arguments, a memo, or a summary for the Web UI. */
function holdsPayloads(schedule: temporal.api.schedule.v1.ISchedule | null | undefined): boolean {
  const { input, memo, userMetadata } = schedule?.action?.startWorkflow ?? {};
  const count = (input?.payloads?.length ?? 0) + Object.keys(memo?.fields ?? {}).length;
  return count > 0 || Boolean(userMetadata?.summary ?? userMetadata?.details);
}
