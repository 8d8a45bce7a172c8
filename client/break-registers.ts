import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { calendarDay, type LocalDay } from '../domain/local-time';
import { faultyField } from '../domain/purchase/order-fields';
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
  type SettledElsewhere,
} from '../domain/reconciliation/break-register';
import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import type { dayBreaks } from '../workflows/reconciliation/day-breaks';
import { describedRun } from './described-run';
import { requireOwnRun } from './id-taken';
import { requireAnswer } from './own-answer';
import { PurchaseUnreadable, TemporalUnavailable } from './purchases';
import { inItsRun, keptRunOf, markOfRun } from './request-mark';
import { LatestEntries } from '../runtime/latest-entries';
import { isOfRun } from '../domain/own-result';
import { isRunningNow } from './running-now';
import { StoredDataUnreadable } from './stored-data-unreadable';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow, nothingIfForgotten } from './temporal-answers';
import { updateRejection } from './update-rejections';
import { decodeRuns, executions, type RawExecution } from './visibility-pages';
import { runIdOf } from './workflow-runs';

/** What stands where a register of breaks should be: its id is that of no day, or it holds none of our breaks. */
type OnStrange = (run: { workflowId: string }) => void;

/** Registers of several days. */
interface ReadRegisters {
  read: DayBreaks[];
  /** No worker answers for them now. */
  unreadDays: LocalDay[];
  /** The workflow ids of those that are no registers of ours. */
  unreadable: string[];
}

/** A register that did not end by itself: its breaks may be open all the same. */
export class RegisterEnded extends StoredDataUnreadable {
  override readonly name = 'RegisterEnded';

  constructor(readonly day: LocalDay) {
    super('', false);
    this.message = `the register of the breaks of ${day} was ended from outside: \`datacode reconcile now ${day}\` begins it again`;
  }
}

/** Of completed runs, whether they have come to their own end; as many are remembered, for each client. */
const ends = new WeakMap<Client, LatestEntries<string, boolean>>();
const MAX_REMEMBERED = 10_000;

/** Registers that are read at once. */
const AT_ONCE = 8;

/** The days' registers of breaks; every method throws `TemporalUnavailable`. */
export class BreakRegisters {
  constructor(private readonly client: Client) {}

  /**
   * Tells a day's register what a comparison found; begins one if there is anything to keep.
   * @throws IdTaken
   */
  async observe(seen: BreakObservation, settings: { taskQueue: string; policy: BreakPolicy }): Promise<void> {
    const workflowId = dayBreaksWorkflowId(seen.day);
    const isRunning = await isRunningNow(this.client, workflowId);
    if (isRunning === undefined && seen.breaks.length === 0) return;
    if (isRunning) await this.requireOwn(seen.day, settings.taskQueue);
    const before = isRunning === false ? await this.before(seen.day) : undefined;
    await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.signalWithStart<typeof dayBreaks, [BreakObservation]>(DAY_BREAKS_WORKFLOW, {
        workflowId,
        taskQueue: settings.taskQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: before ? [seen.day, settings.policy, before] : [seen.day, settings.policy],
        signal: OBSERVE_BREAKS_SIGNAL,
        signalArgs: [{ ...seen, toldAt: new Date().toISOString() }],
        staticSummary: `Breaks of ${seen.day}`,
      }),
    );
  }

  /** Tells a day's register that another day's file has a sale; nothing where none is open. */
  async accountFor(day: LocalDay, settlement: SettledElsewhere): Promise<void> {
    const told: SettledElsewhere = { ...settlement, toldAt: new Date().toISOString() };
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () => this.handle(day).signal(ACCOUNT_FOR_SIGNAL, told));
    } catch (fault) {
      if (!(fault instanceof WorkflowNotFoundError)) throw fault;
    }
  }

  /** Records what a person does about a break. */
  async act(day: LocalDay, act: BreakAct): Promise<OperationResult> {
    try {
      const handle = this.handle(day);
      const told = await inItsRun(async () => {
        const mark = await markOfRun(this.client, handle.workflowId);
        const runId = await keptRunOf(this.client, handle.workflowId, mark.runId);
        return handle.executeUpdate<RegisteredBreak, [BreakAct]>(ACT_ON_BREAK_UPDATE, {
          args: [{ ...act, ...mark, runId }],
        });
      });
      requireAnswer(told, ({ id }) => id === act.id);
      return { kind: 'applied' };
    } catch (error) {
      if (isUnknownWorkflow(error)) return { kind: 'not_found' };
      const rejection = updateRejection(this.client, error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }

  /**
   * A day's register from its worker, or from its result; nothing where Temporal has none.
   * @throws PurchaseUnreadable, or IdTaken while it runs, if what is there is no register of ours; RegisterEnded
   */
  async find(day: LocalDay): Promise<DayBreaks | undefined> {
    try {
      const run = await describedRun(this.client, { workflowId: dayBreaksWorkflowId(day) });
      const handle = this.handle(day, runIdOf(run));
      const told = await answerOf(this.client, CALL_DEADLINE_MS, () =>
        run.status === RUNNING ? handle.query<DayBreaks, []>(DAY_BREAKS_QUERY) : handle.result(),
      );
      const register = requireAnswer(told, (one) => isRegisterOf(day, one));
      if (!isOfRun(register, runIdOf(run)) && run.status !== RUNNING) throw new RegisterEnded(day);
      return requireAnswer(register, (one) => isOfRun(one, runIdOf(run)));
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return undefined;
      if (fault instanceof WorkflowFailedError) throw new RegisterEnded(day);
      if (fault instanceof TemporalUnavailable) await this.requireOwn(day); // no worker of ours answers for another's
      throw fault;
    }
  }

  /** Days that have a register, the earliest first. Anyone who can write to Temporal can start one, and it hides no other. */
  async days({ open }: { open: boolean }, onStrange: OnStrange = () => undefined): Promise<LocalDay[]> {
    const days = new Set<LocalDay>();
    const strange = new Set<string>();
    for await (const { execution } of open ? this.mayBeOpen() : executions(this.client, REGISTERS)) {
      const workflowId = execution?.workflowId ?? '';
      const day = dayOf(workflowId);
      if (day === undefined) strange.add(workflowId);
      else days.add(day);
    }
    for (const workflowId of strange) onStrange({ workflowId });
    return [...days].toSorted();
  }

  /** The registers of these days, and what hides no other: those that no worker answers for now, and those that are not ours. */
  async read(days: readonly LocalDay[]): Promise<ReadRegisters> {
    const found: ReadRegisters = { read: [], unreadDays: [], unreadable: [] };
    for (let at = 0; at < days.length; at += AT_ONCE)
      await Promise.all(days.slice(at, at + AT_ONCE).map((day) => this.readInto(found, day)));
    return found;
  }

  private async readInto({ read, unreadDays, unreadable }: ReadRegisters, day: LocalDay): Promise<void> {
    try {
      const register = await this.find(day);
      if (register) read.push(register);
    } catch (fault) {
      if (fault instanceof StoredDataUnreadable) unreadable.push(dayBreaksWorkflowId(day));
      else if (fault instanceof TemporalUnavailable) unreadDays.push(day);
      else throw fault;
    }
  }

  /** Open breaks by when they were found, of all days that can be read; needs no worker. */
  async openSince(): Promise<OpenSince[]> {
    const open: OpenSince[] = [];
    for await (const run of this.mayBeOpen()) {
      const workflowId = run.execution?.workflowId ?? '';
      if (dayOf(workflowId) === undefined) continue;
      if (run.status !== RUNNING && !(await this.isLatest(run))) continue; // it has begun again since
      const { read } = await decodeRuns(this.client, [run], ({ memo }) => memo?.[OPEN_BREAKS_MEMO]);
      open.push(...read.filter(Array.isArray).flat().filter(isOpenSince));
    }
    return open;
  }

  /** The registers that run, that were ended from outside, or that somebody completed in the place of our worker. */
  private async *mayBeOpen(): AsyncIterable<RawExecution> {
    const days = new Set<LocalDay>();
    for await (const run of executions(this.client, `${REGISTERS} AND ${MAY_BE_OPEN}`)) {
      const day = dayOf(run.execution?.workflowId ?? '');
      const isLatest = day !== undefined && !days.has(day); // which is listed first
      if (day !== undefined) days.add(day);
      if (run.status !== COMPLETED || (isLatest && !(await this.hasEnded(day, run)))) yield run;
    }
  }

  /** Whether a register that was completed has come to its own end, or cannot be read for want of its key. */
  private async hasEnded(day: LocalDay, run: RawExecution): Promise<boolean> {
    const known = ends.get(this.client) ?? new LatestEntries<string, boolean>(MAX_REMEMBERED);
    ends.set(this.client, known);
    const before = known.get(runIdOf(run));
    if (before !== undefined) return before;
    const hasEnded = await this.find(day).then(
      () => true,
      (fault: unknown) => {
        if (!(fault instanceof StoredDataUnreadable)) throw fault;
        return fault.reason === 'key_missing' || fault.reason === 'key_shredded';
      },
    );
    known.set(runIdOf(run), hasEnded);
    return hasEnded;
  }

  private async isLatest({ execution }: RawExecution): Promise<boolean> {
    const { workflowId = '', runId } = execution ?? {};
    const latest = await describedRun(this.client, { workflowId: workflowId ?? '' }).catch(
      nothingIfForgotten,
    );
    return latest !== undefined && runIdOf(latest) === runId;
  }

  /** The register that the day had; nothing of what somebody else put there, so that the day can have its register again. */
  private async before(day: LocalDay): Promise<DayBreaks | undefined> {
    try {
      return await this.find(day);
    } catch (fault) {
      if (fault instanceof RegisterEnded) return undefined;
      if (fault instanceof PurchaseUnreadable && fault.reason !== 'key_missing') return undefined;
      throw fault;
    }
  }

  private async requireOwn(day: LocalDay, taskQueue?: string): Promise<void> {
    await requireOwnRun(
      this.client,
      { workflowId: dayBreaksWorkflowId(day) },
      { type: DAY_BREAKS_WORKFLOW, taskQueue, isInput: ([of]) => of === day },
    );
  }

  private handle(day: LocalDay, runId?: string): WorkflowHandle<typeof dayBreaks> {
    return this.client.workflow.getHandle<typeof dayBreaks>(dayBreaksWorkflowId(day), runId);
  }
}

/** The day whose register has this id; nothing for the id of no day. */
function dayOf(workflowId: string): LocalDay | undefined {
  return workflowId.startsWith(ID_PREFIX) ? calendarDay(workflowId.slice(ID_PREFIX.length)) : undefined;
}
const ID_PREFIX = dayBreaksWorkflowId('' as LocalDay); // what every id begins with

function isRegisterOf(day: LocalDay, register: DayBreaks): boolean {
  const { breaks, more } = register;
  return (
    register.day === day &&
    !('files' in register) && // what a comparison found has them, and else the same fields
    Array.isArray(breaks) &&
    breaks.every(isBreak) &&
    typeof more?.count === 'number'
  );
}

/** The fields of a break that every version has written. */
const BREAK_FIELDS = {
  id: 'string',
  kind: 'string',
  purchaseId: 'string',
  atStake: 'number',
  references: 'array',
  foundAt: 'string',
  log: 'array',
} as const;

function isBreak(one: unknown): boolean {
  if (typeof one !== 'object' || one === null || faultyField(one, BREAK_FIELDS) !== undefined) return false;
  return 'kind' in one && Object.hasOwn(BREAK_KINDS, String(one.kind));
}

function isOpenSince(group: unknown): group is OpenSince {
  if (typeof group !== 'object' || group === null) return false;
  return faultyField(group, { foundAt: 'string', count: 'number', atStake: 'number' }) === undefined;
}

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING, WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED } =
  temporal.api.enums.v1.WorkflowExecutionStatus;
/** All but those that go on in another run. One that was ended from outside may have breaks that are open. */
const MAY_BE_OPEN = `ExecutionStatus IN ('Running', 'Terminated', 'Failed', 'TimedOut', 'Canceled', 'Completed')`;
const REGISTERS = `WorkflowType = '${DAY_BREAKS_WORKFLOW}'`;
