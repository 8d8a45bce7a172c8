import type { WorkflowExecutionInfo } from '@temporalio/client';
import { isOver, type BatchProgress } from '../domain/batch/progress';
import { BATCH_MEMO, type BatchRecord } from '../domain/batch/protocol';
import { batchWorkflowId } from '../domain/identifiers';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { endedFromOutside } from './run-status';

type Info = Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'status' | 'closeTime'>;

/**
 * What the memo of a batch says. One that was ended from outside begins nothing any more: it counts as cancelled.
 * @throws PayloadUnreadable if it is of another batch, or of none: anyone who can write to Temporal can start a workflow of
 *   this type with any memo (I9, I18)
 */
export function batchRecord({ workflowId, memo, status, closeTime }: Info): BatchRecord {
  const record: unknown = memo?.[BATCH_MEMO];
  if (!isRecord(record)) throw new PayloadUnreadable('no_order', NO_KEY);
  const own = batchWorkflowId(record.channel, record.batchId);
  if (own !== workflowId) throw new PayloadUnreadable('moved', NO_KEY, own);
  const { progress } = record;
  if (!endedFromOutside(status.name) || isOver(progress.state)) return record;
  const endedAt = closeTime?.toISOString() ?? progress.updatedAt;
  const ended: BatchProgress = {
    ...progress,
    revision: progress.revision + 1,
    state: 'cancelled',
    waitingFor: null,
    updatedAt: endedAt,
    endedAt,
  };
  return { ...record, progress: ended };
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
