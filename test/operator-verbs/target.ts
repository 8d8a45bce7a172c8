import { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { lookUntil } from './look-until';
import type { Scene } from './scenes';
import type { Stage } from './stage';

type Description = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
export type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

// numbers of Temporal's API
const STATE_SCHEDULED = 1;
const STATUS_RUNNING = 1;

const TIME_TO_ACT_MS = 1_500;

/** The purchase that an operator acts on. */
export class Target {
  readonly namespace = 'default';
  readonly workflowId: string;
  /** The runs of the purchase's workflow that are known, the first one first. */
  readonly runs: string[] = [];
  /** Workflows that the operator started beside the purchase. */
  readonly others: string[] = [];

  constructor(
    readonly stage: Stage,
    readonly scene: Scene,
    readonly order: PurchaseOrder,
  ) {
    this.workflowId = purchaseWorkflowId(order.channel, order.externalId);
  }

  get service() {
    return this.stage.client.workflowService;
  }

  /** What every request about the purchase's workflow begins with. */
  get address() {
    return { namespace: this.namespace, execution: { workflowId: this.workflowId } };
  }

  /**
   * Waits until the purchase is stuck as its scene wants it.
   * @returns false when it went on before anybody could look, as it may in some scenes
   */
  async untilStuck(): Promise<boolean> {
    const { waits, goesOn } = this.scene;
    return lookUntil(`${this.workflowId} to be stuck at ${waits}`, async () => {
      if (waits === 'running') return this.stage.gateway.holds(this.order.purchaseId) || undefined;
      const description = await this.describe();
      if (goesOn && description && !isRunning(description)) return false;
      const pending = description?.pendingActivities ?? [];
      return (pending.length > 0 && pending.every((activity) => isWaiting(activity, waits))) || undefined;
    });
  }

  async pending(): Promise<PendingActivity[]> {
    return (await this.describe())?.pendingActivities ?? [];
  }

  /** @returns nothing when Temporal has no such workflow */
  async describe(workflowId = this.workflowId): Promise<Description | undefined> {
    try {
      return await this.service.describeWorkflowExecution({
        namespace: this.namespace,
        execution: { workflowId },
      });
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return undefined;
      throw error;
    }
  }

  /** The whole history of a run; the latest one's unless given. */
  async history(runId?: string, workflowId = this.workflowId): Promise<HistoryEvent[]> {
    const handle = this.stage.client.workflow.getHandle(workflowId, runId);
    return (await handle.fetchHistory()).events ?? [];
  }

  /** The events at which the workflow can be reset, first to last. */
  async completedWorkflowTasks(): Promise<HistoryEvent[]> {
    return (await this.history()).filter((event) => event.workflowTaskCompletedEventAttributes);
  }
}

/** Whether a workflow runs. */
export function isRunning(description: Description): boolean {
  return Number(description.workflowExecutionInfo?.status) === STATUS_RUNNING;
}

/** An activity that has failed, does not run, and will not for long enough to act on it. */
function isWaiting(activity: PendingActivity, type: string): boolean {
  const { activityType, lastFailure, state, nextAttemptScheduleTime: next } = activity;
  if (activityType?.name !== type || !lastFailure || Number(state) !== STATE_SCHEDULED || !next) return false;
  return tsToMs(next) - Date.now() > TIME_TO_ACT_MS;
}
