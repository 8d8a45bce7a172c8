import type { Client } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { describedSide, receiversOf, sideNow, whoGetsWork } from '../../client/new-work';
import { WaitingWorkNow, waitingWork } from '../../client/waiting-work';
import { WorkerPresence } from '../../client/worker-presence';
import { troubleOf } from '../../desk/trouble';
import { WORDS } from '../../desk/words/words';
import { queueSides, type QueueSide } from '../../runtime/configuration/task-queues';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';

jest.setTimeout(120_000);

const QUEUE = 'purchases';
const SIDES = queueSides(QUEUE);
const WORKFLOWS: QueueSide = { queue: QUEUE, type: 'workflow' };
const OF_BATCHES: QueueSide = { queue: `${QUEUE}-batches`, type: 'activity' };
const NOW = new Date('2026-11-24T03:00:00Z');
const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED, WORKER_VERSIONING_MODE_UNVERSIONED: UNVERSIONED } =
  temporal.api.enums.v1.WorkerVersioningMode;
const version = (deploymentName: string, buildId: string) => ({ deploymentName, buildId });

/** A worker that asked for work so many seconds ago, of a build or of none. */
const poller = (secondsAgo: number, build?: ReturnType<typeof version>) => ({
  lastAccessTime: msToTs(NOW.getTime() - secondsAgo * 1000),
  ...(build ? { deploymentOptions: { ...build, workerVersioningMode: VERSIONED } } : {}),
});
const evil = version('evil', '1');
const taken = { currentDeploymentVersion: evil };

describe.each(SIDES)('work of $queue ($type) that goes where nobody takes it', (side) => {
  it.each([
    ['to a build that polled once', [poller(5), poller(100, evil)], taken, 'evil:1'],
    ['to a build that never polled', [poller(5)], taken, 'evil:1'],
    [
      'to workers without a build, of which there are none',
      [poller(5, version('shop', '1')), poller(100)],
      {},
      '',
    ],
    [
      'in part, by a ramp',
      [poller(5)],
      { rampingDeploymentVersion: evil, rampingVersionPercentage: 20 },
      'evil:1',
    ],
  ])('%s: says so', (_, pollers, versioningInfo, build) => {
    expect(waitingWork([sideNow(side, { pollers, versioningInfo }, NOW)])).toEqual([
      { why: { kind: 'deserted', build }, sides: [side] },
    ]);
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
    expect(waitingWork([sideNow(side, { pollers, versioningInfo }, NOW)])).toEqual([]);
  });
});

describe('the sides of our task queues together', () => {
  const main = sideNow(WORKFLOWS, { pollers: [poller(5)] }, NOW);

  it('say that a build takes nothing also where our own workers are full, and so ask for no work', () => {
    const full = { pollers: [poller(100)], versioningInfo: taken };
    expect(waitingWork([main, sideNow(OF_BATCHES, full, NOW)])).toEqual([
      { why: { kind: 'deserted', build: 'evil:1' }, sides: [OF_BATCHES] },
    ]);
  });

  it('say nothing where the workers that get the work are full', () => {
    expect(waitingWork([main, sideNow(OF_BATCHES, { pollers: [poller(100)] }, NOW)])).toEqual([]);
  });

  it('are one sentence of the desk for each reason, which names them', () => {
    const pollers = [poller(5)];
    const all = SIDES.map((side) => sideNow(side, { pollers, versioningInfo: taken }, NOW));
    const limited = sideNow(
      OF_BATCHES,
      { pollers, config: { queueRateLimit: { rateLimit: { requestsPerSecond: 0.5 } } } },
      NOW,
    );
    const queue = { items: [], unlisted: [], unreadable: [], batchesNotLookedAt: 0, unreadDays: [] };
    const now = {
      queue,
      hasWorkers: true,
      waitingWork: waitingWork([...all, limited]),
      pauses: [],
      digest: '',
    };
    for (const words of Object.values(WORDS)) {
      const [deserted = '', limit = '', ...more] = troubleOf(words, now);
      expect(more).toEqual([]);
      for (const { queue: name } of SIDES) expect(deserted).toContain(`${name} (`);
      expect(deserted).toContain('evil:1');
      expect(limit).toContain(`${OF_BATCHES.queue} (`);
      expect(limit).toContain('0.5');
      for (const text of [deserted, limit]) expect(text).toContain('new-purchases-wait');
    }
  });
});

describe('who looks at the desk, every three seconds', () => {
  it('has Temporal asked about each side once in fifteen seconds, and that is all', async () => {
    const asked: string[] = [];
    let nowMs = 0;
    const client = {
      options: { namespace: 'default' },
      withDeadline: (_: unknown, call: () => Promise<unknown>) => call(),
      workflowService: {
        describeTaskQueue: ({
          taskQueue,
          taskQueueType,
        }: temporal.api.workflowservice.v1.IDescribeTaskQueueRequest) => {
          asked.push(`${taskQueue?.name} ${taskQueueType}`);
          return Promise.resolve({});
        },
      },
    } as unknown as Client; // what the look asks of it
    const work = new WaitingWorkNow(client, QUEUE, () => nowMs);
    for (; nowMs < 15_000; nowMs += 3_000) await work.now();
    expect(asked).toHaveLength(SIDES.length);
    expect(new Set(asked).size).toBe(SIDES.length);
    await work.now();
    expect(asked).toHaveLength(2 * SIDES.length);
  });
});

describe('on a real server', () => {
  let server: TestWorkflowEnvironment;
  let client: Client;
  beforeAll(async () => {
    server = await localServer();
    client = server.client;
  });
  afterAll(() => server.teardown());

  /** Asks for work until there is some or two seconds are over. */
  function poll({ queue, type }: QueueSide, build?: ReturnType<typeof version>) {
    const { workflowService, options } = client;
    const request = {
      namespace: options.namespace,
      taskQueue: { name: queue },
      identity: 'somebody',
      ...(build ? { deploymentOptions: { ...build, workerVersioningMode: VERSIONED } } : {}),
    };
    return client
      .withDeadline(deadlineIn(2_500), (): Promise<unknown> =>
        type === 'workflow'
          ? workflowService.pollWorkflowTaskQueue(request)
          : workflowService.pollActivityTaskQueue(request),
      )
      .catch(() => undefined); // there was none
  }

  const makeCurrent = (deploymentName: string, buildId: string) =>
    client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: client.options.namespace,
      deploymentName,
      buildId,
      ignoreMissingTaskQueues: true,
    });

  async function taken(side: QueueSide, build: ReturnType<typeof version>) {
    await eventually('the version to be known', async () => {
      await poll(side, build);
      return makeCurrent(build.deploymentName, build.buildId).catch(() => undefined);
    });
    return eventually('the queue to follow', async () => {
      const now = await describedSide(client, side);
      return now.versioningInfo?.currentDeploymentVersion ? now : undefined;
    });
  }

  const gauges = async (sides: readonly QueueSide[]) =>
    (await new BusinessSnapshots(client, sides).take()).queues.map(({ pollers }) => pollers);

  describe('a current version that somebody else has set', () => {
    it('is what the queue’s description says: the pollers of others do not count, and it is noticed once its own are gone', async () => {
      await poll(WORKFLOWS);
      expect(receiversOf(await describedSide(client, WORKFLOWS), new Date())).toEqual([
        { build: null, percent: 100, listed: 1, lately: 1 },
      ]);
      expect(await gauges([WORKFLOWS])).toEqual([1]);
      const described = await taken(WORKFLOWS, evil);
      const build = { deployment: 'evil', buildId: '1' };
      expect(receiversOf(described, new Date())).toEqual([{ build, percent: 100, listed: 1, lately: 1 }]);
      expect(described.pollers).toHaveLength(2);
      expect(await gauges([WORKFLOWS])).toEqual([1]);
      const { versioningInfo } = described;
      const pollers = described.pollers.filter((one) => !one.deploymentOptions);
      expect(waitingWork([sideNow(WORKFLOWS, { versioningInfo, pollers })])).toEqual([
        { why: { kind: 'deserted', build: 'evil:1' }, sides: [WORKFLOWS] },
      ]);
      expect(await new WorkerPresence(client, QUEUE).hasWorkers()).toBe(true);
      await makeCurrent('evil', '');
    });

    it('for the activities of one queue alone is noticed there, and the gauge counts none of ours, until it is set back', async () => {
      const other = version('other', '1');
      await taken(OF_BATCHES, other);
      await Promise.all(SIDES.map((side) => poll(side)));
      expect(await gauges([OF_BATCHES])).toEqual([1]); // its own is listed for minutes
      const described = await Promise.all(
        SIDES.map(async (side) => ({ side, now: await describedSide(client, side) })),
      );
      const batches = described.find(({ side }) => side.queue === OF_BATCHES.queue)?.now.pollers ?? [];
      const asked = batches.map((one) => tsToMs(one.lastAccessTime));
      const once = new Date((Math.min(...asked) + Math.max(...asked)) / 2 + 75_000); // lately ours have asked alone
      expect(waitingWork(described.map(({ side, now }) => sideNow(side, now, once)))).toEqual([
        { why: { kind: 'deserted', build: 'other:1' }, sides: [OF_BATCHES] },
      ]);
      await makeCurrent('other', '');
      await eventually('the queue to follow', async () => {
        const sides = await whoGetsWork(client, [OF_BATCHES]);
        return sides[0]?.receivers[0]?.build === null;
      });
      expect(await new WaitingWorkNow(client, QUEUE).now()).toEqual([]);
    });
  });

  describe('a limit that somebody else has set', () => {
    const limit = (rateLimit?: { requestsPerSecond: number }) => {
      const update = { ...(rateLimit ? { rateLimit } : {}), reason: 'none of ours' };
      return client.workflowService.updateTaskQueueConfig({
        namespace: client.options.namespace,
        identity: 'somebody',
        taskQueue: OF_BATCHES.queue,
        taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        updateQueueRateLimit: update,
        updateFairnessKeyRateLimitDefault: update,
      });
    };
    const waiting = async () => new WaitingWorkNow(client, QUEUE).now();

    it.each([0, 0.1])('is named with its queue, until it is taken back: %d a second', async (perSecond) => {
      await limit({ requestsPerSecond: perSecond });
      expect(await waiting()).toEqual([
        { why: { kind: 'limited', perSecond, of: 'queue' }, sides: [OF_BATCHES] },
        { why: { kind: 'limited', perSecond, of: 'channel' }, sides: [OF_BATCHES] },
      ]);
      await limit();
      expect(await waiting()).toEqual([]);
    });
  });
});
