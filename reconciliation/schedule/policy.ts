import type { ReconciliationPolicy } from '../../domain/reconciliation/reconciliation';
import { webhookPolicy } from '../../client/purchase-policy';
import type { TimeOfDay } from './schedule';

/** The settings that reconciliation's policy is made of; see `config.ts`. Milliseconds but for the days. */
export interface PolicySettings {
  RECONCILIATION_LOOK_BACK: number;
  RECONCILIATION_PATIENCE: number;
  RECONCILIATION_ATTEMPT_TIMEOUT: number;
  TEMPORAL_TASK_QUEUE: string;
  WEBHOOK_TIMEOUT: number;
}

/** A worker that compares a large day may be busy with one page of it for some seconds. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** The policy that is frozen with the schedule and with every day that is begun under these settings. */
export function reconciliationPolicy(settings: PolicySettings): ReconciliationPolicy {
  return {
    lookBackDays: settings.RECONCILIATION_LOOK_BACK,
    patience: settings.RECONCILIATION_PATIENCE,
    attemptTimeout: settings.RECONCILIATION_ATTEMPT_TIMEOUT,
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
