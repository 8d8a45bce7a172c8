import {
  CancellationScope,
  defineSignal,
  makeContinueAsNewFunc,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchOrder, BatchPolicy } from '../../domain/batch/batch';
import type { BatchObstacle, BatchProgress } from '../../domain/batch/progress';
import { BATCH_MEMO, CANCEL_BATCH_SIGNAL, type BatchEnd } from '../../domain/batch/protocol';
import type { AddressedNotice, BatchEndState } from '../../domain/notice/notice';
import { originOf } from '../../domain/trace';
import { startNotice } from '../notice/start-notice';
import { requireBatchInput } from '../start-inputs';
import { BatchWorkRecord, type CarriedBatch } from './record';
import { BatchWork } from './work';

/**
 * One batch of orders: begins its rows in order, a few at a time, and waits for their outcomes. Each row is an ordinary
 * purchase, which goes on whatever happens to the batch (docs/decisions/0051-a-batch-begins-purchases.md).
 */
export async function batch(
  order: BatchOrder,
  policy: BatchPolicy,
  carried?: CarriedBatch,
): Promise<BatchEnd> {
  requireBatchInput(order, policy);
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const record = new BatchWorkRecord(order, carried);
    const work = new BatchWork(order, policy);
    const cancel = () => {
      if (work.isCancelled) return;
      work.cancel();
      record.moveTo('cancelling');
    };
    setHandler(defineSignal(CANCEL_BATCH_SIGNAL), cancel, {
      description: 'Begins no more rows; those that have begun go on.',
    });
    void cancelRequested.catch(cancel); // by the Web UI or Temporal's command
    if (carried?.isCancelled) work.cancel();
    await runParts(record, work, policy);
    const isKnown = isUnfinished(record, work) || (await noteBegun(record, work, policy));
    if (!isKnown || isUnfinished(record, work)) {
      // With its memo from the first moment on: until a worker takes it up, the API reads nothing else.
      const next = makeContinueAsNewFunc<typeof batch>({ memo: { [BATCH_MEMO]: record.record } });
      await next(order, policy, record.carriedOver(work.isCancelled));
    }
    const state = record.hasRowsLeft ? 'cancelled' : 'completed';
    record.moveTo(state);
    await tellChannel(order, policy, { ...record.progress, state });
    return record.end;
  });
}

/** Works through the batch, or as much of it as one history should hold. */
async function runParts(record: BatchWorkRecord, work: BatchWork, policy: BatchPolicy): Promise<void> {
  let obstacle: BatchObstacle | undefined;
  for (let parts = 0; parts < policy.partsOfARun && isUnfinished(record, work); parts += 1) {
    const rows = work.isCancelled ? [] : record.nextRows(policy.rowsOfAPart);
    const { openRows } = record;
    const [next] = rows;
    if (!next || openRows.length >= policy.maxOpenRows) {
      if (next) record.moveTo('waiting', 'purchases_open');
      record.note(await work.settle(openRows));
      continue;
    }
    if (!work.isCancelled) record.moveTo('running');
    const told = await work.sell(rows, obstacle === 'mobifone_unavailable');
    record.note(told.outcomes);
    obstacle = told.obstacle;
    if (obstacle) await passObstacle(record, work, obstacle);
    if (workflowInfo().continueAsNewSuggested) return;
  }
}

/**
 * Before a batch ends with rows that it has not begun: an attempt whose worker died, or the run before a reset, may have begun
 * some. Rows begin in their order, so behind a part of which none has begun, none has.
 * @returns whether that is known now
 */
async function noteBegun(record: BatchWorkRecord, work: BatchWork, policy: BatchPolicy): Promise<boolean> {
  if (!record.hasRowsLeft || !patched('rows-left-are-looked-at')) return true;
  const left = record.nextRows(Infinity);
  while (left.length > 0) {
    const begun = await work.findBegun(left.splice(0, policy.rowsOfAPart));
    if (!begun) return false;
    if (begun.length === 0) return true;
    record.note(begun);
  }
  return true;
}

async function passObstacle(record: BatchWorkRecord, work: BatchWork, first: BatchObstacle): Promise<void> {
  const [next] = record.nextRows(1);
  if (!next) return;
  let obstacle: BatchObstacle | null = first;
  while (obstacle && !work.isCancelled) {
    record.moveTo('waiting', obstacle);
    obstacle = await work.untilChanged(obstacle, next);
  }
}

/** The notice is a workflow that outlives the batch. */
async function tellChannel(
  order: BatchOrder,
  policy: BatchPolicy,
  progress: BatchProgress & { state: BatchEndState },
): Promise<void> {
  const { channel, batchId, noticeId: id } = order;
  const occurredAt = progress.endedAt ?? progress.updatedAt;
  const addressed: AddressedNotice = {
    channel,
    notice: { id, batchId, progress, occurredAt, ...originOf(order) },
  };
  await startNotice(addressed, policy.notices);
}

function isUnfinished(record: BatchWorkRecord, work: BatchWork): boolean {
  return record.openRows.length > 0 || (record.hasRowsLeft && !work.isCancelled);
}
