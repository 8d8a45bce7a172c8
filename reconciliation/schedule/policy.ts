import type { ReconciliationPolicy } from '../../domain/reconciliation/reconciliation';
import { webhookPolicy } from '../../runtime/configuration/purchase-policy';
import type { TimeOfDay } from './schedule';

/** The settings that reconciliation's policy is made of; see `config.ts`. Milliseconds. */
export interface ReconciliationSettings {
  RECONCILIATION_PATIENCE: number;
  TEMPORAL_TASK_QUEUE: string;
  WEBHOOK_TIMEOUT: number;
}

/** Days before yesterday that each morning makes up for; shorter than any sensible retention. */
const LOOK_BACK_DAYS = 14;
/** To fetch and compare one day: a large file from a slow server takes some minutes. */
const ATTEMPT_TIMEOUT_MS = 3_600_000;
/** A worker that compares a large day may be busy with one page of it for some seconds. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** The policy that is frozen with the schedule and with every day that is begun under these settings. */
export function reconciliationPolicy(settings: ReconciliationSettings): ReconciliationPolicy {
  return {
    lookBackDays: LOOK_BACK_DAYS,
    patience: settings.RECONCILIATION_PATIENCE,
    attemptTimeout: ATTEMPT_TIMEOUT_MS,
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
