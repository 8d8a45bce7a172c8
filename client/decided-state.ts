import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { isHandedOn, LONGEST_TRAIL, type DecidedList } from '../domain/decided-list';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { IdTaken, requireOwnRun } from './id-taken';
import { PurchaseUnreadable } from './purchases';
import { inItsRun, keptRunOf } from './request-mark';
import { StoredDataUnreadable } from './stored-data-unreadable';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { updateRejection } from './update-rejections';

/** Result of an act of an operator. */
export type ActResult<State> = { kind: 'applied'; state: State } | { kind: 'refused'; because: string };

/** What operators decided cannot be read: then nothing may be sold. */
export class DecisionsUnreadable extends StoredDataUnreadable {
  override readonly name = 'DecisionsUnreadable';
  protected override readonly ownRunbook = 'control-taken';

  constructor({ id, holds }: Pick<DecidedStateWorkflow<unknown>, 'id' | 'holds'>, options: ErrorOptions) {
    super(`the workflow "${id}", which holds ${holds},`, false, options);
  }
}

/** A workflow that holds what operators decide: each act is an update, and its state is in its memo. */
export interface DecidedStateWorkflow<State> {
  type: string;
  id: string;
  /** Its state, as people call it. */
  holds: string;
  /** The memo's field. */
  memo: string;
  /** The state before the first act. */
  initial: State;
  /** Anyone who can write to Temporal can start a workflow under this id with any memo, or none. */
  isState: (value: unknown) => value is State;
  /** Whether it stops any sale. */
  isInForce: (state: State) => boolean;
  summary: string;
  details: string;
}

/** Which pause or block is ended: sent again, it ends no later one. */
export function sinceOf(standing: { since: string } | undefined): { since?: string } {
  return standing ? { since: standing.since } : {};
}

/** How long a change waits for a worker, which may just be starting. */
const ACT_DEADLINE_MS = 30_000;

/** Reads and changes what operators decide, through the one workflow that holds it; the first act starts that. */
export class DecidedState<State extends DecidedList> {
  /** What this process read last: no later reading is of an earlier list. */
  private latest: State | undefined;

  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
    private readonly workflow: DecidedStateWorkflow<State>,
  ) {}

  /**
   * The state from the memo: no worker is needed. The memo of a terminated workflow still counts, so terminating it by
   * mistake undoes no decision. A failed one has refused what it was begun with.
   * @throws TemporalUnavailable; DecisionsUnreadable if the memo is not the workflow's, or is an earlier one than was read
   */
  async read(): Promise<State> {
    const known = this.latest; // a reading that ends later may have begun before
    const state = await this.told();
    if (state === undefined) {
      if (known === undefined || !this.workflow.isInForce(known)) {
        this.latest = undefined; // the next one begins anew
        return this.workflow.initial;
      }
      throw this.unreadable('it was deleted, and stopped sales when it was read last');
    }
    if (known !== undefined && !goesOn(known, state))
      throw this.unreadable('it was put back to an earlier list');
    this.latest = state;
    return state;
  }

  /** Undefined where there is no such workflow. */
  private async told(): Promise<State | undefined> {
    const { id, memo: field, isState } = this.workflow;
    const handle = this.client.workflow.getHandle(id);
    try {
      const run = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe());
      const state = run.memo?.[field]; // written at every start of ours: without it, the workflow is somebody else's
      if (run.status.name !== 'FAILED' && isState(state) && (isFirst(run) || isHandedOn(state))) return state;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw this.inOwnWords(error);
    }
    throw new DecisionsUnreadable(this.workflow, { cause: new PayloadUnreadable('not_decodable', NO_KEY) });
  }

  private rejection(error: unknown): ApplicationFailure | undefined {
    try {
      return updateRejection(this.client, error);
    } catch (fault) {
      throw this.inOwnWords(fault);
    }
  }

  private unreadable(why: string): DecisionsUnreadable {
    return new DecisionsUnreadable(this.workflow, { cause: new Error(why) });
  }

  /**
   * Does an act, and reads that it is in force: whoever takes the workflow's place at Temporal can accept it and do nothing.
   * @param requestOf what the update is told, in this state
   * @param faultOf why the act is refused in this state; undefined when it is not. Once it is done, it is refused
   * @throws TemporalUnavailable if it is unknown whether the act is in force; a worker may be missing
   */
  async act(
    update: string,
    requestOf: (state: State) => object,
    faultOf: (state: State) => string | undefined,
  ): Promise<ActResult<State>> {
    const last = await this.read();
    const fault = faultOf(last);
    if (fault !== undefined) return { kind: 'refused', because: fault };
    await this.requireOwn();
    const handle = this.client.workflow.getHandle(this.workflow.id);
    try {
      await inItsRun(async () => {
        const runId = await keptRunOf(this.client, this.workflow.id, await this.runningFrom(last));
        const request = { ...requestOf(last), act: update, requestId: randomUUID(), runId };
        await answerOf(this.client, ACT_DEADLINE_MS, () =>
          handle.executeUpdate<State, [object]>(update, { args: [request] }),
        );
      });
    } catch (error) {
      const rejection = this.rejection(error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw this.inOwnWords(error);
    }
    const state = await this.read();
    if (faultOf(state) !== undefined) return { kind: 'applied', state };
    throw new DecisionsUnreadable(this.workflow, { cause: new PayloadUnreadable('not_decodable', NO_KEY) });
  }

  /** The run that takes acts; where there is none, one that begins with this state. */
  private async runningFrom(last: State): Promise<string> {
    const { type, id, memo, summary, details } = this.workflow;
    const { firstExecutionRunId } = await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.start(type, {
        workflowId: id,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        taskQueue: this.taskQueue,
        args: [last],
        memo: { [memo]: last },
        staticSummary: summary,
        staticDetails: details,
      }),
    );
    return firstExecutionRunId; // as the server names the one that it started or found
  }

  /** Another program's would be updated as ours, or never answer. */
  private async requireOwn(): Promise<void> {
    const { id: workflowId, type, isState } = this.workflow;
    const own = { type, taskQueue: this.taskQueue, isInput: ([state]: readonly unknown[]) => isState(state) };
    await requireOwnRun(this.client, { workflowId }, own).catch((fault: unknown) => {
      if (!(fault instanceof IdTaken)) throw fault;
      throw new DecisionsUnreadable(this.workflow, { cause: fault.unreadable ?? new Error(fault.why) });
    });
  }

  private inOwnWords(error: unknown): unknown {
    if (!(error instanceof PurchaseUnreadable)) return error;
    return new DecisionsUnreadable(this.workflow, { cause: error.cause });
  }
}

function isFirst({ runId, raw }: WorkflowExecutionDescription): boolean {
  const first = raw.workflowExecutionInfo?.firstRunId;
  return !first || first === runId; // the server of tests whose time is skipped does not say
}

/** Whether a list is the one that was read before, or one that it became since. */
function goesOn<State extends DecidedList>(before: State, { trail }: State): boolean {
  const last = before.trail.at(-1);
  if (last === undefined || trail.some((act) => isDeepStrictEqual(act, last))) return true;
  return trail.length >= LONGEST_TRAIL && trail.every(({ at }) => at > last.at); // more was done since than is kept
}
