import type { Client } from '@temporalio/client';
import {
  CONTROL_MEMO,
  CONTROL_WORKFLOW,
  CONTROL_WORKFLOW_ID,
  isSameScope,
  NOTHING_PAUSED,
  PAUSE_UPDATE,
  pauseFault,
  RESUME_UPDATE,
  resumeFault,
  type ControlState,
  type PauseRequest,
  type ResumeRequest,
} from '../domain/control';
import { faultyField } from '../domain/purchase/order-fields';
import { DecidedState, sinceOf, type ActResult, type DecidedStateWorkflow } from './decided-state';

/** Result of pausing or resuming. */
export type ControlResult = ActResult<ControlState>;

/** Reads what is paused. */
export interface PausesSource {
  /** @throws TemporalUnavailable */
  read(): Promise<ControlState>;
}

/** Pauses and resumes sales through the control workflow, which the first pause starts. */
export class Control implements PausesSource {
  private readonly decided: DecidedState<ControlState>;

  constructor(client: Client, taskQueue: string) {
    this.decided = new DecidedState(client, taskQueue, CONTROL);
  }

  /**
   * What is paused, and the latest changes.
   * @throws TemporalUnavailable; DecisionsUnreadable if the memo is not the workflow's: then nothing may be sold
   */
  read(): Promise<ControlState> {
    return this.decided.read();
  }

  /** @throws TemporalUnavailable if it is unknown whether the pause is in force; a worker may be missing */
  pause(request: PauseRequest): Promise<ControlResult> {
    return this.decided.act(
      PAUSE_UPDATE,
      () => request,
      ({ pauses }) => pauseFault(pauses, request, new Date()),
    );
  }

  /** @throws TemporalUnavailable if it is unknown whether sales have resumed; a worker may be missing */
  resume(request: ResumeRequest): Promise<ControlResult> {
    return this.decided.act(
      RESUME_UPDATE,
      ({ pauses }) => ({
        ...request,
        ...sinceOf(pauses.find(({ scope }) => isSameScope(scope, request.scope))),
      }),
      ({ pauses }) => resumeFault(pauses, request),
    );
  }
}

const CONTROL: DecidedStateWorkflow<ControlState> = {
  type: CONTROL_WORKFLOW,
  id: CONTROL_WORKFLOW_ID,
  holds: 'what is paused',
  memo: CONTROL_MEMO,
  initial: NOTHING_PAUSED,
  isState: isControlState,
  isInForce: ({ pauses }) => pauses.length > 0,
  summary: 'What is paused: all sales, a channel, a package',
  details:
    'New sales that are paused here are refused by the API; purchases that were accepted go on. ' +
    'Pause and resume by `datacode purchases`, or by the updates `pause` and `resume`.',
};

function isControlState(value: unknown): value is ControlState {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, { pauses: 'array', trail: 'array' }) === undefined;
}
