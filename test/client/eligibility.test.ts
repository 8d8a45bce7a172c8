import { InterceptingCall, Metadata, status, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { TemporalEligibilityQuestions } from '../../client/eligibility';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { PRIORITY } from '../../domain/priority';
import { localServer } from '../support/local-server';
import { POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** Asks about two packages over a connection that notes its calls. */
async function ask(
  gateway: ScriptedGateway,
  { unimplemented, patienceMs }: { unimplemented?: string; patienceMs?: number } = {},
) {
  const calls: string[] = [];
  const note: Interceptor = (options, next) => {
    const call = options.method_definition.path.replace(/^.*\//, '');
    calls.push(call);
    if (call !== unimplemented) return new InterceptingCall(next(options));
    return new InterceptingCall(next(options), {
      start: (_metadata, listener) => {
        const refused = { code: status.UNIMPLEMENTED, details: 'no such call', metadata: new Metadata() };
        setImmediate(() => listener.onReceiveStatus(refused));
      },
      sendMessage: () => undefined,
      halfClose: () => undefined,
    });
  };
  const connection = await Connection.connect({ address: server.address, interceptors: [note] });
  const policy = { ...POLICY, retryInitialInterval: 100 };
  const client = new Client({ connection });
  const start = jest.spyOn(client.activity, 'start');
  const execute = jest.spyOn(client.workflow, 'execute');
  const questions = new TemporalEligibilityQuestions(client, {
    taskQueue: TASK_QUEUE,
    policy,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  const wish = {
    channel: channelName('demo'),
    msisdn: msisdn('84901234567'),
    paymentForm: 'postpaid',
    packages: ['D10', 'D90'].map(packageCode),
  } as const;
  const twice = async () => [await questions.ask(wish), await questions.ask(wish)];
  const answers = await new PurchaseLab(server, gateway, policy).run(twice);
  await connection.close();
  const kinds = answers.map((answer) => answer.map(({ eligibility }) => eligibility.kind));
  const ofActivities = calls.filter((call) => call.endsWith('ActivityExecution'));
  const limits = start.mock.calls.map(([, { scheduleToCloseTimeout }]) => Number(scheduleToCloseTimeout));
  const priorities = [...start.mock.calls, ...execute.mock.calls].map(([, { priority }]) => priority);
  return {
    kinds,
    priorities,
    started: calls.filter((call) => call.startsWith('Start')),
    ofActivities,
    limits,
  };
}

describe('a question whether a subscriber may have packages, on a server with standalone activities', () => {
  it('is an activity for each package, and no workflow', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'package_not_allowed',
    });
    const { kinds, started } = await ask(gateway);
    expect(kinds[0]?.toSorted()).toEqual(['eligible', 'refused']);
    expect(kinds[1]).toEqual(['eligible', 'eligible']);
    expect(started).toEqual(Array.from({ length: 4 }, () => 'StartActivityExecution'));
  });

  it('takes turns with the rows of other channels’ batches, by its channel', async () => {
    const { priorities } = await ask(new ScriptedGateway());
    expect(priorities).toEqual(
      Array.from({ length: 4 }, () => ({ priorityKey: PRIORITY.bulk, fairnessKey: 'demo' })),
    );
  });

  it('asks Temporal about one package after the other', async () => {
    const { ofActivities } = await ask(new ScriptedGateway());
    for (const [at, call] of ofActivities.entries())
      if (call.startsWith('Start')) expect(ofActivities[at + 1]).toMatch(/^Poll/);
  });

  it('gives each package no more than its share of the time, so that one that is silent leaves some to the others', async () => {
    const { limits } = await ask(new ScriptedGateway(), { patienceMs: 60_000 });
    const [first = 0, second = 0] = limits;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(30_000);
    expect(second).toBeGreaterThan(30_000); // what the first did not take
  });

  it('gives up all packages when MobiFone is silent about them for as long as it waits', async () => {
    const silence = Array.from({ length: 100 }, () => ({ kind: 'unknown', detail: 'no reply' }) as const);
    const { kinds } = await ask(new ScriptedGateway().script('check', ...silence), {
      patienceMs: 500,
    });
    expect(kinds).toEqual([
      ['unknown', 'unknown'],
      ['unknown', 'unknown'],
    ]);
  });

  it('is asked again while MobiFone is silent, and unknown when its contract is broken', async () => {
    const silence = { kind: 'unknown', detail: 'no reply' } as const;
    const broken = { kind: 'broken_contract', detail: 'not JSON' } as const;
    const { kinds } = await ask(new ScriptedGateway().script('check', silence, silence, broken));
    expect(kinds[0]?.toSorted()).toEqual(['eligible', 'unknown']);
  });
});

describe('a question on a server without standalone activities', () => {
  it('is a workflow, and the server is tried for activities once', async () => {
    const { kinds, started } = await ask(new ScriptedGateway(), {
      unimplemented: 'StartActivityExecution',
    });
    expect(kinds).toEqual([
      ['eligible', 'eligible'],
      ['eligible', 'eligible'],
    ]);
    expect(started.filter((call) => call === 'StartWorkflowExecution')).toHaveLength(2);
    expect(started.filter((call) => call === 'StartActivityExecution')).toHaveLength(1);
  });
});
