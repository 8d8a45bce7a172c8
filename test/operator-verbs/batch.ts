import { randomUUID } from 'node:crypto';
import { isGrpcServiceError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { lookUntil } from './look-until';
import type { Target } from './target';

type Operation = Omit<
  temporal.api.workflowservice.v1.IStartBatchOperationRequest,
  'namespace' | 'jobId' | 'reason' | 'executions'
>;

const GRPC_RESOURCE_EXHAUSTED = 8;
const STATE_COMPLETED = 2;

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
      if (isGrpcServiceError(error) && Number(error.code) === GRPC_RESOURCE_EXHAUSTED) return undefined;
      throw error;
    }
  });
  await lookUntil('the batch to be done', async () => {
    const { state } = await service.describeBatchOperation({ namespace, jobId });
    return Number(state) === STATE_COMPLETED || undefined;
  });
}
