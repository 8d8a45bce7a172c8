import { temporal } from '@temporalio/proto';

const { WorkerDeploymentVersionStatus: Status } = temporal.api.enums.v1;
type WorkerDeploymentInfo = temporal.api.deployment.v1.WorkerDeploymentInfo.$Properties;

/** Temporal's status of a build, and what it means for whoever runs the workers. */
export const BUILD_STATUSES = {
  inactive: 'has not received a purchase yet',
  current: 'gets new purchases',
  ramping: 'gets a share of the new purchases',
  draining: 'may still have running purchases: keep its workers',
  drained: 'has no purchases left: its workers may be stopped',
  unknown: 'has a status that this command does not know',
} as const;
export type BuildStatus = keyof typeof BUILD_STATUSES;

/** One build of a deployment. */
export interface Build {
  buildId: string;
  status: BuildStatus;
  /** Workers of the build that polled within the last five minutes, including stopped ones. */
  workersLately: number;
}

/** How Temporal currently routes new purchases of a deployment. */
export interface DeploymentStatus {
  name: string;
  /** Receives the new purchases; if absent, they go to unversioned workers. */
  currentBuild?: string;
  /** Receives this share of them instead. */
  ramping?: { buildId: string; percent: number };
  /** Oldest first. */
  builds: readonly Build[];
}

/**
 * Converts Temporal's description of a deployment.
 * @param workersLately number of recently polling workers by build id
 */
export function deploymentStatusOf(
  { name, routingConfig, versionSummaries }: WorkerDeploymentInfo,
  workersLately: ReadonlyMap<string, number>,
): DeploymentStatus {
  const currentBuild = routingConfig?.currentDeploymentVersion?.buildId;
  const rampingBuild = routingConfig?.rampingDeploymentVersion?.buildId;
  return {
    name: name ?? '',
    ...(currentBuild ? { currentBuild } : {}),
    ...(rampingBuild
      ? { ramping: { buildId: rampingBuild, percent: routingConfig?.rampingVersionPercentage ?? 0 } }
      : {}),
    builds: (versionSummaries ?? [])
      .toSorted((a, b) => Number(a.createTime?.seconds ?? 0) - Number(b.createTime?.seconds ?? 0))
      .map(({ deploymentVersion, status }) => {
        const buildId = deploymentVersion?.buildId ?? '';
        return { buildId, status: statusOf(status ?? null), workersLately: workersLately.get(buildId) ?? 0 };
      }),
  };
}

function statusOf(status: temporal.api.enums.v1.WorkerDeploymentVersionStatus | null): BuildStatus {
  switch (status) {
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_CREATED:
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE:
      return 'inactive';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT:
      return 'current';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING:
      return 'ramping';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING:
      return 'draining';
    case Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED:
      return 'drained';
    default:
      return 'unknown';
  }
}
