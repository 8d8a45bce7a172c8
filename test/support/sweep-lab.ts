import type { Duration } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  createClosedPurchasesActivities,
  createOperationsActivities,
  type EarlierRuns,
} from '../../activities';
import { Cases } from '../../client/cases';
import { openClosedCases } from '../../client/closed-cases';
import { ClosedPurchases } from '../../client/closed-purchases';
import { PurchaseEarlierRuns } from '../../client/earlier-runs';
import type { HistoryEvent } from '../../client/history/purchase-history';
import { recordedPurchase } from '../../client/history/recorded-purchase';
import type { CaseRequest } from '../../domain/case/protocol';
import type { Case } from '../../domain/case/case';
import { CLOSED_PURCHASES_WORKFLOW } from '../../domain/case/closed-purchases';
import type { GatewayTerms } from '../../domain/gateway-promises';
import type { CaseId } from '../../domain/identifiers';
import type { OperationsEvent } from '../../domain/notice/operations-events';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import { vnd } from '../../domain/vnd';
import type { closedPurchases } from '../../workflows';
import { eventually } from './eventually';
import { anOrder, SLOW_POLICY } from './orders';
import { PurchaseLab, TASK_QUEUE } from './purchase-lab';
import { ScriptedGateway } from './scripted-gateway';

const MAX_CASES = 100;
/** On a real server nobody lets the time pass until an inquiry is right. */
const SOON_TRUE: GatewayTerms = { kept: [], finalAfterMs: 200 };
/** A run that begins late waits this long before each command (0057), in real time too. */
const SOON_LOST_MS = 2_000;
let sweeps = 0;

/** A purchase on a real server in memory, what happens to its workflow, and the sweep that looks for such purchases. */
export class SweepLab extends PurchaseLab {
  readonly closed: ClosedPurchases;
  readonly cases: Cases;
  /** What operations were told. */
  readonly told: OperationsEvent[] = [];

  constructor(
    server: TestWorkflowEnvironment,
    gateway = new ScriptedGateway(),
    { order = anOrder(), ...policy }: Partial<PurchasePolicy> & { order?: PurchaseOrder } = {},
  ) {
    const soon = { gateway: SOON_TRUE, heartbeatTimeout: SOON_LOST_MS };
    super(server, gateway, { ...SLOW_POLICY, ...soon, ...policy }, order);
    this.closed = new ClosedPurchases(this.client);
    this.cases = new Cases(this.client, { taskQueue: TASK_QUEUE, policy: this.policy });
  }

  protected override get earlierRuns(): EarlierRuns {
    return new PurchaseEarlierRuns(this.client, this.cases);
  }

  protected override activities(): object {
    return {
      ...super.activities(),
      ...createClosedPurchasesActivities({
        withoutCase: () => this.closed.withoutCase(MAX_CASES),
        openCases: async (found) => ({
          ...(await openClosedCases(this.client, this.cases, found)),
          ...(this.policy.webhooks ? { webhooks: this.policy.webhooks } : {}),
        }),
        standing: (purchase) => this.closed.standing(purchase),
      }),
      ...createOperationsActivities((event) => {
        this.told.push(event);
        return Promise.resolve({ kind: 'delivered' });
      }),
    };
  }

  /** Waits until the history tells it so, and leaves the worker in peace. */
  untilRecorded(what: string, holds: (purchase: Purchase) => boolean): Promise<true> {
    return eventually(what, async () => {
      const { purchase } = await recordedPurchase(this.client, await this.handle().describe());
      return holds(purchase) ? true : undefined;
    });
  }

  /** Sells until the purchase waits as it is wanted; needs a worker. */
  async sellUntil(what: string, holds: (purchase: Purchase) => boolean): Promise<void> {
    await this.purchases.submit(this.order, 0);
    await this.untilRecorded(what, holds);
  }

  /** Sells until the purchase is over; needs a worker. */
  async sellToTheEnd(): Promise<Purchase> {
    await this.purchases.submit(this.order, 0);
    return this.result();
  }

  /** The end of a workflow task that came while an activity was on its way. */
  async taskEndWhile(activity: string): Promise<HistoryEvent['eventId'] | undefined> {
    const { events } = await this.handle().fetchHistory();
    const scheduled = events?.findIndex(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
    );
    const since = events?.slice((scheduled ?? 0) + 1);
    return since?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
  }

  /** Terminates the purchase, and waits until searches find it so. */
  async terminate(why = 'wrong click'): Promise<void> {
    await this.handle().terminate(why);
    await this.untilIndexed('Terminated');
  }

  /** Resets the purchase, to its first workflow task unless told otherwise, and waits until searches find the new run. */
  async reset(toEvent?: HistoryEvent['eventId']): Promise<void> {
    await this.client.workflowService.resetWorkflowExecution({
      namespace: this.client.options.namespace,
      workflowExecution: { workflowId: this.handle().workflowId },
      reason: 'terminated by mistake',
      requestId: `reset-${(sweeps += 1)}`,
      workflowTaskFinishEventId: toEvent ?? (await this.firstTaskEnd()),
    });
    const { workflowId, runId } = await this.handle().describe();
    await this.untilFound(workflowId, runId);
  }

  /**
   * Starts the purchase's workflow once more, as whoever writes to Temporal can; waits until searches find the new run.
   * @param start a wait before it begins
   */
  async startCopy(start: { startDelay?: Duration } = {}): Promise<void> {
    const { order, policy } = this;
    const { workflowId, firstExecutionRunId: runId } = await this.client.workflow.start(PURCHASE_WORKFLOW, {
      workflowId: this.handle().workflowId,
      taskQueue: TASK_QUEUE,
      args: [order, policy],
      memo: { order },
      ...start,
    });
    await this.untilFound(workflowId, runId);
  }

  /** Has the sweep run once, as its schedule would. */
  sweep() {
    return this.client.workflow.execute<typeof closedPurchases>(CLOSED_PURCHASES_WORKFLOW, {
      workflowId: `${CLOSED_PURCHASES_WORKFLOW}-${process.pid}-${(sweeps += 1)}`,
      taskQueue: TASK_QUEUE,
    });
  }

  /** The sweep's case about this lab's purchase. */
  async sweptCase(): Promise<CaseId> {
    const { opened } = await this.sweep();
    const own = opened.find(({ purchaseId }) => purchaseId === this.order.purchaseId);
    if (!own) throw new Error('the sweep opened no case about the purchase');
    return own.id;
  }

  /** A person's case about the lab's sale, which MobiFone's file lacks. */
  async openMakeGood(person: { by: string; why: string }): Promise<CaseId> {
    const { channel, externalId } = this.order;
    const evidence = {
      day: '2026-11-23',
      breakKind: 'missing_there',
      atStake: vnd(90_000),
      references: [],
      detail: 'succeeded here',
      settlementFile: 'ab'.repeat(32),
    } as const;
    const subject = { kind: 'make_good' } as const;
    const opening = await this.cases.open({ channel, externalId, subject, evidence, ...person });
    if (opening.kind !== 'opened') throw new Error(JSON.stringify(opening));
    return opening.id;
  }

  decide(id: CaseId, decision: 'refund' | 'ask' | 'reject') {
    const request: CaseRequest = { decision, by: 'lan', why: 'as agreed with MobiFone' };
    return this.cases.decide(id, request);
  }

  /** Has a person close the case when MobiFone says that the sale is whole. */
  async closeCase(id: CaseId): Promise<void> {
    this.gateway.answerInquiries({ kind: 'done' }, 'charge');
    await this.decide(id, 'ask');
    const result = await this.decide(id, 'reject');
    if (result.kind !== 'applied') throw new Error(`the case stays open: ${JSON.stringify(result)}`);
  }

  untilCase(id: CaseId, holds: (one: Case) => boolean): Promise<Case> {
    return eventually('the case as the story wants it', async () => {
      const found = await this.cases.find(id);
      return found && holds(found) ? found : undefined;
    });
  }

  private async untilFound(workflowId: string, runId: string): Promise<void> {
    await eventually('the new run in the index', async () => {
      const query = `WorkflowId = '${workflowId}'`;
      for await (const run of this.client.workflow.list({ query })) if (run.runId === runId) return true;
      return undefined;
    });
  }

  async untilIndexed(status: string): Promise<void> {
    const query = `WorkflowId = '${this.handle().workflowId}' AND ExecutionStatus = '${status}'`;
    await eventually(`${status} in the index`, async () =>
      (await this.client.workflow.count(query)).count > 0 ? true : undefined,
    );
  }

  private async firstTaskEnd() {
    const { events } = await this.handle().fetchHistory();
    const end = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
    if (!end) throw new Error('the purchase has no workflow task to reset to');
    return end;
  }
}
