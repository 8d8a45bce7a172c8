import type { Client } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { CONTROL_WORKFLOW_ID } from '../domain/control';

/** What at Temporal may be written under a key: all that was under way in its period. */
export interface KeyUsage {
  /** Running workflows, which could not go on without the key, and the search that lists them. */
  running: number;
  runningQuery: string;
  /** Closed workflows that Temporal still keeps; they could be read no more. */
  closed: number;
  /** Schedules last written in the period or before it; they could start nothing more. */
  schedules: string[];
  /** Whether what is paused was last written in the period or before it: it is read although its workflow may be over. */
  pauses: boolean;
}

/** A process looks at the key ring every second, and clocks differ. */
const MARGIN_MS = 60_000;

/**
 * What a key's loss would touch. It is told by time, since Temporal cannot search what is encrypted: some of it may
 * be under other keys.
 * @param period from the making of the key until it was last replaced
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
    pauses: await pausesWritten(client, until),
  };
}

async function pausesWritten(client: Client, until: Date): Promise<boolean> {
  const runs = (condition: string) =>
    client.workflow.count(`WorkflowId = '${CONTROL_WORKFLOW_ID}' AND ${condition}`);
  const { count: before } = await runs(`StartTime <= '${until.toISOString()}'`);
  const { count: since } = await runs(`StartTime > '${until.toISOString()}'`);
  return before > 0 && since === 0;
}

/** Read as Temporal has it: the SDK's own description decodes what a schedule starts with, and here is no key. */
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

/** Whether a schedule starts its workflow with anything that is encrypted: arguments, a memo, or words for the Web UI. */
function holdsPayloads(schedule: temporal.api.schedule.v1.ISchedule | null | undefined): boolean {
  const { input, memo, userMetadata } = schedule?.action?.startWorkflow ?? {};
  const count = (input?.payloads?.length ?? 0) + Object.keys(memo?.fields ?? {}).length;
  return count > 0 || Boolean(userMetadata?.summary ?? userMetadata?.details);
}
