import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  type CancelRequest,
  type DecisionRequest,
  type DecisionResult,
} from '../domain/purchase/protocol';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import {
  OPERATOR_ACTS,
  type OperationResult,
  type OperatorAct,
  type Statement,
} from '../domain/purchase/operator-acts';
import type { Purchase } from '../domain/purchase/purchase';

function statement({ by, why, reference }: Statement): Pick<DecisionRequest, 'by' | 'why' | 'reference'> {
  return { by, why, ...(reference === undefined ? {} : { reference }) };
}

/** What operators may do to a running purchase; each act is an update, so who and why stay in its history. */
export class Operations {
  constructor(private readonly client: Client) {}

  /** Does an act of `datacode purchases`; see `domain/purchase/operator-acts.ts`. */
  do(act: OperatorAct, channel: ChannelName, id: ExternalId, given: Statement): Promise<OperationResult> {
    const { decision } = OPERATOR_ACTS[act];
    if (decision !== null) return this.decide(channel, id, { decision, ...statement(given) }, given.updateId);
    return this.cancel(channel, id, given);
  }

  /**
   * Settles, hastens or gives up the step that is stuck; see `domain/purchase/attention.ts`.
   * @param updateId of an act that may be sent again and is to be done once
   */
  async decide(
    channel: ChannelName,
    id: ExternalId,
    request: DecisionRequest,
    updateId?: string,
  ): Promise<OperationResult> {
    return this.act(async () => {
      const handle = this.client.workflow.getHandle(purchaseWorkflowId(channel, id));
      const result = await handle.executeUpdate<DecisionResult, [DecisionRequest]>(DECIDE_UPDATE, {
        args: [request],
        ...(updateId === undefined ? {} : { updateId }),
      });
      if (!result.applied) return { kind: 'not_applied', because: result.because };
      const { unconfirmed } = result;
      return { kind: 'applied', ...(unconfirmed === undefined ? {} : { unconfirmed }) };
    });
  }

  /** Cancels as an operator, under the same rules as the channel. */
  async cancel(channel: ChannelName, id: ExternalId, given: Statement): Promise<OperationResult> {
    return this.act(async () => {
      const handle = this.client.workflow.getHandle(purchaseWorkflowId(channel, id));
      await handle.executeUpdate<Purchase, [CancelRequest]>(CANCEL_UPDATE, {
        args: [{ refusal: 'cancelled_by_operator', ...statement(given) }],
        ...(given.updateId === undefined ? {} : { updateId: given.updateId }),
      });
      return { kind: 'applied' };
    });
  }

  private async act(operation: () => Promise<OperationResult>): Promise<OperationResult> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { kind: 'not_found' };
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
        return { kind: 'refused', because: error.cause.message };
      }
      throw error;
    }
  }
}
