import { status } from '@grpc/grpc-js';
import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { optionalTsToDate, tsToDate } from '@temporalio/common/lib/time';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import type { PurchaseId } from '../../domain/identifiers';
import type { LocalDay } from '../../domain/local-time';
import { isOfRun } from '../../domain/own-result';
import {
  dayOfReconciliation,
  isResultOf,
  longestDayMs,
  type CarriedOver,
  RECONCILIATION_IDS,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  type DayStatus,
  type KnownDay,
  type StandingDay,
  type ReconciliationPolicy,
  type ReconciliationResult,
} from '../../domain/reconciliation/reconciliation';
import type { reconciliation } from '../../workflows/reconciliation/reconciliation';
import { requireDayOver } from '../day-over';
import { describedRun } from '../../client/described-run';
import { idTakenBy, type IdTaken, type OwnStart } from '../../client/id-taken';
import { PurchaseUnreadable } from '../../client/purchases';
import {
  answerOf,
  CALL_DEADLINE_MS,
  hasCode,
  isUnknownWorkflow,
  nothingIfForgotten,
  unavailable,
} from '../../client/temporal-answers';
import { executions } from '../../client/visibility-pages';
import { runIdOf } from '../../client/workflow-runs';
import { workflowIdBeginsWith } from '../../client/visibility-query';

/** A day by its latest run. */
export interface DayRun extends KnownDay {
  workflowId: string;
  startedAt: Date;
  closedAt: Date | null;
  /** Of a run that came to its end. */
  result: ReconciliationResult | null;
}

/** Days that are read at once. */
const AT_ONCE = 8;

/** The reconciled days as Temporal keeps them: one workflow id a day, the latest run counts. */
export class ReconciliationDays {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string },
  ) {}

  /** Nothing when the day was never tried, or longer ago than Temporal keeps. */
  async run(day: LocalDay): Promise<DayRun | undefined> {
    return (await this.look(day))?.run;
  }

  /** Asked day by day, which Temporal answers at once and for certain, while its index follows after a moment. */
  async standings(days: readonly LocalDay[]): Promise<StandingDay[]> {
    const runs = await this.runs(days);
    return days.map((day, place) => {
      const run = runs[place];
      const standing = run?.standing ?? ('never_tried' satisfies DayStatus);
      const result = run?.result;
      return {
        day,
        standing,
        ...(run?.taken === undefined ? {} : { taken: run.taken }),
        ...(result?.kind === 'reconciled'
          ? { comparison: { compared: result.files, isClean: result.clean } }
          : {}),
      };
    });
  }

  /**
   * The days that were ever tried or whose id was taken, the earliest first.
   * @param from the first day, none for as long as Temporal keeps
   * @param onStrange called for each workflow of this type that is of no day: somebody else started it, and it hides none
   */
  async list(
    { from, to }: { from?: LocalDay | undefined; to?: LocalDay | undefined },
    onStrange: (run: { workflowId: string }) => void = () => undefined,
  ): Promise<DayRun[]> {
    const days = new Set<LocalDay>();
    const query = `WorkflowType = '${RECONCILIATION_WORKFLOW}' OR ${workflowIdBeginsWith(RECONCILIATION_IDS)}`;
    for await (const { execution } of executions(this.client, query)) {
      const workflowId = execution?.workflowId ?? '';
      const day = dayOfReconciliation(workflowId);
      if (day === undefined) onStrange({ workflowId });
      else if ((from === undefined || day >= from) && (to === undefined || day <= to)) days.add(day);
    }
    const runs = await this.runs([...days].toSorted());
    return runs.filter((run) => run !== undefined);
  }

  /**
   * What the day's file is to show of the day before; nothing where that was not reconciled.
   * @throws IdTaken where that cannot be known
   */
  async carriedOver(lastDay: LocalDay): Promise<readonly (CarriedOver | PurchaseId)[]> {
    const looked = await this.look(lastDay);
    if (looked?.taken) throw looked.taken;
    const result = looked?.run.result;
    return result?.kind === 'reconciled' ? (result.awaited ?? result.carryOver) : [];
  }

  /**
   * Reconciles a day by a person's hand, also one that was reconciled before.
   * @returns whether it was begun; it was not when the day is being reconciled already
   * @throws DayNotOver, IdTaken
   */
  async begin(day: LocalDay, policy: ReconciliationPolicy): Promise<boolean> {
    requireDayOver(day);
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.client.workflow.start<typeof reconciliation>(RECONCILIATION_WORKFLOW, {
          workflowId: reconciliationWorkflowId(day),
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          taskQueue: this.settings.taskQueue,
          args: [day, policy],
          workflowExecutionTimeout: longestDayMs(policy),
          staticSummary: `Reconciliation of ${day} with MobiFone`,
        }),
      );
      return true;
    } catch (fault) {
      if (!(fault instanceof WorkflowExecutionAlreadyStartedError)) throw fault;
      const taken = (await this.look(day))?.taken;
      if (taken) throw taken;
      return false;
    }
  }

  /** Waits for the end of a day's latest run. */
  async end(day: LocalDay): Promise<ReconciliationResult | null> {
    const workflowId = reconciliationWorkflowId(day);
    const run = await describedRun(this.client, { workflowId }).catch(nothingIfForgotten);
    return run ? this.resultOf(day, runIdOf(run)) : null;
  }

  private async look(day: LocalDay): Promise<{ run: DayRun; taken?: IdTaken } | undefined> {
    const workflowId = reconciliationWorkflowId(day);
    try {
      const info = await describedRun(this.client, { workflowId });
      const closedAt = optionalTsToDate(info.closeTime) ?? null;
      const known = { day, workflowId, startedAt: tsToDate(info.startTime ?? {}), closedAt };
      const own = this.ownStart(day);
      // Which workers took it matters only while it runs: the task queue may have had another name.
      const taken = await idTakenBy(this.client, info, closedAt ? { ...own, taskQueue: undefined } : own);
      if (closedAt !== null) {
        const result = taken ? null : await this.resultOf(day, runIdOf(info)); // a copy of an earlier result is none
        return { run: { ...known, standing: result?.kind ?? 'failed', result } };
      }
      if (!taken) return { run: { ...known, standing: 'running', result: null } };
      return { run: { ...known, standing: 'taken', taken: taken.message, result: null }, taken };
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return undefined;
      throw fault;
    }
  }

  private ownStart(day: LocalDay): OwnStart {
    const { taskQueue } = this.settings;
    return { type: RECONCILIATION_WORKFLOW, taskQueue, isInput: ([of]) => of === day };
  }

  private async runs(days: readonly LocalDay[]): Promise<(DayRun | undefined)[]> {
    const runs: (DayRun | undefined)[] = [];
    for (let at = 0; at < days.length; at += AT_ONCE) {
      runs.push(...(await Promise.all(days.slice(at, at + AT_ONCE).map((day) => this.run(day)))));
    }
    return runs;
  }

  /** Nothing for a run that was cut off, failed by a defect, or was completed by somebody else. */
  private async resultOf(day: LocalDay, runId: string): Promise<ReconciliationResult | null> {
    try {
      const told: unknown = await this.handle(day, runId).result();
      return isResultOf(day, told) && isOfRun(told, runId) ? told : null;
    } catch (fault) {
      if (fault instanceof WorkflowFailedError || hasCode(fault, status.NOT_FOUND)) return null;
      if (unavailable(fault) instanceof PurchaseUnreadable) return null;
      throw fault;
    }
  }

  private handle(day: LocalDay, runId: string): WorkflowHandle<typeof reconciliation> {
    return this.client.workflow.getHandle<typeof reconciliation>(reconciliationWorkflowId(day), runId);
  }
}
