import { Client } from '@temporalio/client';
import { InvalidArgumentError, type Command } from 'commander';
import { BUILD_STATUSES, type DeploymentStatus } from '../client/deployment-status';
import { DeploymentRefused, Deployments } from '../client/deployments';
import { whoGetsWork, type SideNow } from '../client/new-work';
import { loadOperatorConfig } from '../config';
import { queueSides } from '../runtime/configuration/task-queues';
import { TEMPORAL_SETTINGS, verb } from './terminal/help';
import { EXIT } from './terminal/exit-codes';
import { print, tell, type JsonOption } from './terminal/output';
import { withConnection } from './terminal/temporal';

interface Options extends JsonOption {
  deployment?: string;
}

/** Shows a deployment if it has a name, and who gets the work of our queues, which may be nobody of ours. */
async function show(options: Options): Promise<void> {
  const config = loadOperatorConfig();
  const { TEMPORAL_TASK_QUEUE: taskQueue } = config;
  const deploymentName = options.deployment ?? config.WORKER_DEPLOYMENT_NAME;
  await withConnection(config, async (connection, namespace) => {
    const queues = await whoGetsWork(new Client({ connection, namespace }), queueSides(taskQueue));
    const inWordsOfQueues = () => queues.flatMap(sideInWords);
    if (deploymentName === undefined) {
      const newPurchases = queues.find(({ type }) => type === 'workflow')?.receivers;
      print(options, { taskQueue, newPurchases, queues }, inWordsOfQueues);
    } else {
      const status = await new Deployments(connection, { namespace, deploymentName, taskQueue }).show();
      print(options, { ...status, queues }, () => [...inWords(status), ...inWordsOfQueues()]);
    }
    if (queues.some((side) => side.limits.length > 0 || side.receivers.some(({ lately }) => lately === 0))) {
      tell('Work waits there: see docs/runbooks.md, "new-purchases-wait".');
      process.exitCode = EXIT.notAsWanted;
    }
  });
}

function sideInWords({ queue, type, receivers, limits }: SideNow): string[] {
  const work = type === 'workflow' ? 'new purchases' : 'activities';
  return [
    ...receivers.map(({ build, percent, lately }) => {
      const to = build === null ? 'workers without a build' : `build ${build.buildId} of ${build.deployment}`;
      return `${percent} % of the ${work} of ${queue} go to ${to}; ${lately} of these polling lately.`;
    }),
    ...limits.map(({ perSecond, of }) => {
      const whose = of === 'channel' ? ' for each channel' : '';
      return `The ${work} of ${queue} are limited at Temporal to ${perSecond} a second${whose}.`;
    }),
  ];
}

/** Does one act on the configured deployment, then prints its state. */
async function operate(
  options: Options,
  act: (deployments: Deployments) => Promise<DeploymentStatus>,
): Promise<void> {
  const config = loadOperatorConfig();
  const deploymentName = options.deployment ?? config.WORKER_DEPLOYMENT_NAME;
  if (deploymentName === undefined) {
    throw new DeploymentRefused(
      'Name the deployment: set WORKER_DEPLOYMENT_NAME as its workers have it, or give --deployment <name>.',
    );
  }
  await withConnection(config, async (connection, namespace) => {
    const taskQueue = config.TEMPORAL_TASK_QUEUE;
    const standing = await act(new Deployments(connection, { namespace, deploymentName, taskQueue }));
    print(options, standing, () => inWords(standing));
  });
}

function inWords({ name, currentBuild, ramping, builds }: DeploymentStatus): string[] {
  const rest = currentBuild ? `build ${currentBuild}` : 'workers without a build';
  const share = ramping
    ? `${ramping.percent} % to build ${ramping.buildId}, the rest to ${rest}`
    : `to ${rest}`;
  const width = Math.max(...builds.map(({ buildId }) => buildId.length));
  const lines = builds.map(
    ({ buildId, status, workersLately }) =>
      `  ${buildId.padEnd(width)}  ${status.padEnd(8)}  ${workersLately} polling lately  ${BUILD_STATUSES[status]}`,
  );
  return [`New purchases of ${name} go ${share}.`, ...lines];
}

function percentage(text: string): number {
  const percent = text.trim() === '' ? NaN : Number(text);
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError('It must be a number from 0 to 100.');
}

/** `deploy`: which build of the workers gets new purchases. */
export function addDeploy(command: Command): void {
  command.description(
    'shows and sets which build of the workers gets new purchases; running ones stay on their build',
  );
  const add = (name: string, does: string, example: string): Command =>
    verb(
      command.command(name),
      does,
      [`datacode deploy ${name}${example}`],
      [...TEMPORAL_SETTINGS, 'WORKER_DEPLOYMENT_NAME', 'TEMPORAL_TASK_QUEUE'],
    ).option('--deployment <name>', 'the deployment; WORKER_DEPLOYMENT_NAME by default');

  add(
    'show',
    'lists the builds, and who gets the work of each task queue; without the name of a deployment the latter only',
    ' --json | jq .currentBuild',
  ).action(show);
  add('current', 'gives all new purchases to a build', ' build-2')
    .argument('<buildId>', 'the WORKER_BUILD_ID of running workers')
    .action((buildId: string, options: Options) =>
      operate(options, (deployments) => deployments.makeCurrent(buildId)),
    );
  add('ramp', 'gives a share of the new purchases to a build', ' build-2 25')
    .argument('<buildId>', 'the WORKER_BUILD_ID of running workers')
    .argument('<percent>', '0 to 100', percentage)
    .action((buildId: string, percent: number, options: Options) =>
      operate(options, (deployments) => deployments.ramp(buildId, percent)),
    );
}
