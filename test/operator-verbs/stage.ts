import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Info } from '@temporalio/activity';
import { Worker, type ActivityInboundCallsInterceptor } from '@temporalio/worker';
import '../support/quiet-runtime';
import type { Client } from '@temporalio/client';
import {
  createChannelActivities,
  createTakenCaseActivities,
  createTakenNoticeActivities,
  createEligibilityActivities,
  createGatewayActivities,
} from '../../activities';
import { deliverNotice } from '../../channel/notice';
import type { Channel } from '../../channel/registry';
import { Cases } from '../../client/cases';
import { PurchaseEarlierRuns } from '../../client/earlier-runs';
import { addSearchAttributes } from '../../client/prepare-namespace';
import { TemporalPurchases } from '../../client/temporal-purchases';
import type { PurchaseId } from '../../domain/identifiers';
import type { GatewayTerms } from '../../domain/gateway-promises';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { Gateway } from '../../mobifone/client';
import { markResults } from '../../worker/own-activity';
import { fromGlobalSetup } from '../support/test-environment';
import { ForgetfulGateway } from './forgetful-gateway';
import { Inbox } from './inbox';
import { FINAL_AFTER_MS } from './scenes';

export const TASK_QUEUE = 'operator-verbs';

/** Real time, so short; long enough that a retry still waits when the operator acts, also on a slow machine. */
const RETRY_MS = 3_000;
/** It keeps nothing but that its inquiries are right after this time. */
const TERMS: GatewayTerms = { kept: [], finalAfterMs: FINAL_AFTER_MS };
const POLICY: PurchasePolicy = {
  attemptTimeout: 20_000,
  heartbeatTimeout: 3_000,
  retryInitialInterval: RETRY_MS,
  retryMaximumInterval: RETRY_MS,
  patience: 120_000,
  lateEffectWatch: FINAL_AFTER_MS,
  gateway: TERMS,
  searchableWhenWaiting: true,
  undisturbedCalls: true,
  callsAreActivities: true,
  ownActivityIds: true,
};
const FIRST_TRY_MS = 15_000;
const WEBHOOK_MS = 5_000;

function gatewayActivities(gateway: Gateway, client: Client) {
  const cases = new Cases(client, { taskQueue: TASK_QUEUE, policy: POLICY });
  return createGatewayActivities(gateway, TERMS, undefined, new PurchaseEarlierRuns(client, cases));
}

/** A real Temporal server with real workflows and activities around the forgetful gateway and one channel. */
export class Stage {
  readonly gateway = new ForgetfulGateway();
  /** By workflow id: attempts of activities that run. */
  private readonly attempts = new Map<string, number>();

  private constructor(
    private readonly environment: TestWorkflowEnvironment,
    readonly inbox: Inbox,
    private readonly channel: Channel,
  ) {}

  static async open(): Promise<Stage> {
    const environment = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: fromGlobalSetup('cli') },
        log: { format: 'json', level: 'never' },
        extraArgs: ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=5000'], // as the embedded server
      },
    });
    await addSearchAttributes(environment.connection, 'default');
    const inbox = new Inbox();
    return new Stage(environment, inbox, await inbox.open());
  }

  get client(): Client {
    return this.environment.client;
  }

  /** @param firstTry whether check, registration and charge are first attempted in one activity */
  policy(firstTry: boolean): PurchasePolicy {
    return firstTry ? { ...POLICY, saleAttemptLimit: FIRST_TRY_MS } : POLICY;
  }

  /** Purchases as the API submits and reads them. */
  purchases(firstTry: boolean): TemporalPurchases {
    return new TemporalPurchases(this.client, { taskQueue: TASK_QUEUE, policy: this.policy(firstTry) });
  }

  /** MobiFone and the channel are well again. */
  heal(purchaseId: PurchaseId): void {
    this.inbox.mend(purchaseId);
    this.gateway.heal(purchaseId);
  }

  /** Whether an attempt of one of a workflow's activities runs at this moment, which no end of the workflow stops. */
  isBusy(workflowId: string): boolean {
    return (this.attempts.get(workflowId) ?? 0) > 0;
  }

  /** Runs a story with a worker beside it; the worker is gone afterwards. */
  async run<T>(story: () => Promise<T>): Promise<T> {
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
      interceptors: { activity: [markResults, ({ info }) => ({ inbound: this.counted(info) })] },
      activities: {
        ...gatewayActivities(this.gateway, this.client),
        ...createEligibilityActivities(this.gateway),
        ...createTakenNoticeActivities(() => Promise.resolve('ours')), // a reset finds the notices of the run before
        ...createTakenCaseActivities(() => Promise.resolve()), // a reset finds the case of the run before
        ...createChannelActivities((_, notice, signal) =>
          deliverNotice(this.channel, notice, {
            allowPrivateAddresses: true,
            timeoutMs: WEBHOOK_MS,
            connectTimeoutMs: WEBHOOK_MS,
            signal,
          }),
        ),
      },
    });
    return worker.runUntil(story);
  }

  async close(): Promise<void> {
    await this.inbox.close();
    await this.environment.teardown();
  }

  private counted({ workflowExecution }: Info): ActivityInboundCallsInterceptor {
    const id = workflowExecution?.workflowId ?? '';
    const count = (by: number) => this.attempts.set(id, (this.attempts.get(id) ?? 0) + by);
    return {
      execute: async (input, next) => {
        count(1);
        try {
          return await next(input);
        } finally {
          count(-1);
        }
      },
    };
  }
}
