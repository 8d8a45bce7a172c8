import { ResourceBasedController, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config';

/** Target use of the machine (or container) as shares; the rest is for peaks. */
const TARGETS = { targetCpuUsage: 0.9, targetMemoryUsage: 0.8 };

/** Temporal's worker needs two pollers: one for its queue, one for its sticky queue. */
const MIN_POLLERS = 2;

type Tuning = Pick<
  WorkerOptions,
  'tuner' | 'activityTaskPollerBehavior' | 'workflowTaskPollerBehavior' | 'maxCachedWorkflows'
>;

/**
 * Task slots and concurrent pollers of the workers of one process; see docs/decisions/0018-slots-and-pollers.md.
 * @returns one object for all workers of the process, so that they share one measurement of CPU and memory
 */
export function workerTuning(
  settings: Pick<Config, 'WORKER_SLOTS'> & { fixed: Pick<Config['fixed'], 'pollers' | 'maxCachedWorkflows'> },
): Tuning {
  const { maxCachedWorkflows } = settings.fixed;
  return {
    ...slots(settings.WORKER_SLOTS),
    ...pollers(settings.fixed.pollers),
    ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
  };
}

function slots(setting: string): Pick<Tuning, 'tuner'> {
  if (setting === 'resource') return { tuner: { controller: ResourceBasedController.create(TARGETS) } };
  return fixedSlots(Number(setting.replace('fixed:', '')));
}

/** For activities that mostly wait: free CPU does not show how many slots are right for them. */
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

function pollers(maximum: number | 'auto'): Omit<Tuning, 'tuner'> {
  const behaviour =
    maximum === 'auto'
      ? ({ type: 'autoscaling', minimum: MIN_POLLERS, initial: 10 } as const)
      : ({ type: 'simple-maximum', maximum } as const);
  return { activityTaskPollerBehavior: behaviour, workflowTaskPollerBehavior: behaviour };
}
