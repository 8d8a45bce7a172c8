import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  CONTROL_MEMO,
  CONTROL_WORKFLOW,
  CONTROL_WORKFLOW_ID,
  NOTHING_PAUSED,
  PAUSE_UPDATE,
  pauseFault,
  RESUME_UPDATE,
  resumeFault,
  type ControlState,
  type PauseRequest,
  type ResumeRequest,
} from '../domain/control';
import type { control } from '../workflows/control';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { answerOf, CALL_DEADLINE_MS, unavailable } from './temporal-answers';
import { updateRejection } from './update-rejections';

/** Result of pausing or resuming. */
export type ControlResult = { kind: 'applied'; state: ControlState } | { kind: 'refused'; because: string };

/** Reads what is paused. */
export interface PausesSource {
  /** @throws TemporalUnavailable */
  read(): Promise<ControlState>;
}

/** How long a change waits for a worker, which may just be starting. */
const ACT_DEADLINE_MS = 30_000;

/** Pauses and resumes sales through the control workflow, which the first pause starts. */
export class Control implements PausesSource {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * What is paused, and the latest changes, from the memo: no worker is needed. The memo of a terminated control
   * workflow still counts, so terminating it by mistake resumes nothing.
   * @throws TemporalUnavailable; PurchaseUnreadable if the memo is not the workflow's: then nothing may be sold
   */
  async read(): Promise<ControlState> {
    const handle = this.client.workflow.getHandle(CONTROL_WORKFLOW_ID);
    try {
      const { memo } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      const state = memo?.[CONTROL_MEMO];
      if (state === undefined) return NOTHING_PAUSED;
      if (!isControlState(state)) throw unavailable(new PayloadUnreadable('not_decodable', NO_KEY));
      return state;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return NOTHING_PAUSED;
      throw error;
    }
  }

  /** @throws TemporalUnavailable if it is unknown whether the pause is in force; a worker may be missing */
  async pause(request: PauseRequest): Promise<ControlResult> {
    const state = await this.read();
    const fault = pauseFault(state.pauses, request, new Date());
    return fault === undefined ? this.act(PAUSE_UPDATE, request, state) : { kind: 'refused', because: fault };
  }

  /** @throws TemporalUnavailable if it is unknown whether sales have resumed; a worker may be missing */
  async resume(request: ResumeRequest): Promise<ControlResult> {
    const state = await this.read();
    const fault = resumeFault(state.pauses, request);
    return fault === undefined
      ? this.act(RESUME_UPDATE, request, state)
      : { kind: 'refused', because: fault };
  }

  /** @param last initial state if the workflow has to be started */
  private async act(
    update: string,
    request: PauseRequest | ResumeRequest,
    last: ControlState,
  ): Promise<ControlResult> {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof control>(CONTROL_WORKFLOW, {
      workflowId: CONTROL_WORKFLOW_ID,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      taskQueue: this.taskQueue,
      args: [last],
      memo: { [CONTROL_MEMO]: last },
      staticSummary: 'What is paused: all sales, a channel, a package',
      staticDetails:
        'New sales that are paused here are refused by the API; purchases that were accepted go on. ' +
        'Pause and resume by `datacode purchases`, or by the updates `pause` and `resume`.',
    });
    try {
      const state = await answerOf(this.client, ACT_DEADLINE_MS, () =>
        this.client.workflow.executeUpdateWithStart<
          typeof control,
          ControlState,
          [PauseRequest | ResumeRequest]
        >(update, { startWorkflowOperation, args: [request] }),
      );
      return { kind: 'applied', state };
    } catch (error) {
      const rejection = updateRejection(error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }
}

/** Anyone who can write to Temporal can start a workflow under this id with any memo. */
function isControlState(value: unknown): value is ControlState {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, { pauses: 'array' }) === undefined;
}
