import type { GatewayPromise, GatewayTerms } from '../../domain/gateway-promises';
import type { BatchPolicy } from '../../domain/batch/batch';
import { noticePolicy } from '../../domain/notice/protocol';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { WebhookPolicy } from '../../domain/notice/webhook-policy';
import type { FixedValues } from './fixed-values';
import { batchTaskQueue, gatewayTaskQueue, webhookTaskQueue } from './task-queues';

/** The settings that make up a purchase's policy; see `config.ts`. Durations in milliseconds. */
export interface PolicySettings {
  MOBIFONE_CALL_TIMEOUT: number;
  PURCHASE_PATIENCE: number;
  PURCHASE_LATE_EFFECT_WATCH: number;
  MOBIFONE_FINAL_AFTER?: number | undefined;
  MOBIFONE_PROMISES: readonly GatewayPromise[];
  MOBIFONE_BASE_URL?: string | undefined;
  TEMPORAL_TASK_QUEUE: string;
  fixed: Pick<
    FixedValues,
    'retryInitialMs' | 'retryMaximumMs' | 'heartbeatTimeoutMs' | 'firstTryLimitMs' | 'webhookTimeoutMs'
  >;
  /** Calls per second. */
  MOBIFONE_RATE_LIMIT?: number | undefined;
}

/** The policy that is stored with every batch accepted under these settings. */
export function batchPolicy(settings: PolicySettings): BatchPolicy {
  return {
    taskQueue: batchTaskQueue(settings),
    rowsOfAPart: ROWS_OF_A_PART,
    maxOpenRows: MAX_OPEN_ROWS,
    attemptTimeout: PART_TIMEOUT_MS,
    heartbeatTimeout: PART_HEARTBEAT_MS,
    partsOfARun: PARTS_OF_A_RUN,
    notices: noticePolicy(purchasePolicy(settings)),
    ownActivityIds: true,
  };
}

/** Half a minute of selling: then another batch has its turn, and one part's heartbeat stays small. */
const ROWS_OF_A_PART = 100;
/** What waits for a person or for MobiFone is not added to for long. */
const MAX_OPEN_ROWS = 50;
/** A part whose every row takes as long as a row is waited for. */
const PART_TIMEOUT_MS = 30 * 60_000;
/** A worker that died is noticed after this; its part goes on at another. */
const PART_HEARTBEAT_MS = 15_000;
/** Some seven events each: ten thousand rows are one run, and a batch that is stopped again and again several. */
const PARTS_OF_A_RUN = 500;

/** Policy of webhook deliveries that start under these settings. */
export function webhookPolicy(
  settings: Pick<PolicySettings, 'TEMPORAL_TASK_QUEUE'> & { fixed: Pick<FixedValues, 'webhookTimeoutMs'> },
): WebhookPolicy {
  return {
    taskQueue: webhookTaskQueue(settings),
    attemptTimeout: settings.fixed.webhookTimeoutMs * DELIVERY_TIMES + MARGIN_MS,
  };
}

/** The worker itself ends a delivery after that time; the factor allows for a stalled machine. */
const DELIVERY_TIMES = 2;

/** The promises that MobiFone's gateway is assumed to keep. */
export function gatewayTerms(
  settings: Pick<PolicySettings, 'MOBIFONE_FINAL_AFTER' | 'MOBIFONE_PROMISES' | 'MOBIFONE_BASE_URL'>,
): GatewayTerms {
  const { MOBIFONE_FINAL_AFTER, MOBIFONE_PROMISES: kept, MOBIFONE_BASE_URL } = settings;
  const unlessSetMs = MOBIFONE_BASE_URL === undefined ? SANDBOX_FINAL_AFTER_MS : UNKNOWN_FINAL_AFTER_MS;
  return { kept, finalAfterMs: MOBIFONE_FINAL_AFTER ?? unlessSetMs };
}

/** For an unmeasured gateway: longer than a core network usually takes to abandon a command. */
const UNKNOWN_FINAL_AFTER_MS = 120_000;
/** The sandbox's, also where the processes are given its address. */
export const SANDBOX_FINAL_AFTER_MS = 5_000;

/** Less is not believed of MobiFone, whatever was measured on a quiet day: what is sent again too early may be charged twice. */
export const LEAST_FINAL_AFTER_MS = 5_000;

/** The patience of the longest round, as a multiple of the first's: see `workflows/rounds.ts`. */
export const LONGEST_ROUND_TIMES = 32;
/** A round must also have room for an attempt that was lost, and for pauses between inquiries. */
const SETTLE_TIMES_OF_A_ROUND = 2;

/**
 * The least patience with which *not found* counts in the end, milliseconds: it counts when one activity has asked for the settle time, after
 * what was interrupted can no longer send, and no activity outlasts its round.
 */
export function leastPatienceMs(
  settings: Parameters<typeof gatewayTerms>[0],
  { heartbeatTimeoutMs }: Pick<PolicySettings['fixed'], 'heartbeatTimeoutMs'>,
): number {
  const settledMs = gatewayTerms(settings).finalAfterMs + heartbeatTimeoutMs;
  return (settledMs * SETTLE_TIMES_OF_A_ROUND) / LONGEST_ROUND_TIMES;
}

/** A token fetch, an inquiry and the command itself, each within the call's time limit, and one to spare. */
const CALLS_OF_AN_ATTEMPT = 4;
const MARGIN_MS = 5_000;

function saleAttempt({
  firstTryLimitMs: limit,
}: PolicySettings['fixed']): Pick<PurchasePolicy, 'saleAttemptLimit'> {
  return limit === 'off' ? {} : { saleAttemptLimit: limit };
}

/**
 * The most calls to MobiFone that an activity makes: check, registration, charge, and without P1 an inquiry about what
 * was refused. A queue's limit counts activities, so it gives out that many fewer than the calls that MobiFone allows.
 */
const MAX_CALLS_OF_AN_ACTIVITY = 4;

/** The limit of the gateway's task queue, activities per second; nothing without a limit. */
export function gatewayActivityRate({
  MOBIFONE_RATE_LIMIT: callsPerSecond,
}: Pick<PolicySettings, 'MOBIFONE_RATE_LIMIT'>): number | undefined {
  return callsPerSecond === undefined ? undefined : callsPerSecond / MAX_CALLS_OF_AN_ACTIVITY;
}

/** The policy that is stored with every purchase accepted under these settings. */
export function purchasePolicy(settings: PolicySettings): PurchasePolicy {
  const gateway = gatewayTerms(settings);
  const { heartbeatTimeoutMs } = settings.fixed;
  const call = Math.max(settings.MOBIFONE_CALL_TIMEOUT, settings.fixed.webhookTimeoutMs);
  return {
    attemptTimeout: call * CALLS_OF_AN_ATTEMPT + MARGIN_MS,
    heartbeatTimeout: heartbeatTimeoutMs,
    retryInitialInterval: settings.fixed.retryInitialMs,
    retryMaximumInterval: settings.fixed.retryMaximumMs,
    patience: settings.PURCHASE_PATIENCE,
    // Nothing lands later, also of an activity that was interrupted and had not heard of it yet.
    lateEffectWatch: Math.max(settings.PURCHASE_LATE_EFFECT_WATCH, heartbeatTimeoutMs + gateway.finalAfterMs),
    gateway,
    searchableWhenWaiting: true,
    searchableRefunds: true,
    searchableAttention: true,
    undisturbedCalls: true,
    webhooks: webhookPolicy(settings),
    callsAreActivities: true,
    ownActivityIds: true,
    ...saleAttempt(settings.fixed),
    ...(settings.MOBIFONE_RATE_LIMIT === undefined ? {} : { gatewayTaskQueue: gatewayTaskQueue(settings) }),
  };
}
