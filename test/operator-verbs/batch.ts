import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { lookUntil } from './look-until';
import type { Target } from './target';

type Operation = Omit<
  temporal.api.workflowservice.v1.IStartBatchOperationRequest,
  'namespace' | 'jobId' | 'reason' | 'executions'
>;

const { BATCH_OPERATION_STATE_COMPLETED: COMPLETED } = temporal.api.enums.v1.BatchOperationState;

/** One batch of Temporal over the purchase's workflow; comes back when it is done. */
export async function batch(target: Target, operation: Operation): Promise<void> {
  const { namespace, service, workflowId } = target;
  const jobId = randomUUID();
  // A namespace runs only so many batches at a time.
  await lookUntil('Temporal to take the batch', async () => {
    try {
      return await service.startBatchOperation({
        namespace,
        jobId,
        reason: 'operator verbs',
        executions: [{ workflowId }],
        ...operation,
      });
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === status.RESOURCE_EXHAUSTED) return undefined;
      throw error;
    }
  });
  await lookUntil('the batch to be done', async () => {
    const { state } = await service.describeBatchOperation({ namespace, jobId });
    return state === COMPLETED || undefined;
  });
}
