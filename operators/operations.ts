import type { Client } from '@temporalio/client';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  type CancelRequest,
  type CancelResult,
  type DecisionRequest,
  type DecisionResult,
} from '../domain/purchase/protocol';
import { ownCancellation } from '../client/own-cancellation';
import { requireAnswer } from '../client/own-answer';
import { inItsRun, isAnswerTo, requestMark } from '../client/request-mark';
import { isUnknownWorkflow } from '../client/temporal-answers';
import { updateRejection } from '../client/update-rejections';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import {
  OPERATOR_ACTS,
  type Attribution,
  type OperationResult,
  type OperatorAct,
} from '../domain/purchase/operator-acts';

function recorded({ by, why, ticket }: Attribution): Pick<DecisionRequest, 'by' | 'why' | 'reference'> {
  return { by, why, ...(ticket === undefined ? {} : { reference: ticket }) };
}

/** What operators may do to a running purchase. Each act is an update, so that the history records who and why. */
export class Operations {
  constructor(private readonly client: Client) {}

  /** Does an act of `datacode purchases`; see `domain/purchase/operator-acts.ts`. */
  do(
    act: OperatorAct,
    channel: ChannelName,
    id: ExternalId,
    attribution: Attribution,
  ): Promise<OperationResult> {
    const { decision } = OPERATOR_ACTS[act];
    if (decision !== null)
      return this.decide(channel, id, { decision, ...recorded(attribution) }, attribution.updateId);
    return this.cancel(channel, id, attribution);
  }

  /**
   * Settles, retries or gives up the step that is stuck; see `domain/purchase/attention.ts`.
   * @param updateId of an act that may be sent again and must be done once
   */
  async decide(
    channel: ChannelName,
    id: ExternalId,
    request: DecisionRequest,
    updateId?: string,
  ): Promise<OperationResult> {
    return this.act(async () => {
      const handle = this.client.workflow.getHandle(purchaseWorkflowId(channel, id));
      const result = await inItsRun(async () => {
        const mark = await requestMark(this.client, { workflowId: handle.workflowId }, updateId);
        const told = await handle.executeUpdate<DecisionResult, [DecisionRequest]>(DECIDE_UPDATE, {
          args: [{ ...request, ...mark }],
          ...(updateId === undefined ? {} : { updateId }),
        });
        return requireAnswer(told, (own) => typeof own.applied === 'boolean' && isAnswerTo(mark, own));
      });
      if (!result.applied) return { kind: 'not_applied', because: result.because };
      const { unconfirmed } = result;
      return { kind: 'applied', ...(unconfirmed === undefined ? {} : { unconfirmed }) };
    });
  }

  /** Cancels as an operator, under the same rules as the channel. */
  async cancel(channel: ChannelName, id: ExternalId, attribution: Attribution): Promise<OperationResult> {
    return this.act(async () => {
      const handle = this.client.workflow.getHandle(purchaseWorkflowId(channel, id));
      const told = await handle.executeUpdate<CancelResult, [CancelRequest]>(CANCEL_UPDATE, {
        args: [{ refusal: 'cancelled_by_operator', ...recorded(attribution) }],
        ...(attribution.updateId === undefined ? {} : { updateId: attribution.updateId }),
      });
      await ownCancellation(this.client, handle, told);
      return { kind: 'applied' };
    });
  }

  private async act(operation: () => Promise<OperationResult>): Promise<OperationResult> {
    try {
      return await operation();
    } catch (error) {
      if (isUnknownWorkflow(error)) return { kind: 'not_found' };
      const rejection = updateRejection(this.client, error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }
}
