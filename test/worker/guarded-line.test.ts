import '../support/quiet-runtime';
import http from 'node:http';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createEligibilityActivities } from '../../activities';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { TemporalEligibilityQuestions } from '../../client/eligibility';
import { EMBEDDED_TUNING } from '../../dev/temporal/server';
import { GuardedLine } from '../../worker/guarded-line';
import { channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import { connectWorker, type WorkerConnection } from '../../worker/connection';
import { workerWrites } from '../../worker/connection';
import { CuttableLine } from '../chaos/cuttable-line';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { POLICY } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { fromGlobalSetup } from '../support/test-environment';

/** For a machine that is busy; the SDK alone takes 45 s and more. */
const LIMIT_MS = 40_000;
const TASK_QUEUE = 'guarded-line';

let server: TestWorkflowEnvironment;
let line: CuttableLine;
let way: WorkerConnection;
let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  server = await localServer(EMBEDDED_TUNING);
  line = await CuttableLine.start(Number(server.address.split(':').at(-1)));
  way = await connectWorker(
    temporalTarget({ TEMPORAL_PORT: 1 }, { TEMPORAL_ADDRESS: `127.0.0.1:${line.port}` }),
  );
  worker = await Worker.create({
    connection: way.connection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
    activities: createEligibilityActivities(new ScriptedGateway()),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await way.close();
  await line.stop();
  await server.teardown();
});

/** Asks Temporal directly, so that only the worker has to do with the network's trouble. */
async function worksAgain(): Promise<void> {
  const questions = new TemporalEligibilityQuestions(server.client, {
    taskQueue: TASK_QUEUE,
    policy: POLICY,
  });
  await eventually(
    'the worker to answer',
    async () => {
      const answer = await questions.ask({
        channel: channelName('shop'),
        msisdn: msisdn('84901234567'),
        paymentForm: 'postpaid',
        packages: [packageCode('D90')],
      });
      return answer[0]?.eligibility.kind === 'unknown' ? undefined : true;
    },
    LIMIT_MS,
  );
}

describe('a network between worker and Temporal that swallows bytes, and heals', () => {
  it('has the worker work on, although no connection of the outage is ever let go', async () => {
    await worksAgain();
    const before = line.connections;
    line.suffer({ kind: 'swallow' });
    await eventually('the worker to give its connection up and try another', () =>
      line.connections > before ? true : undefined,
    );
    line.mend();
    // A question that Temporal hands to a poll of the dead connection is lost with it, and takes ten seconds more.
    await worksAgain();
    const writes = workerWrites({ connection: way.connection, namespace: 'default', dataConverter: {} });
    expect(await writes.ask()).toBe(true);
    expect(await writes.ask()).toBe(true); // by now the workflow that it is tried with is there
  });

  it('is a proxy for nobody else', async () => {
    const stranger = await GuardedLine.start({ host: '127.0.0.1', port: 1, obstacle: async () => undefined });
    const { targetHost } = stranger.proxy;
    const [host, port] = targetHost.split(':');
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      http
        .request({ host, port, method: 'CONNECT', path: '127.0.0.1:1' })
        .once('connect', ({ statusCode }) => resolve(statusCode))
        .once('error', reject)
        .end();
    });
    expect(answer).toBe(407);
    await stranger.close();
  });
});
