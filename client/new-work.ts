import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { QueueSide } from '../runtime/configuration/task-queues';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

type Described = Partial<
  Pick<temporal.api.workflowservice.v1.IDescribeTaskQueueResponse, 'pollers' | 'versioningInfo' | 'config'>
>;
type Version = temporal.api.deployment.v1.IWorkerDeploymentVersion | null | undefined;

/** Who gets a share of the new work of one side of a task queue. */
export interface Receiver {
  /** Of the worker deployment; null for workers without a build. */
  build: { deployment: string; buildId: string } | null;
  percent: number;
  /** Workers of it that have asked for work lately, and that Temporal still lists. */
  lately: number;
  listed: number;
}

/** How much of its work a task queue gives out at most, since somebody has set that at Temporal. None of ours does. */
export interface QueueLimit {
  perSecond: number;
  /** Channels are the queue's fairness keys. */
  of: 'queue' | 'channel';
}

/** One side of a task queue, and who gets its work. */
export interface SideNow extends QueueSide {
  receivers: readonly Receiver[];
  /** The names of the builds whose workers have asked for work here lately. */
  asking: readonly string[];
  limits: readonly QueueLimit[];
}

/** A worker asks for work at least once a minute; Temporal lists one that is gone for five. */
const RECENTLY_MS = 75_000;
/** Temporal sends limits as floats of 32 bits: 0.1 as 0.10000000149011612. */
const FLOAT_DIGITS = 7;
const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED } = temporal.api.enums.v1.WorkerVersioningMode;
const TYPES = {
  workflow: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

/** Who gets the work of each side now, for one request a side. @throws TemporalUnavailable */
export function whoGetsWork(client: Client, sides: readonly QueueSide[]): Promise<SideNow[]> {
  return Promise.all(
    sides.map(async (side) => sideNow(side, await describedSide(client, side, { reportConfig: true }))),
  );
}

export function sideNow(side: QueueSide, described: Described, now: Date = new Date()): SideNow {
  const asking = (described.pollers ?? []).filter((poller) => askedLately(poller, now));
  return {
    ...side,
    receivers: receiversOf(described, now),
    asking: [...new Set(asking.map((poller) => nameOf(buildOfPoller(poller))))],
    limits: limitsOf(described),
  };
}

/**
 * Who gets the new work of one side of a queue. Whoever can write to Temporal can give it to a build of their own, with which
 * nobody works; then it waits, while our workers live.
 */
export function receiversOf({ pollers, versioningInfo }: Described, now: Date): Receiver[] {
  const { currentDeploymentVersion, rampingDeploymentVersion, rampingVersionPercentage } =
    versioningInfo ?? {};
  const share = rampingVersionPercentage ?? 0;
  const shares = [
    { version: currentDeploymentVersion, percent: 100 - share },
    { version: rampingDeploymentVersion, percent: share },
  ];
  return shares
    .filter(({ percent }) => percent > 0)
    .map(({ version, percent }) => {
      const build = buildOf(version);
      const own = (pollers ?? []).filter((poller) => nameOf(buildOfPoller(poller)) === nameOf(build));
      return {
        build,
        percent,
        listed: own.length,
        lately: own.filter((one) => askedLately(one, now)).length,
      };
    });
}

/** What somebody has set by Temporal's own tools; the limit that workers ask for (`MOBIFONE_RATE_LIMIT`) is not in it. */
function limitsOf({ config }: Described): QueueLimit[] {
  const { queueRateLimit, fairnessKeysRateLimitDefault } = config ?? {};
  const limits = [
    { set: queueRateLimit?.rateLimit, of: 'queue' },
    { set: fairnessKeysRateLimitDefault?.rateLimit, of: 'channel' },
  ] as const;
  return limits.flatMap(({ set, of }) =>
    set ? [{ perSecond: Number((set.requestsPerSecond ?? 0).toPrecision(FLOAT_DIGITS)), of }] : [],
  );
}

/** The build's name, as Temporal's Web UI has it; empty for workers without one. */
export function nameOf(build: Receiver['build']): string {
  return build === null ? '' : `${build.deployment}:${build.buildId}`;
}

/** What Temporal knows of one side of a queue. @throws TemporalUnavailable */
export function describedSide(
  client: Client,
  { queue, type }: QueueSide,
  report: { reportConfig?: true; reportStats?: true } = {},
) {
  const { namespace } = client.options;
  return answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: TYPES[type],
      ...report,
    }),
  );
}

type Poller = temporal.api.taskqueue.v1.IPollerInfo;

/** Whether a worker has asked for work lately. */
export function askedLately({ lastAccessTime }: Poller, now: Date): boolean {
  return Boolean(lastAccessTime) && now.getTime() - tsToMs(lastAccessTime) < RECENTLY_MS;
}

function buildOfPoller({ deploymentOptions }: Poller): Receiver['build'] {
  return deploymentOptions?.workerVersioningMode === VERSIONED ? buildOf(deploymentOptions) : null;
}

function buildOf(version: Version): Receiver['build'] {
  const { deploymentName, buildId } = version ?? {};
  return deploymentName ? { deployment: deploymentName, buildId: buildId ?? '' } : null;
}
