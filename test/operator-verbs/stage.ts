import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import type { Client } from '@temporalio/client';
import {
  createChannelActivities,
  createEligibilityActivities,
  createGatewayActivities,
} from '../../activities';
import type { DeliverNotice } from '../../activities/channel-activities';
import { addSearchAttributes } from '../../client/search-attributes';
import { TemporalPurchases } from '../../client/temporal-purchases';
import type { PurchaseId } from '../../domain/identifiers';
import type { PurchasePolicy } from '../../domain/purchase';
import type { Gateway } from '../../mobifone/client';
import { fromGlobalSetup } from '../support/test-environment';
import { ForgetfulGateway } from './forgetful-gateway';

export const TASK_QUEUE = 'operator-verbs';

/** Real time, so short; long enough that a retry still waits when the operator acts, also on a slow machine. */
const RETRY_MS = 2_500;
const POLICY: PurchasePolicy = {
  attemptTimeout: 20_000,
  heartbeatTimeout: 3_000,
  retryInitialInterval: RETRY_MS,
  retryMaximumInterval: RETRY_MS,
  patience: 120_000,
  lateEffectWatch: 500,
  searchableWhenWaiting: true,
};
const FIRST_TRY_MS = 15_000;

/** The one place that says what the gateway is taken to keep. */
function gatewayActivities(gateway: Gateway) {
  return createGatewayActivities(gateway);
}

/** A real Temporal server with real workflows and activities around the forgetful gateway and one channel. */
export class Stage {
  readonly gateway = new ForgetfulGateway();
  private readonly webhooksDown = new Set<string>();
  private readonly inbox = new Map<string, string[]>();

  private constructor(private readonly environment: TestWorkflowEnvironment) {}

  static async open(): Promise<Stage> {
    const environment = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: fromGlobalSetup('cli') },
        log: { format: 'json', level: 'never' },
        extraArgs: ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=5000'], // as the embedded server
      },
    });
    await addSearchAttributes(environment.connection, 'default');
    return new Stage(environment);
  }

  get client(): Client {
    return this.environment.client;
  }

  /** @param firstTry whether registration and charge are first tried in one activity */
  policy(firstTry: boolean): PurchasePolicy {
    return firstTry ? { ...POLICY, firstTryLimit: FIRST_TRY_MS } : POLICY;
  }

  /** Purchases as the API submits and reads them. */
  purchases(firstTry: boolean): TemporalPurchases {
    return new TemporalPurchases(this.client, { taskQueue: TASK_QUEUE, policy: this.policy(firstTry) });
  }

  breakWebhook(purchaseId: PurchaseId): void {
    this.webhooksDown.add(purchaseId);
  }

  /** MobiFone and the channel are well again. */
  heal(purchaseId: PurchaseId): void {
    this.webhooksDown.delete(purchaseId);
    this.gateway.heal(purchaseId);
  }

  /** The ids of the notices that the channel took, in order; an id appears once for each delivery. */
  notices(purchaseId: PurchaseId): readonly string[] {
    return this.inbox.get(purchaseId) ?? [];
  }

  /** Runs a story with a worker beside it; the worker is gone afterwards. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
      activities: {
        ...gatewayActivities(this.gateway),
        ...createEligibilityActivities(this.gateway),
        ...createChannelActivities(this.deliver),
      },
    });
    return worker.runUntil(story);
  }

  close(): Promise<void> {
    return this.environment.teardown();
  }

  private readonly deliver: DeliverNotice = async (_, notice) => {
    if (this.webhooksDown.has(notice.purchaseId)) return { kind: 'retry', detail: 'HTTP 503' };
    this.inbox.set(notice.purchaseId, [...this.notices(notice.purchaseId), notice.id]);
    return { kind: 'delivered' };
  };
}
