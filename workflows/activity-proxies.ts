import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TemporalFailure,
  TimeoutFailure,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { ChannelActivities } from '../activities/channel-activities';
import type { EligibilityActivities } from '../activities/eligibility-activities';
import type { GatewayActivities, Inquirable, Sale } from '../activities/gateway-activities';
import type { FailureDetail } from '../domain/command-result';
import type { TransactionState } from '../domain/gateway-verdict';
import type { NoticePolicy } from '../domain/notice/protocol';
import { PRIORITY, type PriorityKey } from '../domain/priority';
import type { PurchaseOrder, PurchasePolicy } from '../domain/purchase/purchase';
import type { PaymentForm } from '../domain/catalogue/packages';

/**
 * Maximum attempts of one round, so that no setting makes Temporal retry without limit: the pauses between rounds are
 * the workflow's. By default a round's patience ends first.
 */
const MAX_ATTEMPTS_PER_ROUND = 30;

/** A slow answer is awaited outside the workflow task, which also delays the channel's answer. */
const LOCAL_ATTEMPT_MS = 2_000;

/**
 * The queue and the time limits of one delivery to a webhook. On its own queue it needs no heartbeat: its time limit is
 * short, and hundreds of deliveries that hang would each send heartbeats to Temporal.
 */
export function deliveryLimits({
  attemptTimeout,
  heartbeatTimeout,
  webhooks,
}: NoticePolicy): Pick<ActivityOptions, 'taskQueue' | 'startToCloseTimeout' | 'heartbeatTimeout'> {
  if (!webhooks) return { startToCloseTimeout: attemptTimeout, heartbeatTimeout };
  const { taskQueue, attemptTimeout: startToCloseTimeout } = webhooks;
  return { taskQueue, startToCloseTimeout, heartbeatTimeout: undefined };
}

/** The activities of one purchase or question, with the options of each: queue, time limits, retries, priority, summary. */
export class ActivityProxies {
  constructor(
    private readonly order: Pick<PurchaseOrder, 'channel'>,
    private readonly policy: PurchasePolicy,
    /** Called before anything that may take long. */
    private readonly beforeWaiting: () => void = () => undefined,
  ) {}

  /**
   * Calls to MobiFone as normal activities: scheduling one is the durable record of intent.
   * @param patience milliseconds until the call, retries included, comes back unsettled
   */
  gateway(summary: string, patience: number, priorityKey: PriorityKey): ReturnType<typeof gatewayProxy> {
    return gatewayProxy(this.gatewayOptions(summary, patience, priorityKey));
  }

  channel(summary: string, patience: number): ReturnType<typeof channelProxy> {
    this.beforeWaiting();
    return channelProxy({
      ...this.options(summary, patience, PRIORITY.compensation),
      ...deliveryLimits(this.policy),
    });
  }

  /** Whether a call inside the workflow task would go past no rate limit, which the gateway's own queue keeps. */
  get isUnlimited(): boolean {
    return this.policy.gatewayTaskQueue === undefined;
  }

  /** Whether a purchase first tries a call inside the workflow task, without a record of intent: only older ones do. */
  get mayGoLocal(): boolean {
    return this.isUnlimited && !this.policy.callsAreActivities;
  }

  /**
   * With which call the first attempt of a sale begins, and how long each of its calls may take, milliseconds; nothing
   * where there is no such attempt.
   */
  attemptLimit({
    paymentForm,
  }: {
    paymentForm: PaymentForm;
  }): { from: 'check' | 'registration'; ms: number } | undefined {
    const { saleAttemptLimit, firstTryLimit } = this.policy;
    if (paymentForm !== 'postpaid') return undefined;
    if (saleAttemptLimit !== undefined) return { from: 'check', ms: saleAttemptLimit };
    return firstTryLimit === undefined ? undefined : { from: 'registration', ms: firstTryLimit };
  }

  /** One attempt as a normal activity, which the workflow follows up, not Temporal. */
  once(
    summary: string,
    patience: number,
    priority: keyof typeof PRIORITY,
  ): Pick<ReturnType<typeof gatewayProxy>, 'attemptSale' | 'registerAndCharge' | 'sendMessages'> {
    return gatewayProxy({
      ...this.gatewayOptions(summary, patience, PRIORITY[priority]),
      retry: { maximumAttempts: 1 },
    });
  }

  /** One attempt inside the workflow task: for what may be done twice without harm (a check, a message under one id). */
  async local<T>(
    summary: string,
    call: (activities: ReturnType<typeof localProxy>) => Promise<T>,
  ): Promise<T> {
    const options = { startToCloseTimeout: LOCAL_ATTEMPT_MS, retry: { maximumAttempts: 1 }, summary };
    try {
      return await call(localProxy(options));
    } finally {
      if (this.policy.undisturbedCalls) await updatesAreHandled();
    }
  }

  /** Asks MobiFone once, within its rate limit, for somebody who waits for the answer. */
  transactionState(summary: string, sale: Sale, transaction: Inquirable): Promise<TransactionState> {
    if (this.mayGoLocal)
      return this.local(summary, (mobifone) => mobifone.inquireOnce(sale, transaction)).catch(
        (failure: unknown) => {
          if (isTimedOut(failure)) return 'no_answer'; // by our own worker: nobody else can have it fail
          throw failure;
        },
      );
    const options = this.gatewayOptions(summary, this.policy.attemptTimeout, PRIORITY.compensation);
    return gatewayProxy({ ...options, retry: { maximumAttempts: 1 } }).inquireOnce(sale, transaction);
  }

  /** @param milliseconds that MobiFone asked to wait */
  async waitAsAsked(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    this.beforeWaiting();
    await sleep(milliseconds, { summary: 'MobiFone asked for patience' });
  }

  /** A queue of its own where MobiFone is called at a limited rate; see `gatewayTaskQueue`. */
  private gatewayOptions(summary: string, patience: number, priorityKey: PriorityKey): ActivityOptions {
    this.beforeWaiting();
    const taskQueue = this.policy.gatewayTaskQueue;
    return { ...this.options(summary, patience, priorityKey), ...(taskQueue ? { taskQueue } : {}) };
  }

  private options(summary: string, patience: number, priorityKey: PriorityKey): ActivityOptions {
    return {
      summary,
      startToCloseTimeout: this.policy.attemptTimeout,
      heartbeatTimeout: this.policy.heartbeatTimeout,
      scheduleToCloseTimeout: patience,
      retry: {
        initialInterval: this.policy.retryInitialInterval,
        maximumInterval: this.policy.retryMaximumInterval,
        backoffCoefficient: 2,
        maximumAttempts: MAX_ATTEMPTS_PER_ROUND,
      },
      priority: { priorityKey: this.priorityOf(priorityKey), fairnessKey: this.order.channel },
    };
  }

  /** What a row of a batch has sold is undone and told with the same priority as any other sale. */
  private priorityOf(priorityKey: PriorityKey): PriorityKey {
    return this.policy.bulk && priorityKey === PRIORITY.sale ? PRIORITY.bulk : priorityKey;
  }
}

const gatewayProxy = (options: ActivityOptions) =>
  proxyActivities<GatewayActivities & EligibilityActivities>(options);
const channelProxy = (options: ActivityOptions) => proxyActivities<ChannelActivities>(options);
const localProxy = (options: Parameters<typeof proxyLocalActivities>[0]) =>
  proxyLocalActivities<GatewayActivities & EligibilityActivities>(options);

/**
 * Comes back when the handlers of all updates and signals of this activation have gone as far as they can: conditions
 * are evaluated when nothing else is left to run. An update and the result of a local activity may reach the first run
 * one after the other and a replay together, so the update is always handled first.
 */
function updatesAreHandled(): Promise<void> {
  let isLooked = false;
  return CancellationScope.nonCancellable(() =>
    condition(() => {
      const isHeard = isLooked;
      isLooked = true;
      return isHeard;
    }),
  );
}

function isTimedOut(failure: unknown): boolean {
  return failure instanceof ActivityFailure && failure.cause instanceof TimeoutFailure;
}

/** The detail of a gateway activity's failure, which may be wrapped in Temporal's own failures. */
export function detailOf(failure: unknown): FailureDetail {
  for (let at = failure; at instanceof TemporalFailure; at = at.cause) {
    if (!(at instanceof ApplicationFailure)) continue;
    const [detail] = (at.details ?? []) as FailureDetail[]; // written by `gatewayFailure` and the channel's
    return detail ?? {};
  }
  return {};
}
