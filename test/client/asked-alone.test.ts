import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TemporalEligibilityQuestions } from '../../client/eligibility';
import { gatewayHealth } from '../../client/gateway-health';
import { Inquiries } from '../../client/inquiries';
import { TemporalWebhookTests } from '../../client/webhook-tests';
import { eligibilityOf } from '../../domain/catalogue/eligibility';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { deadlineIn } from '../../runtime/deadline';
import { encryptedClient } from '../support/encrypted-client';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

jest.setTimeout(120_000);

type Payload = temporal.api.common.v1.IPayload;
const clear = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const demo = channelName('demo');
const order = anOrder();

let server: TestWorkflowEnvironment;
let client: Client;
beforeAll(async () => {
  server = await localServer();
  client = encryptedClient(server.client, { binds: true, clearText: 'refuse' });
});
afterAll(() => server.teardown());

/** What somebody without a key can complete an activity with. */
const RESULTS: Readonly<Record<string, (input: readonly Payload[]) => Payload[]>> = {
  'a copy of what was asked': (input) => input.slice(-1),
  nothing: () => [],
  'words in clear': () => [clear({ kind: 'eligible', isOut: true, calls: 1, failed: 1 })],
};

/** Asks, and answers the activity as somebody else's worker would. */
async function answered<T>(
  queue: string,
  ask: () => Promise<T>,
  resultOf: (input: readonly Payload[]) => Payload[],
): Promise<T> {
  const { workflowService } = server.client;
  const about = { namespace: client.options.namespace, identity: 'nobody of ours' };
  const answer = ask();
  const { taskToken, input } = await server.client.withDeadline(deadlineIn(30_000), () =>
    workflowService.pollActivityTaskQueue({ ...about, taskQueue: { name: queue } }),
  );
  const payloads = resultOf(input?.payloads ?? []);
  await workflowService.respondActivityTaskCompleted({
    ...about,
    taskToken,
    ...(payloads.length > 0 ? { result: { payloads } } : {}),
  });
  return answer;
}

describe.each(Object.entries(RESULTS))('a question that somebody else answers with %s', (name, resultOf) => {
  const queueOf = (question: string) => `${question} ${name}`;
  const settings = (taskQueue: string) => ({ taskQueue, policy: POLICY });

  it('whether a subscriber may buy, is unknown', async () => {
    const queue = queueOf('eligibility');
    const questions = new TemporalEligibilityQuestions(client, settings(queue));
    const code = packageCode('D90');
    const wish = {
      channel: demo,
      msisdn: msisdn('84901234567'),
      paymentForm: 'postpaid',
      packages: [code],
    } as const;
    expect(await answered(queue, () => questions.ask(wish), resultOf)).toEqual([
      { package: code, eligibility: { kind: 'unknown' } },
    ]);
  });

  it('what MobiFone knows of a transaction, is no answer', async () => {
    const queue = queueOf('inquiry');
    const inquiries = new Inquiries(client, settings(queue));
    const prepaid = { ...order, paymentForm: 'prepaid' } as const;
    expect(await answered(queue, () => inquiries.ask(prepaid), resultOf)).toMatchObject({
      registration: 'no_answer',
    });
  });

  it('how MobiFone’s gateway answers, is not known', async () => {
    const queue = queueOf('health');
    expect(await answered(queue, () => gatewayHealth(client, queue), resultOf)).toBeUndefined();
  });

  it('whether a webhook takes a test, is that it was not tried', async () => {
    const queue = queueOf('webhook');
    const tests = new TemporalWebhookTests(client, settings(queue));
    expect(await answered(queue, () => tests.send(demo, 'webhook.ping'), resultOf)).toMatchObject({
      delivered: false,
      attempt: { detail: expect.stringContaining('no worker ended the test') },
      sent: null,
    });
  });
});

describe('an answer whether a subscriber may buy', () => {
  it.each([
    [{ kind: 'refused', refusal: 'toString' }],
    [{ kind: 'refused' }],
    [{ kind: 'toString' }],
    ['eligible'],
    [null],
  ])('is unknown where it is none of ours: %j', (told) => {
    expect(eligibilityOf(told)).toEqual({ kind: 'unknown' });
  });
});
