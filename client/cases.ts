import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import {
  CASE_QUERY,
  CASE_WORKFLOW,
  DECIDE_CASE_UPDATE,
  type CaseDecisionResult,
  type CaseRequest,
} from '../domain/case/protocol';
import { caseStart, caseSummary } from '../domain/case/start';
import {
  isCaseOver,
  isClosedEvidence,
  mayBeOpenedAgain,
  type Case,
  type CaseEvidence,
  type CaseKind,
  type CaseOrder,
  type CaseSubject,
  type ReconciledSubject,
} from '../domain/case/case';
import {
  caseId,
  caseIdOf,
  purchaseWorkflowId,
  type CaseId,
  type ChannelName,
  type ExternalId,
  type PurchaseId,
} from '../domain/identifiers';
import { startsInTime } from '../domain/purchase/acceptance';
import type { Purchase, PurchasePolicy } from '../domain/purchase/purchase';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { PurchaseOutcome } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchaseCase } from '../workflows/case/case';
import type { OperationResult } from '../domain/purchase/operator-acts';
import type { purchase } from '../workflows/purchase/purchase';
import { ownCaseRun, ownCaseRunsAmong, ownListedCase } from './case-runs';
import { caseOf } from './closed-purchases';
import { describedRun } from './described-run';
import { firstStarts } from './first-starts';
import { IdTaken, idTakenBy, type OwnStart } from './id-taken';
import { requireAnswer } from './own-answer';
import {
  caseOfOurs,
  CUT_OFF_CASES_QUERY,
  isCard,
  isCaseState,
  isWholeCase,
  OPEN_QUERY,
  type ListedCase,
} from './listed-case';
import { inItsRun, isAnswerTo, requestMark } from './request-mark';
import { takeSnapshot, type Snapshot } from './purchase-snapshot';
import { LOCKED } from './strange-runs';
import {
  answerOf,
  CALL_DEADLINE_MS,
  isUnknownWorkflow,
  nothingIfForgotten,
  unavailable,
} from './temporal-answers';
import { updateRejection } from './update-rejections';
import { executions, inGroups, workflowIdOf, type RawExecution } from './visibility-pages';
import { equals, MAX_IDS_PER_QUERY } from './visibility-query';
import { runIdOf, runsOf } from './workflow-runs';

const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED, WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } =
  temporal.api.enums.v1.WorkflowExecutionStatus;

/** A case to open: about which purchase, by whom and why. */
export interface CaseWish {
  channel: ChannelName;
  externalId: ExternalId;
  subject: ReconciledSubject;
  evidence: CaseEvidence;
  by: string;
  why: string;
}

const REUSE_POLICIES: Record<CaseKind, WorkflowIdReusePolicy> = {
  make_good: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  reversal: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  workflow_closed: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
};

/** A case, and whether its workflow was ended from outside before it was over. */
export type FoundCase = Case & { cutOff?: true };

const CUT_OFF = {
  kind: 'refused',
  because: 'the workflow of the case was ended from outside: open the case again',
} as const;
const OPEN_ALREADY = { kind: 'refused', because: 'the case is open already' } as const;

export type CaseOpening =
  | { kind: 'opened'; id: CaseId }
  /** It is open, or over for good, or was decided about the same file. One that was ended from outside is opened again. */
  | { kind: 'known'; id: CaseId }
  | { kind: 'refused'; because: string };

/** Which cases; all of them unless it says less. */
interface CaseFilter {
  purchaseId?: PurchaseId | undefined;
  channel?: string | undefined;
  open?: boolean | undefined;
  /** Those alone that were ended from outside before they were over. */
  cutOff?: true;
  needsAttention?: boolean | undefined;
}

/** The search for cases. */
export function casesQuery({ purchaseId, channel, open, cutOff, needsAttention }: CaseFilter): string {
  return [
    `WorkflowType = '${CASE_WORKFLOW}'`,
    ...(purchaseId === undefined ? [] : [equals(SEARCH_ATTRIBUTES.purchaseId, purchaseId)]),
    ...(channel === undefined ? [] : [equals(SEARCH_ATTRIBUTES.channel, channel)]),
    ...(open === undefined ? [] : [open ? OPEN_QUERY : "ExecutionStatus != 'Running'"]),
    ...(cutOff ? [CUT_OFF_CASES_QUERY] : []),
    ...(needsAttention === undefined ? [] : [equals(SEARCH_ATTRIBUTES.needsAttention, needsAttention)]),
  ].join(' AND ');
}

/**
 * Cases in no particular order: those of a purchase or of a channel, the open ones, those that need a person, or all. One that was
 * ended from outside before a person closed it is open.
 * @param onUnreadable called for each workflow of this type that is no case of ours, or that cannot be read: anyone who can
 *   write to Temporal can start one, and it hides no other
 * @throws TemporalUnavailable, and without `onUnreadable` PurchaseUnreadable if a case of ours cannot be read
 */
export async function* listCases(
  client: Client,
  wanted: CaseFilter = {},
  onUnreadable?: (run: { workflowId: string }) => void,
): AsyncGenerator<ListedCase> {
  const query = casesQuery(wanted);
  for await (const group of inGroups(executions(client, query, { deadlineMs: 'none' }), MAX_IDS_PER_QUERY)) {
    for (const run of await ownCaseRunsAmong(client, group)) {
      const workflowId = workflowIdOf(run);
      const found = caseIdOf(workflowId) === undefined ? undefined : await caseOfOurs(client, run);
      if (found instanceof PayloadUnreadable && !onUnreadable) throw unavailable(found);
      const isEnded = (wanted.open === true || wanted.cutOff) && run.status !== RUNNING;
      if (isEnded && (!found || ('cutOff' in found && !found.cutOff))) continue; // it is over, or none of ours that waits for nobody
      if (found && !(found instanceof PayloadUnreadable)) yield found;
      else onUnreadable?.({ workflowId });
    }
  }
}

/** Cases about purchases that are over; every method throws `TemporalUnavailable`. */
export class Cases {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: PurchasePolicy },
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Opens a case about a purchase that is over and may have one: once, and again if it was closed and another file shows the same. */
  async open(wish: CaseWish): Promise<CaseOpening> {
    const handle = this.client.workflow.getHandle<typeof purchase>(
      purchaseWorkflowId(wish.channel, wish.externalId),
    );
    const snapshot = await takeSnapshot(this.client, handle);
    if (!snapshot) return { kind: 'refused', because: 'there is no such purchase' };
    const check = overAndDone(snapshot.purchase, snapshot.closed, wish.subject);
    if ('because' in check) return { kind: 'refused', ...check };
    const elsewhere = await this.decidedElsewhere(snapshot, wish.subject);
    if (elsewhere !== undefined) return { kind: 'refused', because: elsewhere };
    const { by, why, subject, evidence } = wish;
    const { order } = snapshot.purchase;
    const id = caseId(order.purchaseId, subject);
    const opening: CaseOrder = {
      id,
      subject,
      purchase: order,
      outcome: check.outcome,
      evidence,
      openedAt: this.now().toISOString(),
      by,
      why,
    };
    const first = await this.start(opening);
    if (first.kind !== 'known') return first;
    const known = await this.find(id);
    if (known?.cutOff) return this.start({ ...opening, again: true, earlier: known.log });
    return known && wasClosedFor(known, evidence) ? this.start({ ...opening, again: true }) : first;
  }

  /** A sale that was cut off has a case about that run: while it may refund it, or has, no other one makes the sale good. */
  private async decidedElsewhere(
    { purchase: { order, attention }, runId }: Snapshot,
    { kind }: CaseSubject,
  ): Promise<string | undefined> {
    if (kind !== 'make_good' || attention?.reason !== 'workflow_closed') return undefined;
    const { channel, externalId, purchaseId } = order;
    const about = caseOf({ channel, externalId, purchaseId, runId });
    const found = await this.listed(about);
    return !found || mayBeOpenedAgain(found.state) ? undefined : `${about} is ${found.state}: decide there`;
  }

  private listed(id: CaseId): Promise<ListedCase | undefined> {
    return ownListedCase(this.client, id).catch((fault: unknown) => {
      throw unavailable(fault);
    });
  }

  /**
   * The case as it is now, from the worker or the result of its own run; undefined if there is none.
   * @throws PurchaseUnreadable if it was completed with something else
   */
  async find(id: CaseId): Promise<FoundCase | undefined> {
    const own = await ownCaseRun(this.client, id);
    if (!own) return undefined;
    const handle = this.handle(id, runIdOf(own));
    try {
      const told: Case | undefined = await answerOf(this.client, CALL_DEADLINE_MS, () =>
        own.status === COMPLETED ? handle.result() : handle.query<Case, []>(CASE_QUERY),
      );
      if (told === undefined) return undefined; // completed by hand, without a result
      const found = requireAnswer(
        told,
        ({ card, state, log }) => isCard(card) && card.id === id && isCaseState(state) && Array.isArray(log),
      );
      const isCutOff = own.status !== RUNNING && !isCaseOver(found.state);
      return isCutOff ? { ...found, cutOff: true } : found;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      const ended = await this.ended(own);
      if (ended) return ended;
      throw error;
    }
  }

  /** A case that was ended from outside, by its memo: such a run may answer no query, as where it had no task. */
  private async ended(own: RawExecution): Promise<FoundCase | undefined> {
    const found = await caseOfOurs(this.client, own);
    if (!found || found instanceof PayloadUnreadable || !found.cutOff) return undefined;
    const { card, state } = found;
    const log = [{ at: card.openedAt, what: 'what happened is in the history of the run that was ended' }];
    return { card, state, attention: null, log, cutOff: true };
  }

  /** Records a person's decision; who and why stay in the case's history. */
  async decide(id: CaseId, request: CaseRequest): Promise<OperationResult> {
    try {
      const result = await inItsRun(async () => {
        const run = await this.currentRun(id);
        const mark = await requestMark(this.client, run);
        const told = await this.handle(id, run.runId).executeUpdate<CaseDecisionResult, [CaseRequest]>(
          DECIDE_CASE_UPDATE,
          { args: [{ ...request, ...mark }] },
        );
        return requireAnswer(told, (own) => typeof own.applied === 'boolean' && isAnswerTo(mark, own));
      });
      return result.applied ? { kind: 'applied' } : { kind: 'not_applied', because: result.because };
    } catch (error) {
      if (isUnknownWorkflow(error)) return (await this.listed(id))?.cutOff ? CUT_OFF : { kind: 'not_found' };
      const rejection = updateRejection(this.client, error);
      if (rejection) return { kind: 'refused', because: rejection.message };
      throw error;
    }
  }

  /**
   * Opens a case again that a person has closed, as when MobiFone says later that it was wrong, or that was ended from outside: with
   * its evidence and its log.
   */
  async reopen(id: CaseId, { by, why }: { by: string; why: string }): Promise<OperationResult> {
    const known = await this.find(id);
    if (!known) return { kind: 'not_found' };
    const { card, state, log, cutOff } = known;
    if (!cutOff && !isCaseOver(state)) return OPEN_ALREADY;
    if (!cutOff && !mayBeOpenedAgain(state))
      return { kind: 'refused', because: `the case cannot be opened again: ${state}` };
    const handle = this.client.workflow.getHandle<typeof purchase>(
      purchaseWorkflowId(card.channel, card.externalId),
    );
    const snapshot = await takeSnapshot(this.client, handle);
    if (snapshot?.purchase.order.purchaseId !== card.purchaseId)
      return { kind: 'refused', because: 'there is no such purchase' };
    const { subject, outcome, evidence } = card;
    const elsewhere = await this.decidedElsewhere(snapshot, subject);
    if (elsewhere !== undefined) return { kind: 'refused', because: elsewhere };
    const opening = await this.start({
      id,
      subject,
      outcome,
      evidence,
      by,
      why,
      purchase: snapshot.purchase.order,
      openedAt: this.now().toISOString(),
      again: true,
      earlier: log,
    });
    return opening.kind === 'opened' ? { kind: 'applied' } : OPEN_ALREADY;
  }

  /**
   * Starts the workflow of a case. A case about the same facts is never opened twice, with one exception: a case about
   * a cut-off purchase is opened again if it was itself ended from outside. One that says `again` was closed, or ended from outside,
   * before.
   * @throws IdTaken if what has the id is no case of ours, or was completed by hand
   */
  async start(order: CaseOrder): Promise<CaseOpening> {
    const { id, subject } = order;
    try {
      const { firstExecutionRunId } = await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.client.workflow.start<typeof purchaseCase>(CASE_WORKFLOW, {
          ...this.startOf(order),
          workflowIdReusePolicy: order.again
            ? WorkflowIdReusePolicy.ALLOW_DUPLICATE
            : REUSE_POLICIES[subject.kind],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        }),
      );
      firstStarts.set(this.client, id, firstExecutionRunId);
      return { kind: 'opened', id };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await this.requireOwn(order);
      return { kind: 'known', id };
    }
  }

  /**
   * Opens a case whose id is taken: unless ours is there, or was closed before, it is started in the place of what is.
   * @throws IdTaken where it may be ours, under a key that is missing
   */
  async startTaken(order: CaseOrder): Promise<CaseOpening> {
    const { id } = order;
    const run = await describedRun(this.client, { workflowId: id }).catch(nothingIfForgotten);
    const taken = run && (await idTakenBy(this.client, run, this.startOfOurs(run, id)));
    const isOurs = run && !taken && isWholeCase(run, await caseOfOurs(this.client, run));
    if (isOurs || (await this.wasClosed(id))) return { kind: 'known', id };
    if (taken?.reason && LOCKED.has(taken.reason))
      throw new IdTaken(id, taken.why, { verb: 'delete', unreadable: taken.unreadable });
    await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.start<typeof purchaseCase>(CASE_WORKFLOW, {
        ...this.startOf(order),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
      }),
    );
    return { kind: 'opened', id };
  }

  /** Whether an earlier run was ours and a person closed it, whoever started its id again. */
  private async wasClosed(id: CaseId): Promise<boolean> {
    const runs = await runsOf(this.client, [id], `WorkflowType = '${CASE_WORKFLOW}'`);
    for (const run of runs.get(id) ?? []) {
      const found = await caseOfOurs(this.client, run);
      if (found && 'state' in found && isCaseOver(found.state)) return true;
    }
    return false;
  }

  /**
   * The task queue may have had another name when the case was opened. A copy of its start comes later than that, and on another
   * queue no worker of ours would take it.
   */
  private startOfOurs(run: RawExecution, id: CaseId): OwnStart {
    const { isInput, ...own } = this.ownStart(id);
    const isOnOurQueue = run.taskQueue === own.taskQueue;
    const startedAt = tsToMs(run.executionTime ?? run.startTime);
    return {
      type: own.type,
      isInput: (input) => isInput(input) && (isOnOurQueue || startsInTime(openingOf(input), startedAt)),
    };
  }

  private ownStart(id: CaseId): OwnStart {
    return {
      type: CASE_WORKFLOW,
      taskQueue: this.settings.taskQueue,
      isInput: ([order]) => typeof order === 'object' && order !== null && 'id' in order && order.id === id,
    };
  }

  private startOf(order: CaseOrder) {
    return {
      workflowId: order.id,
      taskQueue: this.settings.taskQueue,
      args: [order, this.settings.policy] as [CaseOrder, PurchasePolicy], // a tuple, not a list
      staticSummary: caseSummary(order),
      ...caseStart(order),
    };
  }

  /** Whatever is in the way of a start has to be the case itself, also where a copy of one of its starts came later. */
  private async requireOwn({ id, again }: CaseOrder): Promise<void> {
    const own = await ownCaseRun(this.client, id);
    if (!own) return;
    const found = await caseOfOurs(this.client, own);
    if (!isWholeCase(own, found))
      throw new IdTaken(id, 'it is no case of ours, or was completed by hand', { verb: 'delete' });
    const latest = await describedRun(this.client, { workflowId: id }).catch(nothingIfForgotten);
    const isCutOff = found !== undefined && 'cutOff' in found && found.cutOff;
    if (latest && runIdOf(latest) !== runIdOf(own) && (again || isCutOff))
      throw new IdTaken(id, 'it is a copy of a start of the case, not the case', {
        verb: latest.closeTime ? 'delete' : 'terminate',
      });
  }

  /** @throws WorkflowNotFoundError */
  private async currentRun(id: CaseId): Promise<{ workflowId: CaseId; runId: string }> {
    const own = await ownCaseRun(this.client, id);
    if (!own) throw new WorkflowNotFoundError('there is no such case', id, undefined);
    return { workflowId: id, runId: runIdOf(own) };
  }

  private handle(id: CaseId, runId: string): WorkflowHandle<typeof purchaseCase> {
    return this.client.workflow.getHandle<typeof purchaseCase>(id, runId, { followRuns: false });
  }
}

/** Whether the case is over in a way that leaves it open to new evidence, and this evidence is new. */
function wasClosedFor({ state, card: { evidence } }: Case, { settlementFile }: CaseEvidence): boolean {
  return (
    mayBeOpenedAgain(state) && (isClosedEvidence(evidence) || evidence.settlementFile !== settlementFile)
  );
}

/**
 * Whether a case may be opened. A purchase with a refund notice must not be refunded a second time (I5), and a purchase
 * that was ended from outside has no outcome to decide by.
 */
function overAndDone(
  { outcome, steps }: Purchase,
  closed: boolean,
  { kind }: CaseSubject,
): { outcome: PurchaseOutcome } | { because: string } {
  if (!closed) return { because: 'the purchase is still open: settle it with `datacode purchases`' };
  if (outcome === null) return { because: 'the purchase was ended from outside and has no outcome' };
  if (kind === 'reversal') return { outcome };
  if (outcome !== 'succeeded' || steps.some(({ step }) => step === 'refund_notice')) {
    return { because: `the purchase is ${outcome}: its channel has a refund notice already` };
  }
  return { outcome };
}

/** When a case says to have been opened; nothing that is a time where it does not. */
function openingOf([order]: readonly unknown[]): string {
  const isSaid = typeof order === 'object' && order !== null && 'openedAt' in order;
  return isSaid && typeof order.openedAt === 'string' ? order.openedAt : '';
}
