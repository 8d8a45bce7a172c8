import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

type Queue = Pick<temporal.api.workflowservice.v1.IDescribeTaskQueueResponse, 'pollers' | 'versioningInfo'>;
type Version = temporal.api.deployment.v1.IWorkerDeploymentVersion | null | undefined;

/** Who gets a share of the new workflows of a task queue. */
export interface Receiver {
  /** Of the worker deployment; null for workers without a build. */
  build: { deployment: string; buildId: string } | null;
  percent: number;
  /** Workers of it that have asked for work lately, and that Temporal still lists. */
  lately: number;
  listed: number;
}

/** A worker asks for work at least once a minute; Temporal lists one that is gone for five. */
const RECENTLY_MS = 75_000;
const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED } = temporal.api.enums.v1.WorkerVersioningMode;
const { TASK_QUEUE_TYPE_WORKFLOW } = temporal.api.enums.v1.TaskQueueType;

/**
 * Who gets the new workflows of a queue. Whoever can write to Temporal can give them to a build of their own, with which
 * nobody works; then new purchases are accepted and wait, while our workers live.
 */
export function receiversOf({ pollers, versioningInfo }: Queue, now: Date): Receiver[] {
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

/** Those that get new purchases and take none, though workers ask for work. Where none does at all, no worker lives. */
export function desertedIn(queue: Queue, now: Date = new Date()): Receiver[] {
  if (!(queue.pollers ?? []).some((poller) => askedLately(poller, now))) return [];
  return receiversOf(queue, now).filter(({ lately }) => lately === 0);
}

/** The build's name, as Temporal's Web UI has it; empty for workers without one. */
export function nameOf(build: Receiver['build']): string {
  return build === null ? '' : `${build.deployment}:${build.buildId}`;
}

/** What Temporal knows of a queue of workflows. @throws TemporalUnavailable */
export function describedQueue(client: Client, queue: string) {
  const { namespace } = client.options;
  return answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
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
