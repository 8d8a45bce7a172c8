import type { Client } from '@temporalio/client';
import type { CaseState } from '../domain/case/case';
import type { EarlierDecision } from '../domain/purchase/earlier-decision';
import {
  caseRefundNoticeId,
  purchaseOfWorkflow,
  refundNoticeId,
  type CaseId,
  type NoticeId,
  type PurchaseId,
} from '../domain/identifiers';
import { noticeWorkflowId } from '../domain/notice/protocol';
import type { Purchase } from '../domain/purchase/purchase';
import { isOutcome } from '../domain/purchase/states';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { Cases } from './cases';
import { caseOf } from './closed-purchases';
import { describedRun } from './described-run';
import { Remembered } from './remembered';
import { decodeRun, executions, type RawExecution } from './visibility-pages';
import { recordedPurchase, type RecordedPurchase } from './history/recorded-purchase';
import { IdTaken } from './id-taken';
import { noticeRecord } from './notice-workflows';
import { isWhole, ownOrderIfAny, requireOwnPurchase } from './own-order';
import { isCutOff, PURCHASE_RUNS } from './run-status';
import { originOf } from './strange-runs';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { workflowIdIn } from './visibility-query';
import { runIdOf, runsOf } from './workflow-runs';

/** Time limit for reading a history; only a reset run waits for it. */
const READ_BUDGET_MS = 20_000;

/** In these states a case has sent, or is about to send, a refund notice. */
const REFUNDS: ReadonlySet<CaseState> = new Set<CaseState>(['refunding', 'refunded']);

/** Runs that no other run of their workflow was before. */
const alone = new Remembered<true>();

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/** Final decisions of earlier runs of the workflows of a purchase and of its case. */
export class PurchaseEarlierRuns {
  constructor(
    private readonly client: Client,
    private readonly cases: Pick<Cases, 'find'>,
  ) {}

  /**
   * The decision of the run that sold the purchase to its end, else of the latest other run that made one.
   * @throws TemporalUnavailable; PurchaseUnreadable if the key of a run is missing
   */
  async decision({ workflowId, runId }: WorkflowRun): Promise<EarlierDecision | undefined> {
    let latest: EarlierDecision | undefined;
    for (const run of await this.othersOf({ workflowId, runId })) {
      const decision = await this.decisionOf(workflowId, run);
      if (decision?.kind === 'over' && decision.purchase.outcome === 'succeeded') return decision;
      latest ??= decision;
    }
    return latest;
  }

  /** @throws the same */
  async hasOthers(run: WorkflowRun): Promise<boolean> {
    for (const other of await this.othersOf(run)) if (await this.isOurs(other)) return true;
    return false;
  }

  /** After an outage of workers each purchase asks, at each command: one that began without another run before it has none. */
  private async othersOf({ workflowId, runId }: WorkflowRun): Promise<RawExecution[]> {
    if (alone.get(this.client, runId)) return [];
    const all: RawExecution[] = [];
    const query = `${PURCHASE_RUNS} AND ${workflowIdIn([workflowId])}`;
    for await (const run of executions(this.client, query)) all.push(run);
    const others = all.filter((run) => runIdOf(run) !== runId);
    if (others.length === 0 && all.length > 0) alone.set(this.client, runId, true); // the index has come as far as this run
    return others;
  }

  /** What nobody can read tells nothing of this purchase. */
  private async isOurs(run: RawExecution): Promise<boolean> {
    try {
      return ownOrderIfAny(await decodeRun(this.client, run)) !== undefined;
    } catch (fault) {
      if (fault instanceof PayloadUnreadable) return false;
      throw fault;
    }
  }

  /**
   * Its notice is a workflow, which outlives the run of the case that began it; what somebody else started under its id is none.
   * @throws TemporalUnavailable; IdTaken where it may be ours, under a key that is missing
   */
  refundedByCase(purchaseId: PurchaseId): Promise<boolean> {
    return this.isOrdered(caseRefundNoticeId(purchaseId));
  }

  private async isOrdered(notice: NoticeId): Promise<boolean> {
    const workflowId = noticeWorkflowId(notice);
    const latest = await describedRun(this.client, { workflowId }).catch(nothingIfForgotten); // the index lags
    const runs = (await runsOf(this.client, [workflowId])).get(workflowId) ?? [];
    for (const run of latest ? [latest, ...runs] : runs) {
      const origin = await originOf(this.client, run, noticeRecord);
      if (origin === 'ours') return true;
      if (origin === 'locked') throw new IdTaken(workflowId, 'its key is missing', { verb: 'delete' });
    }
    return false;
  }

  private async decisionOf(workflowId: string, run: RawExecution): Promise<EarlierDecision | undefined> {
    const runId = run.execution?.runId ?? '';
    const handle = this.client.workflow.getHandle(workflowId, runId, { followRuns: false });
    const description = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.describe()); // the index lags
    if (description.status.name === 'COMPLETED' && !isCutOff(description)) {
      const told: unknown = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.result());
      const purchase = requireOwnPurchase(workflowId, told as Purchase | undefined); // what the workflow returns
      return isWhole(purchase) ? { kind: 'over', purchase } : undefined;
    }
    if (!isCutOff(description)) return undefined;
    const order = ownOrderIfAny(description);
    if (!order) return undefined;
    const recorded = await recordedPurchase(this.client, description, READ_BUDGET_MS);
    const { purchaseId } = order;
    const about = caseOf({ ...purchaseOfWorkflow(workflowId), purchaseId, runId });
    const isSold = recorded.purchase.state === 'succeeded';
    const notice = isSold ? caseRefundNoticeId(purchaseId) : refundNoticeId(purchaseId);
    return cutOff(recorded, (await this.refunds(about)) || (await this.isOrdered(notice)));
  }

  /** Its notice may be that of another case, or of a run of this one that was terminated or reset: it is asked about as well. */
  private async refunds(id: CaseId): Promise<boolean> {
    const found = await this.cases.find(id);
    return found !== undefined && REFUNDS.has(found.state);
  }
}

/** The decision of a run that was ended from outside, or of a case about it. */
function cutOff(
  { purchase, refund }: RecordedPurchase,
  refundedByCase: boolean,
): EarlierDecision | undefined {
  const { state, reason } = purchase;
  // The refund notice of a case has its own id, so after a success the case decides.
  if (state === 'succeeded') return refundedByCase ? { kind: 'over', purchase } : undefined;
  const isUndoing =
    state === 'rolling_back' &&
    (refund !== undefined || purchase.steps.some(({ step }) => step === 'rollback')); // not as the search attributes alone claim
  if (!isUndoing && !isOutcome(state) && !refundedByCase) return undefined;
  const unless = isOutcome(state) ? state : refundedByCase ? 'given_up' : 'rolled_back';
  const outcome = refund?.outcome ?? unless;
  return {
    kind: 'undoing',
    outcome: outcome === 'succeeded' ? 'given_up' : outcome,
    refusal: refund?.refusal ?? reason ?? 'given_up_by_operator',
    ...(refund ? { refund } : {}),
  };
}
