import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import './quiet-runtime';
import { Client, type WorkflowHandle } from '@temporalio/client';
import {
  createChannelActivities,
  createEligibilityActivities,
  createGatewayActivities,
  type EarlierRuns,
} from '../../activities';
import type { DeliverNotice } from '../../activities/channel-activities';
import { addSearchAttributes } from '../../client/prepare-namespace';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { Notice } from '../../domain/notice/notice';
import type { Gateway } from '../../mobifone/client';
import type { purchase } from '../../workflows';
import { POLICY, TERMS } from './orders';
import { ScriptedGateway } from './scripted-gateway';
import { fromGlobalSetup } from './test-environment';

export const TASK_QUEUE = 'purchase-lab';

/** The time-skipping server, one for a test file: it has one clock, so its tests run one at a time. */
export async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: fromGlobalSetup('testServer') } },
  });
  await addSearchAttributes(environment.connection, 'default');
  return environment;
}

/** Real workflow and activity code around a gateway and a channel of the test's choice. */
export class PurchaseLab {
  /** The environment's own lets time pass while it waits for an end, were it only to read that of a workflow that is over. */
  readonly client: Client;
  readonly purchases: TemporalPurchases;
  readonly notices: Notice[] = [];
  /** Replace it to make the channel's webhook misbehave. */
  deliver: DeliverNotice = async (_, notice) => {
    this.notices.push(notice);
    return { kind: 'delivered' };
  };

  constructor(
    readonly environment: TestWorkflowEnvironment,
    readonly gateway: Gateway,
    readonly policy: PurchasePolicy = POLICY,
  ) {
    this.client = new Client({ connection: environment.connection });
    this.purchases = new TemporalPurchases(this.client, { taskQueue: TASK_QUEUE, policy });
  }

  /** Runs a story with a worker beside it; the worker is gone afterwards. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    const common = {
      connection: this.environment.nativeConnection,
      activities: this.activities(),
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
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
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
      ...createChannelActivities((...delivery) => this.deliver(...delivery)),
    };
  }

  /** What holds in every story (design decision 2); a local try of an SMS may be made twice. */
  private expectAskedBeforeSentAgain(): void {
    if (!(this.gateway instanceof ScriptedGateway)) return;
    const blind = this.gateway.sentBlindly.filter((sent) => !sent.startsWith('sms-'));
    expect(blind).toEqual([]);
  }

  /** Lets workflow time pass until the purchase needs attention, or is over. */
  untilAttention(order: PurchaseOrder): Promise<Purchase> {
    return this.until(order, ({ attention, outcome }) => attention !== null || outcome !== null);
  }

  /** Lets workflow time pass, up to two days, until the purchase is as the story wants it. */
  async until(order: PurchaseOrder, holds: (purchase: Purchase) => boolean): Promise<Purchase> {
    for (let looks = 0; looks < 2 * 24 * 12; looks += 1) {
      const purchase = await this.purchases.find(order.channel, order.externalId, 0);
      if (purchase && holds(purchase)) return purchase;
      await this.environment.sleep('5 minutes');
    }
    throw new Error('within two days the purchase did not come to that');
  }

  handle(order: PurchaseOrder): WorkflowHandle<typeof purchase> {
    return this.environment.client.workflow.getHandle<typeof purchase>(
      purchaseWorkflowId(order.channel, order.externalId),
    );
  }

  /** Submits an order and waits until its workflow is over, however long that takes in workflow time. */
  async sell(order: PurchaseOrder): Promise<Purchase> {
    return this.run(async () => {
      await this.purchases.submit(order, 0);
      return this.handle(order).result();
    });
  }
}

/** How each step of a purchase ended: `check done`, `charge refused`, … */
export function stepsOf(purchase: Purchase): string[] {
  return purchase.steps.map((step) => `${step.step} ${step.status}`);
}
