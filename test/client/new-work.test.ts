import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { describedQueue, desertedIn, receiversOf } from '../../client/new-work';
import { WorkerPresence } from '../../client/worker-presence';
import { troubleOf } from '../../desk/trouble';
import { WORDS } from '../../desk/words/words';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';

jest.setTimeout(120_000);

const QUEUE = 'purchases';
const NOW = new Date('2026-11-24T03:00:00Z');
const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED, WORKER_VERSIONING_MODE_UNVERSIONED: UNVERSIONED } =
  temporal.api.enums.v1.WorkerVersioningMode;
const version = (deploymentName: string, buildId: string) => ({ deploymentName, buildId });

/** A worker that asked for work so many seconds ago, of a build or of none. */
const poller = (secondsAgo: number, build?: ReturnType<typeof version>) => ({
  lastAccessTime: msToTs(NOW.getTime() - secondsAgo * 1000),
  ...(build ? { deploymentOptions: { ...build, workerVersioningMode: VERSIONED } } : {}),
});

describe('a task queue whose new purchases go where nobody takes them', () => {
  const evil = version('evil', '1');
  const taken = { currentDeploymentVersion: evil };

  it.each([
    ['to a build that polled once', [poller(5), poller(100, evil)], taken, ['evil:1']],
    ['to a build that never polled', [poller(5)], taken, ['evil:1']],
    [
      'to workers without a build, of which there are none',
      [poller(5, version('shop', '1')), poller(100)],
      {},
      [''],
    ],
    [
      'in part, by a ramp',
      [poller(5)],
      { rampingDeploymentVersion: evil, rampingVersionPercentage: 20 },
      ['evil:1'],
    ],
  ])('%s: says so', (_, pollers, versioningInfo, expected) => {
    const deserted = desertedIn({ pollers, versioningInfo }, NOW);
    expect(deserted.map(({ build }) => (build ? `${build.deployment}:${build.buildId}` : ''))).toEqual(
      expected,
    );
  });

  it.each([
    ['its workers have no build, as by default', [poller(5)], {}],
    [
      'its workers say that they have no build',
      [{ ...poller(5), deploymentOptions: { workerVersioningMode: UNVERSIONED, buildId: 'x' } }],
      {},
    ],
    ['its builds both work', [poller(5, evil), poller(9)], { ...taken, rampingVersionPercentage: 0 }],
    ['no worker lives at all, which is said otherwise', [poller(100)], taken],
  ])('is not said where %s', (_, pollers, versioningInfo) => {
    expect(desertedIn({ pollers, versioningInfo }, NOW)).toEqual([]);
  });

  it('is a sentence of the desk, which names the build', () => {
    const queue = { items: [], unlisted: [], unreadable: [], batchesNotLookedAt: 0, unreadDays: [] };
    const now = { queue, hasWorkers: true, deserted: ['evil:1', ''], pauses: [], digest: '' };
    for (const words of Object.values(WORDS))
      expect(troubleOf(words, now)).toEqual([
        expect.stringContaining('evil:1'),
        expect.stringContaining('new-purchases-wait'),
      ]);
  });
});

describe('a current version that somebody else has set', () => {
  let server: TestWorkflowEnvironment;
  let client: Client;
  beforeAll(async () => {
    server = await localServer();
    client = server.client;
  });
  afterAll(() => server.teardown());

  /** Asks for work until there is some or two seconds are over. */
  function poll(deploymentOptions?: ReturnType<typeof version> & { workerVersioningMode: number }) {
    const { workflowService, options } = client;
    const about = { namespace: options.namespace, taskQueue: { name: QUEUE }, identity: 'somebody' };
    return client
      .withDeadline(deadlineIn(2_500), () =>
        workflowService.pollWorkflowTaskQueue({
          ...about,
          ...(deploymentOptions ? { deploymentOptions } : {}),
        }),
      )
      .catch(() => undefined); // there was none
  }

  it('is what the queue’s description says: the pollers of others do not count, and it is noticed once its own are gone', async () => {
    const gauge = async () => {
      const taken = await new BusinessSnapshots(client, [{ queue: QUEUE, type: 'workflow' }]).take();
      return taken.queues[0]?.pollers;
    };
    await poll();
    expect(receiversOf(await describedQueue(client, QUEUE), new Date())).toEqual([
      { build: null, percent: 100, listed: 1, lately: 1 },
    ]);
    expect(await gauge()).toBe(1);
    await eventually('the version to be known', async () => {
      await poll({ ...version('evil', '1'), workerVersioningMode: VERSIONED });
      return client.workflowService
        .setWorkerDeploymentCurrentVersion({
          namespace: client.options.namespace,
          deploymentName: 'evil',
          buildId: '1',
          ignoreMissingTaskQueues: true,
        })
        .catch(() => undefined);
    });
    const described = await eventually('the queue to follow', async () => {
      const now = await describedQueue(client, QUEUE);
      return now.versioningInfo?.currentDeploymentVersion ? now : undefined;
    });
    const build = { deployment: 'evil', buildId: '1' };
    expect(receiversOf(described, new Date())).toEqual([{ build, percent: 100, listed: 1, lately: 1 }]);
    expect(described.pollers).toHaveLength(2);
    expect(await gauge()).toBe(1);
    const { versioningInfo } = described;
    const pollers = described.pollers.filter((one) => !one.deploymentOptions);
    expect(desertedIn({ versioningInfo, pollers }).map((one) => one.build)).toEqual([build]);
    expect(await new WorkerPresence(client, QUEUE).hasWorkers()).toBe(true);
  });
});
