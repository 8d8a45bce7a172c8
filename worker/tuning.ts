import { ResourceBasedController, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config';

/** How full a machine (or its container) is used by what a worker takes on, as shares: the rest is for peaks. */
const TARGETS = { targetCpuUsage: 0.9, targetMemoryUsage: 0.8 };

/** With fewer than two, Temporal's worker cannot poll its queue and its sticky queue at once. */
const FEWEST = 2;

type Tuning = Pick<WorkerOptions, 'tuner' | 'activityTaskPollerBehavior' | 'workflowTaskPollerBehavior'>;

/**
 * How much at once the workers of one process take on, and by how many open questions they ask Temporal for it; see
 * docs/decisions/0018-slots-and-pollers.md.
 * @returns one object for all workers of the process, which then share one measure of its CPU and memory
 */
export function workerTuning(settings: Pick<Config, 'WORKER_SLOTS' | 'WORKER_POLLERS'>): Tuning {
  return { ...slots(settings.WORKER_SLOTS), ...pollers(settings.WORKER_POLLERS) };
}

function slots(setting: string): Pick<Tuning, 'tuner'> {
  if (setting === 'resource') return { tuner: { controller: ResourceBasedController.create(TARGETS) } };
  return fixedSlots(Number(setting.replace('fixed:', '')));
}

/** Where slots are waited in and not worked in, free CPU says nothing of how many there may be. */
export function fixedSlots(numSlots: number): Pick<Tuning, 'tuner'> {
  const fixed = { type: 'fixed-size', numSlots } as const;
  return {
    tuner: {
      workflowTaskSlotSupplier: fixed,
      activityTaskSlotSupplier: fixed,
      localActivityTaskSlotSupplier: fixed,
      nexusTaskSlotSupplier: fixed,
    },
  };
}

function pollers(setting: string): Omit<Tuning, 'tuner'> {
  const behaviour =
    setting === 'auto'
      ? ({ type: 'autoscaling', minimum: FEWEST, initial: 10 } as const)
      : ({ type: 'simple-maximum', maximum: Number(setting) } as const);
  return { activityTaskPollerBehavior: behaviour, workflowTaskPollerBehavior: behaviour };
}
