import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { deadlineIn } from '../runtime/deadline';
import { deploymentStatusOf, type DeploymentStatus } from './deployment-status';

/** Which deployment is meant, and where its workers ask for purchases. */
export interface DeploymentSettings {
  namespace: string;
  deploymentName: string;
  /** The queue of the purchase workflows. */
  taskQueue: string;
}

interface Description {
  standing: DeploymentStatus;
  /** Of this state of the deployment: a change made with it fails when somebody else was faster. */
  conflictToken: Uint8Array;
  /** Whether every task queue follows the routing by now. */
  inForce: boolean;
}

/** A deployment cannot be shown or changed as it was asked; the message says why and what to do. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}

/** How long one act may take; every task queue of the deployment has to hear of it. */
const DEADLINE_MS = 30_000;
/** Who did it, as Temporal tells of a deployment. */
const IDENTITY = `deploy@${hostname()}`;
const { TASK_QUEUE_TYPE_WORKFLOW } = temporal.api.enums.v1.TaskQueueType;
const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS } = temporal.api.enums.v1.RoutingConfigUpdateState;

/** The builds of one deployment, and which of them gets new purchases; a purchase that runs stays where it is. */
export class Deployments {
  constructor(
    private readonly connection: Pick<Connection, 'workflowService' | 'withDeadline'>,
    private readonly settings: DeploymentSettings,
  ) {}

  /**
   * Every build that Temporal remembers, and where new purchases go.
   * @throws DeploymentRefused when no worker of the deployment was ever seen, or Temporal does not answer
   */
  async show(): Promise<DeploymentStatus> {
    return this.ask(async () => (await this.describe()).standing);
  }

  /**
   * Gives every new purchase to a build from now on, and ends a ramp of it.
   * @returns how the deployment stands once every task queue has heard of it
   * @throws DeploymentRefused when no worker of the build polls, or the deployment was changed meanwhile
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
   * Gives a share of the new purchases to a build; the current one keeps the rest.
   * @param percentage 0 to 100
   * @returns how the deployment stands once every task queue has heard of it
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

  /** Temporal itself would take a build whose workers are long gone, and purchases would wait there for nobody. */
  private async tokenToMoveTo(buildId: string): Promise<Uint8Array> {
    const { standing, conflictToken } = await this.describe();
    const build = standing.builds.find((known) => known.buildId === buildId);
    if (build && build.workersLately > 0) return conflictToken;
    const known = standing.builds.map((each) => each.buildId).join(', ') || 'none';
    const fault = build
      ? `No worker of build "${buildId}" has polled "${this.settings.taskQueue}" lately: purchases would wait there for nobody.`
      : `Deployment "${standing.name}" has no build "${buildId}" (known: ${known}): no worker with it has polled yet.`;
    throw new DeploymentRefused(`${fault} ${this.howToStart(buildId)}`);
  }

  /** The server answers before its task queues follow, and a purchase could still go the old way. */
  private async onceInForce(): Promise<DeploymentStatus> {
    for (;;) {
      const { standing, inForce } = await this.describe();
      if (inForce) return standing;
      await pause(100); // between two looks at the condition; the deadline of the act ends it
    }
  }

  private async describe(): Promise<Description> {
    const { namespace, deploymentName } = this.settings;
    try {
      const { workerDeploymentInfo, conflictToken } =
        await this.connection.workflowService.describeWorkerDeployment({ namespace, deploymentName });
      return {
        standing: deploymentStatusOf(workerDeploymentInfo ?? {}, await this.workersByBuild()),
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

  /** Workers that polled for purchases lately, counted by their build. */
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
      return `Temporal refuses: ${details}. See where it stands by \`npx datacode deploy show\`, then try again.`;
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return `Temporal does not answer (${details}): it is not known whether the change was made. Look by \`npx datacode deploy show\`.`;
    case status.UNIMPLEMENTED:
    case status.PERMISSION_DENIED:
      return `Temporal does not let us: ${details}. The server must know worker deployments, and we need the right to change them.`;
    default:
      return `Temporal refuses: ${details}.`;
  }
}
