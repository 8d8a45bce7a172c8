import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import './quiet-runtime';
import { Client, type WorkflowHandle } from '@temporalio/client';
import {
  createChannelActivities,
  createEligibilityActivities,
  createGatewayActivities,
  createTakenCaseActivities,
  createTakenNoticeActivities,
  type EarlierRuns,
} from '../../activities';
import type { DeliverNotice } from '../../activities/channel-activities';
import type { OpenTakenCase } from '../../activities/taken-case-activities';
import { Cases } from '../../client/cases';
import { NoticeWorkflows } from '../../client/notice-workflows';
import { addSearchAttributes } from '../../client/prepare-namespace';
import type { Cancellation } from '../../client/purchases';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { contradictionCase } from '../../domain/case/contradiction';
import { purchaseWorkflowId, stateNoticeId } from '../../domain/identifiers';
import type { Decision } from '../../domain/purchase/attention';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { OperationResult } from '../../domain/purchase/operator-acts';
import type { Notice, NoticeLog, StateNotice } from '../../domain/notice/notice';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import type { Gateway } from '../../mobifone/client';
import { Operations } from '../../operators/operations';
import type { notice, purchase } from '../../workflows';
import { markResults } from '../../worker/own-activity';
import { endCallsOnceClosed } from './calls-once-closed';
import { eventually } from './eventually';
import { anOrder, POLICY, TERMS } from './orders';
import { ScriptedGateway } from './scripted-gateway';
import { fromGlobalSetup } from './test-environment';

export const TASK_QUEUE = 'purchase-lab';

/** The time-skipping server, one for a test file: it has one clock, so its tests run one at a time. */
export async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: fromGlobalSetup('testServer') } },
  });
  endCallsOnceClosed(environment.connection);
  await addSearchAttributes(environment.connection, 'default');
  return environment;
}

/**
 * The time-skipping server of a test file, and a function that makes the labs on it: one for each test. Called at the
 * top of the file. In about one of some thousand stories an attempt never reaches its worker, which was seen on this server
 * only, and the story sees a lost attempt that it did not ask for: so a story that fails is told once more, and its first
 * failure is printed. A fault of ours fails twice.
 */
export function purchaseLabs() {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
  let server: TestWorkflowEnvironment;
  beforeAll(async () => void (server = await timeSkippingServer()));
  afterAll(() => server.teardown());
  return (gateway = new ScriptedGateway(), policy?: PurchasePolicy, order?: PurchaseOrder): PurchaseLab =>
    new PurchaseLab(server, gateway, policy, order);
}

/** Real workflow and activity code around a gateway, a channel and an order of the test's choice. */
export class PurchaseLab<G extends Gateway = ScriptedGateway> {
  /** The environment's own lets time pass while it waits for an end, were it only to read that of a workflow that is over. */
  readonly client: Client;
  readonly purchases: TemporalPurchases;
  readonly notices: Notice[] = [];
  /** How long ago the order was accepted when it is submitted. */
  acceptedAgoMs = 0;
  /** Replace it to make the channel's webhook misbehave. */
  deliver: DeliverNotice = async (_, notice) => {
    this.notices.push(notice);
    return { kind: 'delivered' };
  };

  /** Replace it to have the case not opened. */
  openTakenCase: OpenTakenCase = async (purchase, state) => {
    const cases = new Cases(this.client, { taskQueue: TASK_QUEUE, policy: this.policy });
    await cases.startTaken(contradictionCase(purchase, state, new Date()));
  };

  constructor(
    readonly environment: TestWorkflowEnvironment,
    readonly gateway: G,
    readonly policy: PurchasePolicy = POLICY,
    readonly order: PurchaseOrder = anOrder(),
    private readonly dataConverter?: DataConverter,
  ) {
    this.client = new Client({
      connection: environment.connection,
      ...(dataConverter ? { dataConverter } : {}),
    });
    this.purchases = new TemporalPurchases(this.client, { taskQueue: TASK_QUEUE, policy });
  }

  /** Runs a story with a worker beside it; the worker is gone afterwards. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    await this.acceptNow();
    const common = {
      connection: this.environment.nativeConnection,
      activities: this.activities(),
      interceptors: { activity: [markResults] },
      ...(this.dataConverter ? { dataConverter: this.dataConverter } : {}),
    };
    const { gatewayTaskQueue, webhooks } = this.policy;
    const others = new Set([gatewayTaskQueue, webhooks?.taskQueue].filter((queue) => queue !== undefined));
    others.delete(TASK_QUEUE);
    const otherWorkers = await Promise.all(
      [...others].map((taskQueue) => Worker.create({ ...common, taskQueue })),
    );
    const worker = await Worker.create({
      ...common,
      taskQueue: TASK_QUEUE,
      workflowBundle: {
        codePath: fromGlobalSetup(
          this.dataConverter?.failureConverterPath ? 'encryptedBundle' : 'workflowBundle',
        ),
      },
      ...(process.env['TEST_MAX_CACHED_WORKFLOWS']
        ? { maxCachedWorkflows: Number(process.env['TEST_MAX_CACHED_WORKFLOWS']) }
        : {}),
    });
    const beside = otherWorkers.reduce((told, other) => () => other.runUntil(told), story);
    const told = await worker.runUntil(beside);
    this.expectAskedBeforeSentAgain();
    return told;
  }

  /** The time-skipping server cannot list runs. */
  protected get earlierRuns(): EarlierRuns | undefined {
    return undefined;
  }

  protected activities(): object {
    return {
      ...createGatewayActivities(this.gateway, this.policy.gateway ?? TERMS, undefined, this.earlierRuns),
      ...createEligibilityActivities(this.gateway),
      ...createChannelActivities((...delivery) => this.deliver(...delivery), this.earlierRuns),
      ...createTakenNoticeActivities((addressed) =>
        new NoticeWorkflows(this.client, { taskQueue: TASK_QUEUE, policy: this.policy }).startTaken(
          addressed,
        ),
      ),
      ...createTakenCaseActivities((...denied) => this.openTakenCase(...denied)),
    };
  }

  /** What holds in every story (design decision 2); a local try of an SMS may be made twice. */
  private expectAskedBeforeSentAgain(): void {
    if (!(this.gateway instanceof ScriptedGateway)) return;
    const blind = this.gateway.sentBlindly.filter((sent) => !sent.startsWith('sms-'));
    expect(blind).toEqual([]);
  }

  /** The stories before may have let the server's time pass, and an order is started when it is accepted. */
  private async acceptNow(): Promise<void> {
    const now = await this.environment.currentTimeMs();
    this.order.acceptedAt = new Date(now - this.acceptedAgoMs).toISOString();
  }

  /** Submits the order while no worker is there. */
  async submitUnattended(): Promise<void> {
    await this.acceptNow();
    await this.purchases.submit(this.order, 0);
  }

  /** Submits the order, then runs a story of what happens to it. */
  submitted<T>(story: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      await this.purchases.submit(this.order, 0);
      return story();
    });
  }

  /** Submits the order and waits until its workflow is over, however long that takes in workflow time. */
  sell(): Promise<Purchase> {
    return this.submitted(() => this.result());
  }

  /** Lets workflow time pass until the purchase's workflow is over. */
  result(): Promise<Purchase> {
    return this.handle().result();
  }

  /** Lets workflow time pass until the purchase needs attention, or is over. */
  untilAttention(): Promise<Purchase> {
    return this.until(({ attention, outcome }) => attention !== null || outcome !== null);
  }

  /** Lets workflow time pass, up to two days, until the purchase is as the story wants it. */
  async until(holds: (purchase: Purchase) => boolean): Promise<Purchase> {
    for (let looks = 0; looks < 2 * 24 * 12; looks += 1) {
      const purchase = await this.find();
      if (purchase && holds(purchase)) return purchase;
      await this.environment.sleep('5 minutes');
    }
    throw new Error('within two days the purchase did not come to that');
  }

  /** As a channel is answered. */
  find(waitMs = 0): Promise<Purchase | undefined> {
    return this.purchases.find(this.order.channel, this.order.externalId, waitMs);
  }

  /** As a channel cancels. */
  cancel(why = 'the customer changed their mind'): Promise<Cancellation> {
    return this.purchases.cancel(this.order.channel, this.order.externalId, why);
  }

  /** As an operator decides. */
  operatorDecides(decision: Decision, why = 'ticket 4711'): Promise<OperationResult> {
    const { channel, externalId } = this.order;
    const request = { decision, by: 'lan@agent.vn', why };
    return new Operations(this.environment.client).decide(channel, externalId, request);
  }

  /** Waits until the workflow has taken in so many updates; a query sent after one may overtake it on its way. */
  untilUpdatesAccepted(count: number): Promise<true> {
    return eventually(`${count} accepted updates in the history`, async () => {
      const { events } = await this.handle().fetchHistory();
      const accepted = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      return accepted.length === count || undefined;
    });
  }

  /** Starts a notice by itself: the time-skipping server does not jump over the pauses of one that a purchase began. */
  startNotice(): Promise<WorkflowHandle<typeof notice>> {
    const { purchaseId, externalId, channel, acceptedAt, faceValue, package: product } = this.order;
    const told: StateNotice = {
      id: stateNoticeId(purchaseId, 11),
      purchaseId,
      externalId,
      sequence: 11,
      state: 'succeeded',
      reason: null,
      package: product.code,
      faceValue,
      occurredAt: acceptedAt,
    };
    return this.environment.client.workflow.start<typeof notice>(NOTICE_WORKFLOW, {
      workflowId: noticeWorkflowId(told.id),
      taskQueue: TASK_QUEUE,
      args: [{ channel, notice: told }, this.policy],
      typedSearchAttributes: [{ key: { name: 'NoticeDelivered', type: 'BOOL' }, value: false }],
    });
  }

  /** Waits until a notice is delivered or given up, however long that takes in workflow time. */
  deliverNotice(): Promise<{ handle: WorkflowHandle<typeof notice>; log: NoticeLog }> {
    return this.run(async () => {
      const handle = await this.startNotice();
      return { handle, log: await handle.result() };
    });
  }

  handle(order = this.order): WorkflowHandle<typeof purchase> {
    return this.environment.client.workflow.getHandle<typeof purchase>(
      purchaseWorkflowId(order.channel, order.externalId),
    );
  }
}

/** How each step of a purchase ended: `check done`, `charge refused`, … */
export function stepsOf(purchase: Purchase): string[] {
  return purchase.steps.map((step) => `${step.step} ${step.status}`);
}
