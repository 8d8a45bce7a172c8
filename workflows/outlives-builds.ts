import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

/**
 * For a workflow that outlives every build of the worker, so must not wait for the one that it began on. Temporal rejects
 * this option from a worker that is not versioned.
 */
export function outlivesBuilds(workflow: Parameters<typeof setWorkflowOptions>[1]): void {
  setWorkflowOptions(() => (isOnBuild() ? { versioningBehavior: 'AUTO_UPGRADE' } : {}), workflow);
}

/** Whether a build of the worker runs the workflow now. */
export function isOnBuild(): boolean {
  const build = workflowInfo().currentDeploymentVersion;
  return build !== undefined && build.deploymentName !== ''; // which only a worker that is no build leaves empty
}
