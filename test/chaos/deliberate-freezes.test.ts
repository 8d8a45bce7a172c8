import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { PaymentForm } from '../../domain/catalogue/packages';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { ask, askUntilAnswered } from './channel-client';
import { CuttableLine } from './cuttable-line';
import { ForgetfulGateway } from './forgetful-gateway';
import { CHAOS_SETTINGS, CHAOS_VALUES } from './settings';
import { withFixedValues } from '../support/parts/fixed-values';
import type { slowTurn } from './slow-turn-workflow';

/** Minutes for a machine that is busy with something else. */
jest.setTimeout(600_000);

let stack: EmbeddedStack;
beforeAll(async () => {
  // a first try that is longer than the freeze: when the worker wakes, it is not over by itself
  stack = await EmbeddedStack.start({
    ...CHAOS_SETTINGS,
    ...withFixedValues({ ...CHAOS_VALUES, firstTryLimitMs: 300_000 }),
  });
  await stack.keepOneOfEach();
});
afterAll(() => stack.end());

describe('a worker that is frozen in the middle of a turn of a workflow', () => {
  /** Longer than the five seconds that the SDK gives a turn unless it is set. */
  const FREEZE_MS = 5_500;
  const TASK_QUEUE = 'slow-turns';

  it('finishes the turn when it wakes, and lives', async () => {
    await stack.startPart('slow-turn-worker', { TEMPORAL_TASK_QUEUE: TASK_QUEUE });
    await stack.temporal(async ({ workflow }) => {
      const handle = await workflow.start<typeof slowTurn>('slowTurn', {
        taskQueue: TASK_QUEUE,
        workflowId: randomUUID(),
        workflowTaskTimeout: '2m', // or the server would have it made again
      });
      await said('the turn has begun');
      stack.freezePart('slow-turn-worker');
      expect(stack.log).not.toContain('the turn is over');
      await setTimeout(FREEZE_MS);
      stack.thawPart('slow-turn-worker');

      const death = stack.endOfPart('slow-turn-worker').then(({ how }) => `the worker ended: ${how}`);
      expect(await Promise.race([endOfTurn(handle), death])).toBe('the turn is over');
    });
    expect(await stack.stopPart('slow-turn-worker')).toMatchObject({ clean: true });
  });

  /** In which way the first turn came to an end, as Temporal has recorded it. */
  async function endOfTurn(handle: WorkflowHandle): Promise<string> {
    return eventually('the end of the turn', async () => {
      const { events } = await handle.fetchHistory();
      if (events?.some((event) => event.workflowTaskFailedEventAttributes)) return 'the turn failed';
      if (events?.some((event) => event.workflowTaskCompletedEventAttributes)) return 'the turn is over';
      return undefined;
    });
  }

  async function said(words: string): Promise<void> {
    await eventually(words, () => stack.log.includes(words) || undefined);
  }
});

describe('a worker that is frozen with sales in its hands, which another worker takes over', () => {
  /** MobiFone has made its registration, and the answer is on its way: the charge is next. */
  const ANSWERED = { msisdn: '84901000001', externalId: 'answered', paymentForm: 'postpaid' } as const;
  /** Its registration is not sent yet, for want of a token. */
  const POSTPAID = { msisdn: '84901000002', externalId: 'unsent', paymentForm: 'postpaid' } as const;
  const PREPAID = { msisdn: '84901000003', externalId: 'unsent', paymentForm: 'prepaid' } as const;
  const FROZEN = 'frozen worker';
  const OTHER = 'other worker';

  let gateway: ForgetfulGateway;
  let line: CuttableLine;
  beforeAll(async () => {
    gateway = await ForgetfulGateway.start();
    line = await CuttableLine.start(stack.config.TEMPORAL_PORT);
    await stack.stopPart('worker');
  });
  afterAll(async () => {
    await gateway.stop();
    await line.stop();
  });

  it('sends nothing when it wakes: each sale is registered and charged once by a gateway that forgets', async () => {
    const ours = { MOBIFONE_BASE_URL: gateway.url, MOBIFONE_CALL_TIMEOUT: '5m', WORKER_SHUTDOWN_GRACE: '5m' };
    await stack.startPart('worker', { ...ours, TEMPORAL_PORT: `${line.port}` }, FROZEN);
    const held = holdCalls();
    await submit(ANSWERED);
    await held.answerOnItsWay;
    await submit(POSTPAID);
    await submit(PREPAID);
    await held.tokenAskedFor;

    stack.freezePart(FROZEN);
    line.cut(); // so that Temporal gives it nothing more that would have to time out first
    held.letGo(); // the answers wait for the worker to wake
    await stack.startPart('worker', ours, OTHER);
    for (const order of [ANSWERED, POSTPAID, PREPAID]) await sold(order);

    // or the worker would not learn of the answers, and do nothing for that reason
    expect(gateway.answeredLate.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    line.mend();
    stack.thawPart(FROZEN);
    expect(await stack.stopPart(FROZEN)).toMatchObject({ clean: true }); // all that it had in its hands is over

    const messages = ['sms-success', 'sms-transaction'];
    expect({
      answered: gateway.executedFor(ANSWERED.msisdn).toSorted(),
      postpaid: gateway.executedFor(POSTPAID.msisdn).toSorted(),
      prepaid: gateway.executedFor(PREPAID.msisdn).toSorted(),
    }).toEqual({
      answered: ['charge', 'registration', ...messages],
      postpaid: ['charge', 'registration', ...messages],
      prepaid: ['registration', ...messages],
    });
  });

  async function submit({ msisdn, externalId, paymentForm }: Order): Promise<void> {
    const body = { externalId, msisdn, package: 'D90' };
    const answer = await askUntilAnswered(stack, {
      paymentForm,
      method: 'POST',
      resource: '/v1/purchases',
      body,
    });
    expect(answer).toMatchObject({ status: 201 });
  }

  async function sold({ externalId, paymentForm }: Order): Promise<void> {
    const resource = `/v1/purchases/${externalId}`;
    await eventually(`the sale ${externalId} (${paymentForm})`, async () => {
      const answer = await ask(stack, { paymentForm, method: 'GET', resource, waitSeconds: 30 });
      return answer?.body['outcome'] === 'succeeded' || undefined;
    });
  }

  /** Keeps the calls of the first worker where they are until they are let go; later ones are answered at once. */
  function holdCalls() {
    const [answerOnItsWay, bothRefused, tokenAskedFor, over] = [latch(), latch(), latch(), latch()];
    let refusals = 0;
    let tokens = 0;
    gateway.treat = ({ call, msisdn }) => {
      if (call === 'register' && msisdn === ANSWERED.msisdn) {
        answerOnItsWay.open();
        return { answersAfter: over.opened };
      }
      if (call === 'register') {
        refusals += 1;
        if (refusals === 2) bothRefused.open();
        return { refusesToken: true, answersAfter: bothRefused.opened };
      }
      if (call !== 'token') return {};
      tokens += 1;
      if (tokens === 1) return {};
      tokenAskedFor.open();
      return { answersAfter: over.opened };
    };
    const letGo = (): void => {
      gateway.treat = () => ({});
      over.open();
    };
    return { answerOnItsWay: answerOnItsWay.opened, tokenAskedFor: tokenAskedFor.opened, letGo };
  }
});

interface Order {
  msisdn: string;
  externalId: string;
  paymentForm: PaymentForm;
}

function latch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
