import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import type { LocalDay } from '../domain/local-time';
import type { OperationResult } from '../domain/purchase/operator-acts';
import {
  ACCOUNT_FOR_SIGNAL,
  ACT_ON_BREAK_UPDATE,
  DAY_BREAKS_QUERY,
  DAY_BREAKS_WORKFLOW,
  dayBreaksWorkflowId,
  OBSERVE_BREAKS_SIGNAL,
  OPEN_BREAKS_MEMO,
  type BreakAct,
  type BreakObservation,
  type BreakPolicy,
  type DayBreaks,
  type RegisteredBreak,
  type OpenSince,
} from '../domain/reconciliation/break-register';
import type { dayBreaks } from '../workflows/reconciliation/day-breaks';
import { requireAnswer } from './own-answer';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { updateRejection } from './update-rejections';

/** The days' registers of breaks; every method throws `TemporalUnavailable`. */
export class BreakRegisters {
  constructor(private readonly client: Client) {}

  /** Tells a day's register what a comparison found; begins one if there is anything to keep. */
  async observe(seen: BreakObservation, settings: { taskQueue: string; policy: BreakPolicy }): Promise<void> {
    const workflowId = dayBreaksWorkflowId(seen.day);
    const known = await this.status(seen.day);
    if (!known && seen.breaks.length === 0) return;
    const before = known === 'over' ? await this.find(seen.day) : undefined;
    await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.signalWithStart<typeof dayBreaks, [BreakObservation]>(DAY_BREAKS_WORKFLOW, {
        workflowId,
        taskQueue: settings.taskQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: before ? [seen.day, settings.policy, before] : [seen.day, settings.policy],
        signal: OBSERVE_BREAKS_SIGNAL,
        signalArgs: [seen],
        staticSummary: `Breaks of ${seen.day}`,
      }),
    );
  }

  /** Tells a day's register that another day's file has a sale; nothing where none is open. */
  async accountFor(day: LocalDay, settlement: { purchaseId: string; how: string }): Promise<void> {
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.handle(day).signal(ACCOUNT_FOR_SIGNAL, settlement),
      );
    } catch (fault) {
      if (!(fault instanceof WorkflowNotFoundError)) throw fault;
    }
  }

  /** Records what a person does about a break. */
  async act(day: LocalDay, act: BreakAct): Promise<OperationResult> {
    try {
      const told = await this.handle(day).executeUpdate<RegisteredBreak, [BreakAct]>(ACT_ON_BREAK_UPDATE, {
        args: [act],
      });
      requireAnswer(told, ({ id }) => id === act.id);
      return { kind: 'applied' };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { kind: 'not_found' };
      const rejection = updateRejection(error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }

  /** A day's register from its worker, or from its result; nothing where Temporal has none. */
  async find(day: LocalDay): Promise<DayBreaks | undefined> {
    const handle = this.handle(day);
    try {
      return await answerOf(this.client, CALL_DEADLINE_MS, async () => {
        const { status } = await handle.describe();
        return status.name === 'RUNNING' ? handle.query<DayBreaks, []>(DAY_BREAKS_QUERY) : handle.result();
      });
    } catch (fault) {
      if (fault instanceof WorkflowNotFoundError || fault instanceof WorkflowFailedError) return undefined;
      throw fault;
    }
  }

  /** Days that have a register, the earliest first. */
  async days({ open }: { open: boolean }): Promise<LocalDay[]> {
    const days = new Set<LocalDay>();
    for await (const { workflowId } of this.client.workflow.list({ query: queryOf(open) })) {
      days.add(workflowId.slice(dayBreaksWorkflowId('' as LocalDay).length) as LocalDay); // as the id was made
    }
    return [...days].toSorted();
  }

  /** Open breaks by when they were found, of all days; needs no worker. */
  async openSince(): Promise<OpenSince[]> {
    const open: OpenSince[] = [];
    for await (const { memo } of this.client.workflow.list({ query: queryOf(true) })) {
      open.push(...((memo?.[OPEN_BREAKS_MEMO] as OpenSince[] | undefined) ?? [])); // written by the workflow only
    }
    return open;
  }

  private async status(day: LocalDay): Promise<'running' | 'over' | undefined> {
    try {
      const { status } = await answerOf(this.client, CALL_DEADLINE_MS, () => this.handle(day).describe());
      return status.name === 'RUNNING' ? 'running' : 'over';
    } catch (fault) {
      if (fault instanceof WorkflowNotFoundError) return undefined;
      throw fault;
    }
  }

  private handle(day: LocalDay): WorkflowHandle<typeof dayBreaks> {
    return this.client.workflow.getHandle<typeof dayBreaks>(dayBreaksWorkflowId(day));
  }
}

function queryOf(open: boolean): string {
  return `WorkflowType = '${DAY_BREAKS_WORKFLOW}'${open ? " AND ExecutionStatus = 'Running'" : ''}`;
}
