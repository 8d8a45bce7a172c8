import type { ReconciliationPolicy } from '../../domain/reconciliation/reconciliation';
import { webhookPolicy } from '../../runtime/configuration/purchase-policy';
import type { FixedValues } from '../../runtime/configuration/fixed-values';
import type { TimeOfDay } from './schedule';

/** The settings that reconciliation's policy is made of; see `config.ts`. Milliseconds. */
export interface PolicySettings {
  TEMPORAL_TASK_QUEUE: string;
  fixed: Pick<
    FixedValues,
    | 'reconciliationLookBackDays'
    | 'reconciliationPatienceMs'
    | 'reconciliationAttemptTimeoutMs'
    | 'webhookTimeoutMs'
  >;
}

/** A worker that compares a large day may be busy with one page of it for some seconds. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** The policy that is frozen with the schedule and with every day that is begun under these settings. */
export function reconciliationPolicy(settings: PolicySettings): ReconciliationPolicy {
  return {
    lookBackDays: settings.fixed.reconciliationLookBackDays,
    patience: settings.fixed.reconciliationPatienceMs,
    attemptTimeout: settings.fixed.reconciliationAttemptTimeoutMs,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    webhooks: webhookPolicy(settings),
  };
}

/** @param at as `config.ts` has checked it: `06:00`, or `off` */
export function timeOfDay(at: string): TimeOfDay | undefined {
  if (at === 'off') return undefined;
  const [hour, minute] = at.split(':').map(Number);
  return { hour: hour ?? 0, minute: minute ?? 0 };
}
