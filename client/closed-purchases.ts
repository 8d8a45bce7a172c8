import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { ClosedPurchase, ClosedPurchaseStatus } from '../domain/case/closed-purchases';
import { mayBeOpenedAgain } from '../domain/case/case';
import { caseId, purchaseOfWorkflow, purchaseWorkflowId, type CaseId } from '../domain/identifiers';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import { derivePurchaseId } from './purchase-id';
import { latestRuns } from './purchase-runs';
import { CUT_OFF_QUERY, isCutOff, PURCHASE_RUNS } from './run-status';
import { ownCaseRuns, ownListedCase } from './case-runs';
import { describedRun } from './described-run';
import { describedOwnRun } from './first-chain';
import { idTakenBy } from './id-taken';
import { isOwnOrder, ownOrder } from './own-order';
import { caseOfOurs, isWholeCase } from './listed-case';
import { LOCKED, originOf, type Origin } from './strange-runs';
import { isUnknownWorkflow } from './temporal-answers';
import { executions, inGroups, workflowIdOf, type RawExecution } from './visibility-pages';
import { MAX_IDS_PER_QUERY } from './visibility-query';

const QUERY = `${PURCHASE_RUNS} AND ${CUT_OFF_QUERY}`;
const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED, WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } =
  temporal.api.enums.v1.WorkflowExecutionStatus;

type CaseStatus = RawExecution['status'] | 'not_ours';

interface Listed {
  purchase: ClosedPurchase;
  origin: Origin;
}

/** Purchases whose latest run was ended from outside, within Temporal's retention. */
export class ClosedPurchases {
  constructor(private readonly client: Client) {}

  /**
   * Those without a case for that run; a case that was itself ended from outside does not count. Behind them, those that cannot
   * be read, for which no case can be opened.
   * @param limit maximum number of purchases; as many again whose key is missing, and that are none of ours
   * @param channel only of this one
   * @throws TemporalUnavailable
   */
  async withoutCase(limit: number, channel?: string): Promise<ClosedPurchase[]> {
    const found: Record<Origin, ClosedPurchase[]> = { ours: [], locked: [], strange: [] };
    for await (const { purchase, status, origin } of this.withCaseStatus(limit)) {
      if (channel !== undefined && purchase.channel !== channel) continue;
      if (found[origin].length >= limit) continue;
      const hasCase = status === RUNNING || status === COMPLETED;
      if (status === undefined || status === 'not_ours') found[origin].push(purchase);
      else if (!hasCase) found[origin].push({ ...purchase, caseCutOff: true });
      if (found.ours.length >= limit) break;
    }
    return [...found.ours, ...found.locked, ...found.strange];
  }

  /**
   * The number that needs a person: without a case, or with an open case. What nobody of ours started is no purchase.
   * @param most as many are looked at
   * @returns undefined if there are more
   * @throws TemporalUnavailable
   */
  async unsettled(most = Infinity): Promise<number | undefined> {
    let looked = 0;
    let count = 0;
    for await (const { status } of this.withCaseStatus(0)) {
      looked += 1;
      if (looked > most) return undefined;
      if (status !== COMPLETED) count += 1;
    }
    return count;
  }

  /**
   * The current status of a purchase that was found cut off in this run. What was started again goes on: it may be selling.
   * @throws TemporalUnavailable; IdTaken where what runs under its id is no purchase of ours; PayloadUnreadable if the key of its
   *   other case is missing
   */
  async standing(purchase: ClosedPurchase): Promise<ClosedPurchaseStatus> {
    const status = await this.standingOfRun(purchase);
    const isLeft = status === 'cut_off' || status === 'forgotten';
    return isLeft && (await this.hasOtherCase(purchase)) ? 'other_case' : status;
  }

  /** Whether a case that may refund it or register it again is open or has done so: two cases must not both. */
  private async hasOtherCase({ purchaseId }: ClosedPurchase): Promise<boolean> {
    const found = await ownListedCase(this.client, caseId(purchaseId, { kind: 'make_good' }));
    return found !== undefined && !mayBeOpenedAgain(found.state);
  }

  private async standingOfRun({ channel, externalId, runId }: ClosedPurchase): Promise<ClosedPurchaseStatus> {
    try {
      const workflowId = purchaseWorkflowId(channel, externalId);
      const latest = await describedRun(this.client, { workflowId });
      const own = await describedOwnRun(this.client, workflowId);
      if (latest.status === RUNNING) {
        const isInput = ([order]: readonly unknown[]) => isOwnOrder(workflowId, order);
        const taskQueue = latest.execution?.runId === own.runId ? undefined : own.taskQueue;
        const taken = await idTakenBy(this.client, latest, { type: PURCHASE_WORKFLOW, taskQueue, isInput });
        if (taken) throw taken.reason && LOCKED.has(taken.reason) ? taken.unreadable : taken; // without its key it may be ours
        return 'goes_on';
      }
      if (own.runId === runId) return 'cut_off'; // a closed run does not change
      if (isCutOff(own)) return 'newer_cut_off';
      return own.status.name === 'COMPLETED' ? 'over' : 'goes_on';
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return 'forgotten';
      throw fault;
    }
  }

  private async *withCaseStatus(mostStrange: number) {
    for await (const listed of this.listed(mostStrange)) {
      const cases = await this.caseStatuses(listed.map(({ purchase }) => caseOf(purchase)));
      for (const one of listed) yield { ...one, status: cases.get(caseOf(one.purchase)) };
    }
  }

  /** Beyond so many, one that is not ours costs its place in a page of Temporal's list, and no request of its own. */
  private async *listed(mostStrange: number): AsyncGenerator<Listed[]> {
    let strange = 0;
    for await (const group of inGroups(executions(this.client, QUERY), MAX_IDS_PER_QUERY)) {
      const origins = new Map<RawExecution, Origin>();
      for (const run of group) {
        const origin = await originOf(this.client, run, ownOrder);
        strange += origin === 'strange' ? 1 : 0;
        if (origin !== 'strange' || strange <= mostStrange) origins.set(run, origin);
      }
      if (origins.size === 0) continue;
      const latest = await latestRuns(this.client, [...origins.keys()]);
      yield latest.flatMap((run) =>
        closedPurchase(run).map((purchase) => ({ purchase, origin: origins.get(run) ?? 'strange' })),
      );
    }
  }

  /**
   * The status of each existing case's own run. Anyone who can write to Temporal can start one that is none of ours, and
   * complete one of ours before a person has closed it.
   */
  private async caseStatuses(ids: readonly CaseId[]): Promise<Map<string, CaseStatus>> {
    const statuses = new Map<string, CaseStatus>();
    for (const [id, run] of await ownCaseRuns(this.client, ids)) {
      const isWhole = isWholeCase(run, await caseOfOurs(this.client, run));
      statuses.set(id, isWhole ? run.status : 'not_ours');
    }
    return statuses;
  }
}

/** None where its workflow's id is that of no purchase: nobody of ours started it. */
function closedPurchase(raw: RawExecution): ClosedPurchase[] {
  try {
    const { channel, externalId } = purchaseOfWorkflow(workflowIdOf(raw));
    const purchaseId = derivePurchaseId(channel, externalId); // not as a search attribute claims
    return [{ channel, externalId, purchaseId, runId: raw.execution?.runId ?? '' }];
  } catch {
    return [];
  }
}

/** Id of the case about a purchase that was cut off in this run. */
export function caseOf({ purchaseId, runId }: ClosedPurchase): CaseId {
  return caseId(purchaseId, { kind: 'workflow_closed', runId });
}
