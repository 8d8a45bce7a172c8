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
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { updateRejection } from './update-rejections';

/** What came of pausing or resuming. */
export type ControlResult = { kind: 'applied'; state: ControlState } | { kind: 'refused'; because: string };

/** Where what is paused is read. */
export interface PausesSource {
  /** @throws TemporalUnavailable */
  read(): Promise<ControlState>;
}

/** How long an act waits for a worker, which may just be starting. */
const ACT_DEADLINE_MS = 30_000;

/** Pauses and resumes sales, by the one control workflow; it is started when something is first paused. */
export class Control implements PausesSource {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
  ) {}

  /**
   * What is paused, and the latest acts, from the server's own records: no worker is needed. A control workflow that
   * was terminated still says what it said last, so that no slip of a hand sells again what was paused.
   * @throws TemporalUnavailable
   */
  async read(): Promise<ControlState> {
    const handle = this.client.workflow.getHandle(CONTROL_WORKFLOW_ID);
    try {
      const { memo } = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      return (memo?.[CONTROL_MEMO] as ControlState | undefined) ?? NOTHING_PAUSED; // written by the workflow only
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return NOTHING_PAUSED;
      throw error;
    }
  }

  /** @throws TemporalUnavailable when it is not known whether the pause stands; a worker may be missing */
  async pause(request: PauseRequest): Promise<ControlResult> {
    const state = await this.read();
    const fault = pauseFault(state.pauses, request, new Date());
    return fault === undefined ? this.act(PAUSE_UPDATE, request, state) : { kind: 'refused', because: fault };
  }

  /** @throws TemporalUnavailable when it is not known whether it is sold again; a worker may be missing */
  async resume(request: ResumeRequest): Promise<ControlResult> {
    const state = await this.read();
    const fault = resumeFault(state.pauses, request);
    return fault === undefined
      ? this.act(RESUME_UPDATE, request, state)
      : { kind: 'refused', because: fault };
  }

  /** @param last what a workflow that has to be started begins with */
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
