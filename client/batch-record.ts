import type { WorkflowExecutionInfo } from '@temporalio/client';
import { isOver, type BatchProgress } from '../domain/batch/progress';
import { BATCH_MEMO, type BatchEnd, type BatchRecord, type ToldRow } from '../domain/batch/protocol';
import { batchWorkflowId } from '../domain/identifiers';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { endedFromOutside } from './run-status';

type Info = Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'status' | 'closeTime'>;

/**
 * What the memo of a batch says. One that was ended from outside begins nothing any more: it counts as cancelled,
 * also where it was completed before it had written its end.
 * @throws PayloadUnreadable if it is of another batch, or of none: anyone who can write to Temporal can start a workflow of
 *   this type with any memo (I9, I18)
 */
export function batchRecord(info: Info): BatchRecord {
  const record = storedRecord(info);
  const { progress } = record;
  const { status, closeTime } = info;
  const isClosed = status.name === 'COMPLETED' || endedFromOutside(status.name);
  if (!isClosed || isOver(progress.state)) return record;
  const endedAt = closeTime?.toISOString() ?? progress.updatedAt;
  const ended: BatchProgress = {
    ...progress,
    revision: progress.revision + 1,
    state: 'cancelled',
    waitingFor: null,
    updatedAt: endedAt,
    endedAt,
  };
  return { ...record, progress: ended, isCutOff: true };
}

/**
 * The same as the batch itself wrote it last, however its run ended.
 * @throws PayloadUnreadable as `batchRecord`
 */
export function storedRecord({ workflowId, memo }: Pick<Info, 'workflowId' | 'memo'>): BatchRecord {
  const record: unknown = memo?.[BATCH_MEMO];
  if (!isRecord(record)) throw new PayloadUnreadable('no_order', NO_KEY);
  requireOwn(workflowId, record);
  return record;
}

/**
 * The rows in the result of a batch.
 * @throws PayloadUnreadable if it is that of another batch, since payloads under an older key are not bound to their workflow,
 *   or none: whoever can write to Temporal can complete a workflow without a result
 */
export function ownRows(workflowId: string, end: BatchEnd | undefined): readonly ToldRow[] {
  if (typeof end?.record !== 'object') throw new PayloadUnreadable('no_order', NO_KEY);
  requireOwn(workflowId, end.record);
  return end.rows;
}

/** @throws PayloadUnreadable */
function requireOwn(workflowId: string, { channel, batchId }: BatchRecord): void {
  const own = batchWorkflowId(channel, batchId);
  if (own !== workflowId) throw new PayloadUnreadable('moved', NO_KEY, own);
}

function isRecord(value: unknown): value is BatchRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = { channel: 'string', batchId: 'string', digest: 'string', progress: 'object' } as const;
  if (faultyField(value, fields) !== undefined) return false;
  const { progress } = value as { progress: object }; // just checked
  return (
    faultyField(progress, { revision: 'number', state: 'string', results: 'object', money: 'object' }) ===
    undefined
  );
}
