import { setTimeout } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { keepAttributeMarker } from '../client/attribute-marker';
import { keepSweepSchedule } from './sweep-schedule';
import type { Config } from '../config';
import { reconciliationPolicy, timeOfDay } from '../reconciliation/schedule/policy';
import { followMorningSettings } from '../reconciliation/schedule/schedule';
import { deadlineIn } from '../runtime/deadline';
import type { WorkerTemporal } from './reconciliation';

/** How long one attempt waits for Temporal. */
const TIMEOUT_MS = 10_000;

/** Pauses between attempts: each is twice as long as the last, up to the maximum. */
export interface Pauses {
  firstMs: number;
  maxMs: number;
}
const PAUSES: Pauses = { firstMs: 5_000, maxMs: 300_000 };

/** A schedule of Temporal that a worker sets by its settings, or what it keeps there likewise. */
export interface KeptSchedule {
  /** As the log names it. */
  name: string;
  set: () => Promise<void>;
}

/**
 * Sets the schedules by this worker's settings: of the sweep for cut-off purchases, and of the morning's reconciliation
 * where this worker has a source. And keeps the marker of search attributes.
 */
export function schedulesOf(config: Config, temporal: WorkerTemporal): KeptSchedule[] {
  const client = new Client(temporal);
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const inTime = (set: () => Promise<void>) => () => client.withDeadline(deadlineIn(TIMEOUT_MS), set);
  const sweep = { every: config.fixed.sweepEveryMs, taskQueue };
  const kept = [
    { name: 'sweep for cut-off purchases', set: inTime(() => keepSweepSchedule(client, sweep)) },
    { name: 'marker of search attributes', set: inTime(() => keepAttributeMarker(client)) },
  ];
  if (config.RECONCILIATION_SOURCE === undefined) return kept;
  const morning = {
    at: timeOfDay(config.RECONCILIATION_AT),
    taskQueue,
    policy: reconciliationPolicy(config),
  };
  return [...kept, { name: 'reconciliation', set: inTime(() => followMorningSettings(client, morning)) }];
}

/**
 * Sets each schedule; one that could not be set is tried again until it is. Sales do not depend on it.
 * @returns when each was tried once: ends the further attempts
 */
export async function keepSchedules(
  schedules: readonly KeptSchedule[],
  logger: { warn(message: string, facts: object): void } = Runtime.instance().logger,
  pauses = PAUSES,
): Promise<() => void> {
  const stopped = new AbortController();
  await Promise.all(
    schedules.map(async (schedule) => {
      if (await isSet(schedule, logger)) return;
      void keepTrying(schedule, logger, pauses, stopped.signal).catch(() => undefined); // stopped in a pause
    }),
  );
  return () => stopped.abort();
}

async function keepTrying(
  schedule: KeptSchedule,
  logger: { warn(message: string, facts: object): void },
  { firstMs, maxMs }: Pauses,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstMs;
  do {
    await setTimeout(pauseMs, undefined, { signal, ref: false });
    pauseMs = Math.min(2 * pauseMs, maxMs);
  } while (!(await isSet(schedule, logger)));
}

async function isSet(
  { name, set }: KeptSchedule,
  logger: { warn(message: string, facts: object): void },
): Promise<boolean> {
  try {
    await set();
    return true;
  } catch (error) {
    logger.warn(`the schedule of the ${name} could not be set; it is tried again`, { error });
    return false;
  }
}
