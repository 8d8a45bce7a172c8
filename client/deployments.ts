import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { deadlineIn } from '../runtime/deadline';
import { deploymentStatusOf, type DeploymentStatus } from './deployment-status';

/** The deployment, and the task queue that its workers poll. */
export interface DeploymentSettings {
  namespace: string;
  deploymentName: string;
  /** The queue of the purchase workflows. */
  taskQueue: string;
}

interface Description {
  deployment: DeploymentStatus;
  /** A change made with it fails if the deployment was changed since. */
  conflictToken: Uint8Array;
  /** Whether the routing has reached every task queue. */
  inForce: boolean;
}

/** A deployment cannot be shown or changed; the message says why and what to do. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}

/** Time limit of one change, which has to reach every task queue of the deployment. */
const DEADLINE_MS = 30_000;
/** Shown by Temporal as the author of a change. */
const IDENTITY = `deploy@${hostname()}`;
const { TASK_QUEUE_TYPE_WORKFLOW } = temporal.api.enums.v1.TaskQueueType;
const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS } = temporal.api.enums.v1.RoutingConfigUpdateState;

/** The builds of one deployment, and which of them receives new purchases. A running purchase stays on its build. */
export class Deployments {
  constructor(
    private readonly connection: Pick<Connection, 'workflowService' | 'withDeadline'>,
    private readonly settings: DeploymentSettings,
  ) {}

  /**
   * Every build that Temporal knows, and the routing of new purchases.
   * @throws DeploymentRefused if no worker of the deployment has ever polled, or Temporal does not respond
   */
  async show(): Promise<DeploymentStatus> {
    return this.ask(async () => (await this.describe()).deployment);
  }

  /**
   * Routes every new purchase to a build, and ends its ramp.
   * @returns the status once the change is in force on every task queue
   * @throws DeploymentRefused if no worker of the build polls, or the deployment was changed meanwhile
   */
  async makeCurrent(buildId: string): Promise<DeploymentStatus> {
    const { namespace, deploymentName } = this.settings;
    return this.ask(async () => {
      const conflictToken = await this.tokenToMoveTo(buildId);
      const request = { namespace, deploymentName, buildId, conflictToken, identity: IDENTITY };
      await this.connection.workflowService.setWorkerDeploymentCurrentVersion(request);
      return this.onceInForce();
    });
  }

  /**
   * Routes a share of the new purchases to a build; the current one keeps the rest.
   * @param percentage 0 to 100
   * @returns the status once the change is in force on every task queue
   * @throws DeploymentRefused as `makeCurrent`
   */
  async ramp(buildId: string, percentage: number): Promise<DeploymentStatus> {
    const { namespace, deploymentName } = this.settings;
    return this.ask(async () => {
      const conflictToken = await this.tokenToMoveTo(buildId);
      const request = { namespace, deploymentName, buildId, percentage, conflictToken, identity: IDENTITY };
      await this.connection.workflowService.setWorkerDeploymentRampingVersion(request);
      return this.onceInForce();
    });
  }

  /** Temporal itself would accept a build without workers, on which purchases would wait forever. */
  private async tokenToMoveTo(buildId: string): Promise<Uint8Array> {
    const { deployment, conflictToken } = await this.describe();
    const build = deployment.builds.find((known) => known.buildId === buildId);
    if (build && build.workersLately > 0) return conflictToken;
    const known = deployment.builds.map((each) => each.buildId).join(', ') || 'none';
    const fault = build
      ? `No worker of build "${buildId}" has polled "${this.settings.taskQueue}" lately: purchases routed to it would wait forever.`
      : `Deployment "${deployment.name}" has no build "${buildId}" (known: ${known}): no worker with it has polled yet.`;
    throw new DeploymentRefused(`${fault} ${this.howToStart(buildId)}`);
  }

  /** Waits, because the server answers before its task queues use the new routing. */
  private async onceInForce(): Promise<DeploymentStatus> {
    for (;;) {
      const { deployment, inForce } = await this.describe();
      if (inForce) return deployment;
      await pause(100); // the deadline of the change ends the loop
    }
  }

  private async describe(): Promise<Description> {
    const { namespace, deploymentName } = this.settings;
    try {
      const { workerDeploymentInfo, conflictToken } =
        await this.connection.workflowService.describeWorkerDeployment({ namespace, deploymentName });
      return {
        deployment: deploymentStatusOf(workerDeploymentInfo ?? {}, await this.workersByBuild()),
        conflictToken,
        inForce: workerDeploymentInfo?.routingConfigUpdateState !== ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS,
      };
    } catch (fault) {
      if (!isGrpcServiceError(fault) || fault.code !== status.NOT_FOUND) throw fault;
      throw new DeploymentRefused(
        `Temporal knows no deployment "${deploymentName}" in namespace "${namespace}": no worker of it has polled yet, ` +
          `or it has another name. ${this.howToStart('<build>')}`,
        { cause: fault },
      );
    }
  }

  /** Recently polling workers, counted by build. */
  private async workersByBuild(): Promise<Map<string, number>> {
    const { namespace, deploymentName, taskQueue } = this.settings;
    const { pollers } = await this.connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
    });
    const workers = new Map<string, number>();
    for (const { deploymentOptions } of pollers) {
      if (deploymentOptions?.deploymentName !== deploymentName || !deploymentOptions.buildId) continue;
      workers.set(deploymentOptions.buildId, (workers.get(deploymentOptions.buildId) ?? 0) + 1);
    }
    return workers;
  }

  private howToStart(buildId: string): string {
    const { deploymentName } = this.settings;
    return `Start a worker of it: WORKER_DEPLOYMENT_NAME=${deploymentName} WORKER_BUILD_ID=${buildId} npm run worker`;
  }

  private async ask<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await this.connection.withDeadline(deadlineIn(DEADLINE_MS), act);
    } catch (fault) {
      if (!isGrpcServiceError(fault)) throw fault;
      throw new DeploymentRefused(wayOut(fault.code, fault.details), { cause: fault });
    }
  }
}

function wayOut(code: status, details: string): string {
  switch (code) {
    case status.FAILED_PRECONDITION:
      return `Temporal refuses: ${details}. Check with \`npx datacode deploy show\`, then try again.`;
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return `Temporal does not respond (${details}): the change may or may not have been made. Check with \`npx datacode deploy show\`.`;
    case status.UNIMPLEMENTED:
    case status.PERMISSION_DENIED:
      return `Temporal denies the request: ${details}. The server must support worker deployments, and the credentials must allow changing them.`;
    default:
      return `Temporal refuses: ${details}.`;
  }
}
