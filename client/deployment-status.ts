import { temporal } from '@temporalio/proto';

const { WorkerDeploymentVersionStatus: Status } = temporal.api.enums.v1;
type WorkerDeploymentInfo = temporal.api.deployment.v1.WorkerDeploymentInfo.$Properties;

/** What Temporal says of a build, and what it means for whoever runs the workers. */
export const BUILD_STATUSES = {
  inactive: 'has got no purchase yet',
  current: 'gets new purchases',
  ramping: 'gets a share of the new purchases',
  draining: 'may have purchases that still run: keep its workers',
  drained: 'has none left: its workers may be stopped',
  unknown: 'is in a status that this command does not know',
} as const;
export type BuildStatus = keyof typeof BUILD_STATUSES;

/** One build of a deployment. */
export interface Build {
  buildId: string;
  status: BuildStatus;
  /** How many workers of it asked for purchases in the server's memory of five minutes, stopped ones included. */
  workersLately: number;
}

/** A deployment as Temporal routes its new purchases now. */
export interface DeploymentStatus {
  name: string;
  /** Gets the new purchases; without one they go to workers that are no build of anything. */
  currentBuild?: string;
  /** Gets this share of them instead. */
  ramping?: { buildId: string; percent: number };
  /** Oldest first. */
  builds: readonly Build[];
}

/**
 * A deployment in our words.
 * @param workersLately how many workers of each build polled lately, by build id
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
