import { InvalidArgumentError, type Command } from 'commander';
import { connectClient } from '../client/connecting';
import { temporalTarget } from '../client/connection';
import { BUILD_STATUSES, type DeploymentStatus } from '../client/deployment-status';
import { DeploymentRefused, Deployments } from '../client/deployments';
import { loadOperatorConfig } from '../config';
import { say, sayJson } from './terminal/output';

interface Options {
  deployment?: string;
  json?: boolean;
}

/** Does one act on the deployment that is configured, then says how it stands. */
async function operate(
  options: Options,
  act: (deployments: Deployments) => Promise<DeploymentStatus>,
): Promise<void> {
  const config = loadOperatorConfig();
  const deploymentName = options.deployment ?? config.WORKER_DEPLOYMENT_NAME;
  if (deploymentName === undefined) {
    throw new DeploymentRefused(
      'Which deployment is meant? Set WORKER_DEPLOYMENT_NAME as for its workers, or give --deployment <name>.',
    );
  }
  const target = temporalTarget(config);
  const connection = await connectClient(target);
  try {
    const taskQueue = config.TEMPORAL_TASK_QUEUE;
    const deployments = new Deployments(connection, {
      namespace: target.namespace,
      deploymentName,
      taskQueue,
    });
    const standing = await act(deployments);
    if (options.json) sayJson(standing);
    else say(inWords(standing));
  } finally {
    await connection.close();
  }
}

function inWords({ name, currentBuild, ramping, builds }: DeploymentStatus): string {
  const rest = currentBuild ? `build ${currentBuild}` : 'workers without a build';
  const share = ramping
    ? `${ramping.percent} % to build ${ramping.buildId}, the rest to ${rest}`
    : `to ${rest}`;
  const width = Math.max(...builds.map(({ buildId }) => buildId.length));
  const lines = builds.map(
    ({ buildId, status, workersLately }) =>
      `  ${buildId.padEnd(width)}  ${status.padEnd(8)}  ${workersLately} polling lately  ${BUILD_STATUSES[status]}`,
  );
  return [`New purchases of ${name} go ${share}.`, ...lines].join('\n');
}

function percentage(text: string): number {
  const percent = text.trim() === '' ? NaN : Number(text);
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError('It must be a number from 0 to 100.');
}

/** `deploy`: which build of the workers gets new purchases. */
export function addDeploy(command: Command): void {
  command.description(
    'which build of the workers gets new purchases; one that runs stays on the build that it began on',
  );
  const add = (name: string, does: string): Command =>
    command
      .command(name)
      .description(does)
      .option('--deployment <name>', 'the deployment; WORKER_DEPLOYMENT_NAME unless given')
      .option('--json', 'as JSON');

  add('show', 'lists the builds, and where new purchases go').action((options: Options) =>
    operate(options, (deployments) => deployments.show()),
  );
  add('current', 'gives all new purchases to a build')
    .argument('<buildId>', 'the WORKER_BUILD_ID of running workers')
    .action((buildId: string, options: Options) =>
      operate(options, (deployments) => deployments.makeCurrent(buildId)),
    );
  add('ramp', 'gives a share of the new purchases to a build')
    .argument('<buildId>', 'the WORKER_BUILD_ID of running workers')
    .argument('<percent>', '0 to 100', percentage)
    .action((buildId: string, percent: number, options: Options) =>
      operate(options, (deployments) => deployments.ramp(buildId, percent)),
    );
}
