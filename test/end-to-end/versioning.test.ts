import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../../domain/identifiers';
import type { Position } from '../../sandbox/ledger-entries';
import { openEncryption } from '../../client/encryption';
import { deadlineIn } from '../../runtime/deadline';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { withFixedValues } from '../support/parts/fixed-values';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(300_000);

const { VERSIONING_BEHAVIOR_PINNED } = temporal.api.enums.v1.VersioningBehavior;
const DEPLOYMENT = 'datacode-test';
/** With a rate limit the calls to MobiFone go by their own queue, which must keep to the build as well. */
const SETTINGS = { MOBIFONE_RATE_LIMIT: '50', ...withFixedValues({ retryInitialMs: 100 }) };
const HELD_MSISDN = '84900000009';

let stack: EmbeddedStack;
let connection: Connection;
beforeAll(async () => {
  stack = await EmbeddedStack.start(SETTINGS); // its own worker is no build of anything
  connection = await Connection.connect({ address: `127.0.0.1:${stack.config.TEMPORAL_PORT}` });
});
afterAll(async () => {
  await connection.close();
  await stack.end();
});

async function buy(externalId: string, msisdn = '0900000001') {
  return stack.api('POST', '/v1/purchases', { externalId, msisdn, package: 'D90' });
}

async function outcomeOf(externalId: string) {
  for (;;) {
    const { body } = await stack.api('GET', `/v1/purchases/${externalId}`, undefined, 'wait=30');
    if (body['outcome']) return body;
  }
}

/** Buys, and comes back when MobiFone has put the registration off, as it will until `release`. */
async function buyAndHold(externalId: string): Promise<void> {
  await fetch(`${stack.sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      call: 'register',
      match: { msisdn: HELD_MSISDN },
      times: 'forever',
      fault: { kind: 'too_many', retryAfterSeconds: 1 },
    }),
  });
  await buy(externalId, HELD_MSISDN);
  for (;;) {
    const { faults } = await stack.sandbox<{ faults: { used: number }[] }>('faults');
    if (faults.some(({ used }) => used > 0)) return;
    await setTimeout(25); // between two looks at the condition
  }
}

async function release(): Promise<void> {
  await fetch(`${stack.sandboxUrl}/sandbox/faults`, { method: 'DELETE' });
}

async function deploy(...words: string[]) {
  return stack.runCommand('deploy', [...words, '--deployment', DEPLOYMENT]);
}

/** Starts a worker of a build, and comes back when Temporal knows the build as one that polls for purchases. */
async function startBuild(buildId: string): Promise<void> {
  await stack.startPart('worker', { WORKER_DEPLOYMENT_NAME: DEPLOYMENT, WORKER_BUILD_ID: buildId }, buildId);
  const polls = new RegExp(`^  ${buildId} .* [1-9]\\d* polling lately`, 'm');
  while (!polls.test((await deploy('show')).stdout));
}

/** On which builds a purchase's workflow ran, and whether the same processes made its calls. */
async function whereItRan(externalId: string) {
  // the demo channel's name and the ids above are of the right form
  const workflowId = purchaseWorkflowId('demo' as ChannelName, externalId as ExternalId);
  const { dataConverter } = openEncryption(stack.config);
  const handle = new Client({ connection, dataConverter }).workflow.getHandle(workflowId);
  const events = (await handle.fetchHistory()).events ?? [];
  const completed = events.flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  const ranWorkflow = new Set(completed.map(({ identity }) => identity));
  const madeCalls = events.flatMap((event) => event.activityTaskStartedEventAttributes?.identity ?? []);
  const { raw } = await handle.describe();
  return {
    builds: [...new Set(completed.map((task) => task.deploymentVersion?.buildId ?? 'none'))],
    madeItsOwnCalls: madeCalls.length > 0 && madeCalls.every((identity) => ranWorkflow.has(identity)),
    pinnedTo:
      raw.workflowExecutionInfo?.versioningInfo?.behavior === VERSIONING_BEHAVIOR_PINNED
        ? raw.workflowExecutionInfo.versioningInfo.deploymentVersion?.buildId
        : undefined,
  };
}

describe('a worker that is no build of a deployment', () => {
  it('sells as ever, and its purchases are pinned to nothing', async () => {
    await buy('plain');

    expect(await outcomeOf('plain')).toMatchObject({ outcome: 'succeeded' });
    expect(await whereItRan('plain')).toMatchObject({ builds: ['none'], pinnedTo: undefined });
  });

  it('knows no deployment, and the command says how there comes to be one', async () => {
    const { succeeded, stderr } = await deploy('current', 'build-1');

    expect(succeeded).toBe(false);
    expect(stderr).toContain(`WORKER_DEPLOYMENT_NAME=${DEPLOYMENT} WORKER_BUILD_ID=`);
  });
});

describe('the first build, started beside a worker without one', () => {
  it('gets no purchase before it is made current', async () => {
    await startBuild('build-1');
    await buy('not-yet');

    expect(await outcomeOf('not-yet')).toMatchObject({ outcome: 'succeeded' });
    expect(await whereItRan('not-yet')).toMatchObject({ builds: ['none'] });
  });

  it('takes over what still runs once it is current, and keeps it', async () => {
    await buyAndHold('taken-over');
    expect(await deploy('current', 'build-1')).toMatchObject({ succeeded: true });
    await stack.stopPart('worker');
    await release();

    expect(await outcomeOf('taken-over')).toMatchObject({ outcome: 'succeeded' });
    expect(await whereItRan('taken-over')).toMatchObject({
      builds: ['none', 'build-1'],
      pinnedTo: 'build-1',
    });
  });
});

describe('a second build that becomes current while a purchase of the first is in the middle', () => {
  it('gets the new purchases, and the other ends on the first build even if that has to come back for it', async () => {
    await buyAndHold('begun-on-1');
    await startBuild('build-2');
    const { stdout } = await deploy('current', 'build-2');
    expect(stdout).toMatch(/build-1 +draining/);
    expect(stdout).toMatch(/build-2 +current/);

    await stack.killPart('build-1');
    await release();
    await buy('begun-on-2');
    expect(await outcomeOf('begun-on-2')).toMatchObject({ outcome: 'succeeded' });
    await startBuild('build-1');

    const first = await outcomeOf('begun-on-1');
    expect(first).toMatchObject({ outcome: 'succeeded' });
    expect(await whereItRan('begun-on-1')).toMatchObject({
      builds: ['build-1'],
      pinnedTo: 'build-1',
      madeItsOwnCalls: true,
    });
    expect(await whereItRan('begun-on-2')).toMatchObject({
      builds: ['build-2'],
      pinnedTo: 'build-2',
      madeItsOwnCalls: true,
    });
    expect(await stack.sandbox<Position>(`purchases/${String(first['id'])}`)).toMatchObject({
      registrations: 1,
      charges: 1,
    });
  });
});

describe('the way back', () => {
  it('is the same command: a share, then every new purchase, goes to the earlier build again', async () => {
    const ramped = await deploy('ramp', 'build-1', '25');
    expect(ramped.stdout).toContain('25 % to build build-1, the rest to build build-2');

    await deploy('current', 'build-1');
    await buy('after-rollback');

    expect(await outcomeOf('after-rollback')).toMatchObject({ outcome: 'succeeded' });
    expect(await whereItRan('after-rollback')).toMatchObject({ builds: ['build-1'] });
  });

  it('is refused for a build that nobody runs, with the builds that there are', async () => {
    const { succeeded, stderr } = await deploy('current', 'build-3');

    expect(succeeded).toBe(false);
    expect(stderr).toContain('has no build "build-3" (known: build-1, build-2)');
  });

  it('is refused for a build that Temporal knows and no worker serves, where purchases would only wait', async () => {
    await connection.workflowService.createWorkerDeploymentVersion({
      namespace: 'default',
      deploymentVersion: { deploymentName: DEPLOYMENT, buildId: 'build-4' },
      requestId: 'build-4',
    });
    const { succeeded, stderr } = await deploy('ramp', 'build-4', '10');

    expect(succeeded).toBe(false);
    expect(stderr).toContain('No worker of build "build-4" has polled');
  });
});

describe('a build of somebody else that is made current for the activities of one queue alone', () => {
  const BATCHES = 'datacode-purchases-batches';
  const { WORKER_VERSIONING_MODE_VERSIONED } = temporal.api.enums.v1.WorkerVersioningMode;
  const namespace = 'default';

  /** Asks for activities once, as the build `evil:1`; there may be none. */
  function poll() {
    const version = { deploymentName: 'evil', buildId: '1' };
    return connection
      .withDeadline(deadlineIn(2_500), () =>
        connection.workflowService.pollActivityTaskQueue({
          namespace,
          taskQueue: { name: BATCHES },
          identity: 'somebody',
          deploymentOptions: { ...version, workerVersioningMode: WORKER_VERSIONING_MODE_VERSIONED },
        }),
      )
      .catch(() => undefined);
  }

  const makeCurrent = (buildId: string) =>
    connection.workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: 'evil',
      buildId,
      ignoreMissingTaskQueues: true,
    });

  it('is named by `deploy show` with its queue, with the deployment’s name and without, until it is set back', async () => {
    expect(await deploy('show')).toMatchObject({ succeeded: true });
    await eventually('the version to be known', async () => {
      await poll();
      return makeCurrent('1').catch(() => undefined);
    });
    const taken = `100 % of the activities of ${BATCHES} go to build 1 of evil`;
    for (const show of [deploy('show'), stack.runCommand('deploy', ['show'])])
      expect((await show).stdout).toContain(taken);
    await makeCurrent('');
    const { succeeded, stdout } = await deploy('show');
    expect(stdout).toContain(`100 % of the activities of ${BATCHES} go to build build-1 of ${DEPLOYMENT}`);
    expect(succeeded).toBe(true);
  });
});
