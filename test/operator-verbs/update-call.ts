import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';
import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Target } from './target';

/** What became of an update. */
export type UpdateAnswer =
  | { kind: 'accepted' }
  /** With the reason that the caller reads. */
  | { kind: 'refused'; reason: string }
  /** The workflow was over. */
  | { kind: 'over' }
  /** Longer than any answer takes: it waits for a workflow task that fails. */
  | { kind: 'silence' };

/** Arguments of an update as they go over the wire. */
export type Payloads = temporal.api.common.v1.IPayload[];

const ANSWER_MS = 30_000;
const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED: COMPLETED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;

export function payloadsOf(args: readonly unknown[]): Payloads {
  return toPayloads(defaultPayloadConverter, ...args) ?? [];
}

/** Bytes that are no JSON, as an API client can send them. */
export const UNDECODABLE: Payloads = [
  { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"by":') },
];

/** Sends an update as Temporal's Web UI and command do, and waits for its answer. */
export async function update(target: Target, name: string, payloads: Payloads): Promise<UpdateAnswer> {
  const answered = send(target, name, payloads);
  const silence = pause(ANSWER_MS, { kind: 'silence' } as const, { ref: false });
  return Promise.race([answered, silence]);
}

async function send(target: Target, name: string, payloads: Payloads): Promise<UpdateAnswer> {
  try {
    const { outcome } = await target.service.updateWorkflowExecution({
      namespace: target.namespace,
      workflowExecution: { workflowId: target.workflowId },
      waitPolicy: { lifecycleStage: COMPLETED },
      request: { meta: { updateId: randomUUID() }, input: { name, args: { payloads } } },
    });
    if (!outcome) return { kind: 'silence' }; // Temporal ends a long wait by itself
    return outcome.failure
      ? { kind: 'refused', reason: outcome.failure.message ?? '' }
      : { kind: 'accepted' };
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return { kind: 'over' };
    throw error;
  }
}
