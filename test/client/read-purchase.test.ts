import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/data-converter-helpers';
import { HistoryPayloads } from '../../client/history/history-payloads';
import { fromHistory, type HistoryFacts } from '../../client/history/read-purchase';
import type { Purchase, PurchaseOrder } from '../../domain/purchase/purchase';
import { recordedHistories } from '../support/histories';

const converter = loadDataConverter();
const payloads = new HistoryPayloads(converter, { namespace: 'default', workflowId: 'recorded' });
const histories = recordedHistories().filter(({ history }) => {
  const [first] = history.events ?? [];
  return first?.workflowExecutionStartedEventAttributes?.workflowType?.name === 'purchase';
});
type History = (typeof histories)[number]['history'];

async function orderOf({ events }: History): Promise<PurchaseOrder> {
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [order] = await decodeArrayFromPayloads(converter, input);
  return order as PurchaseOrder; // a purchase is started with it
}

function resultOf({ events }: History): Purchase | undefined {
  const result = events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
  return result ? defaultPayloadConverter.fromPayload<Purchase>(result) : undefined;
}

/** Steps of the runs before it are in their histories, which are not recorded here. */
function isContinued({ events }: History): boolean {
  return Boolean(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId);
}

/** Steps that send nothing. */
const CHECKS: ReadonlySet<string> = new Set(['late_effect_check', 'decision_check']);

function historyOf(name: string): History {
  const found = histories.find((one) => one.name === name);
  if (!found) throw new Error(`there is no history ${name}`);
  return found.history;
}

async function read(history: History, events = history.events ?? []): Promise<HistoryFacts> {
  return fromHistory(await orderOf(history), events, payloads);
}

/** What was on record when the history had only so many events. */
async function readUntil(name: string, isLast: (event: NonNullable<History['events']>[number]) => boolean) {
  const history = historyOf(name);
  const events = history.events ?? [];
  return read(history, events.slice(0, events.findIndex(isLast) + 1));
}

const attemptsOf = ({ steps }: HistoryFacts) =>
  steps.map(({ step, status, attempts }) => `${step} ${status} ${attempts}`);

describe.each(histories)('a purchase that was recorded as $name', ({ history }) => {
  it('is archived with the steps that it told, each with an attempt and its id', async () => {
    const told = await read(history);
    const result = resultOf(history);
    expect(told.steps).toMatchObject(result?.steps ?? ['a result']);
    expect(told.reason).toBe(result?.reason ?? null);
    for (const { step, status, attempts, settledBy, transactionId } of told.steps) {
      if (status !== 'abandoned') expect([step, attempts]).toEqual([step, expect.any(Number)]);
      const isAnswered = (status === 'done' || status === 'refused') && settledBy !== 'operator';
      if (isAnswered && !isContinued(history)) expect([step, attempts > 0]).toEqual([step, true]);
      if (!CHECKS.has(step)) expect(transactionId).toContain(result?.order.purchaseId);
    }
    expect(told.states.at(-1)?.state).toBe(result?.state);
    expect(told.history.events).toBe(history.events?.length);
  });

  it('shows the same steps, as far as a history can, when its result is not there yet', async () => {
    const { steps } = await read(history, (history.events ?? []).slice(0, -1));
    const durable = new Set(steps.map(({ step }) => step));
    const ended = (all: readonly { step: string; status: string }[]) =>
      all
        .filter(
          ({ step, status }) => durable.has(step as never) && (status === 'done' || status === 'refused'),
        )
        .map(({ step, status }) => `${step} ${status}`)
        .toSorted();
    const result = resultOf(history)?.steps ?? [];
    // What somebody decided about a step is not in MobiFone's answers.
    const decided = result.filter(
      ({ status, settledBy }) => status === 'abandoned' || settledBy === 'operator',
    );
    const comparable = steps.filter(({ step }) => !decided.some((other) => other.step === step));
    for (const step of ended(comparable)) expect(ended(result)).toContain(step);
    if (!isContinued(history))
      expect(durable.has('register')).toBe(resultOf(history)?.steps.some(({ step }) => step === 'register'));
  });
});

describe('what only the history of a purchase tells', () => {
  it('is how often each step was tried, rounds and tries inside the workflow task together', async () => {
    expect(attemptsOf(await read(historyOf('postpaid-succeeded')))).toEqual([
      'check done 1',
      'register done 1',
      'charge done 1',
      'transaction_message done 1',
      'success_message done 1',
    ]);
    const charge = (await read(historyOf('charge-not-taken-at-first'))).steps.find(
      ({ step }) => step === 'charge',
    );
    expect(charge?.attempts).toBeGreaterThan(1);
  });

  it('is who decided what and why, and that MobiFone said otherwise', async () => {
    const { actions } = await read(historyOf('rollback-done-by-hand'));
    const decided = {
      action: 'decide',
      by: 'lan@agent.vn',
      why: 'ticket 4711',
      decision: 'rollback_done_by_hand',
    };
    expect(actions).toMatchObject([
      { ...decided, result: 'MobiFone answers that the registration still stands' },
      { ...decided, result: 'applied' },
    ]);
  });

  it('is that somebody cancelled the workflow by Temporal’s own tools', async () => {
    const { actions } = await read(historyOf('web-ui-cancel-during-charge'));
    expect(actions).toMatchObject([{ action: 'cancel_workflow', by: expect.any(String) as string }]);
  });

  it('is what a decision rests on, and who terminated or reset the workflow', async () => {
    const told = historyOf('rollback-done-by-hand');
    const by = 'lan@desk';
    const { eventTime } = told.events?.at(-1) ?? {};
    const { actions } = await read({
      events: [
        ...(told.events ?? []),
        {
          eventTime,
          workflowTaskFailedEventAttributes: {
            newRunId: 'run-2',
            identity: by,
            failure: { message: 'again' },
          },
        },
        { eventTime, workflowExecutionTerminatedEventAttributes: { identity: by, reason: 'wrong number' } },
      ],
    });
    expect(actions.slice(-2)).toMatchObject([
      { action: 'reset_workflow', by, why: 'again', reference: null, decision: null },
      { action: 'terminate_workflow', by, why: 'wrong number', reference: null, decision: null },
    ]);
    expect(actions[0]).toHaveProperty('reference');
  });

  it('is why somebody cancelled, reset or terminated it, without a subscriber’s number', async () => {
    const why = 'call 0901 234 567';
    const identity = 'lan@desk';
    const { actions } = await read({
      events: [
        ...(historyOf('rollback-done-by-hand').events ?? []),
        { workflowExecutionCancelRequestedEventAttributes: { identity, cause: why } },
        { workflowTaskFailedEventAttributes: { newRunId: 'run-2', identity, failure: { message: why } } },
        { workflowExecutionTerminatedEventAttributes: { identity, reason: why } },
      ].map((event) => ({ eventTime: msToTs(0), ...event })),
    });
    expect(actions.slice(-3)).toMatchObject([
      { action: 'cancel_workflow', why: 'call ****567' },
      { action: 'reset_workflow', why: 'call ****567' },
      { action: 'terminate_workflow', why: 'call ****567' },
    ]);
  });

  it('is not that somebody waited for the purchase', async () => {
    expect((await read(historyOf('postpaid-succeeded-waited-for'))).actions).toEqual([]);
  });

  it('is which notices went out, and whether the channel took the one to refund', async () => {
    const { notices } = await read(historyOf('charge-refused-rolled-back'));
    expect(notices).toMatchObject([{ type: 'purchase.refund_due', delivered: true }]);
    const subscribed = await read(historyOf('subscribed-to-states'));
    expect(subscribed.notices.length).toBeGreaterThan(0);
    expect(subscribed.notices[0]?.id).toMatch(/^evt_pur_/);
  });

  it('gives a late effect’s rollback an id of its own', async () => {
    const { steps } = await read(historyOf('late-effect-undone'));
    const ids = steps.filter(({ step }) => step === 'rollback').map(({ transactionId }) => transactionId);
    expect(ids).toEqual([expect.stringMatching(/\.rollback$/), expect.stringMatching(/\.rollback-2$/)]);
    expect(steps.filter(({ step }) => step === 'rollback').map(({ attempts }) => attempts)).not.toContain(0);
  });

  it('is identified by a digest that any other event changes, and the order of a map’s keys does not', async () => {
    const history = historyOf('postpaid-succeeded');
    const { sha256 } = (await read(history)).history;
    const events = history.events ?? [];
    expect((await read(history, events.slice(0, -1))).history.sha256).not.toBe(sha256);
    const turned = events.map((event) => {
      const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
      if (!fields) return event;
      const indexedFields = Object.fromEntries(Object.entries(fields).toReversed());
      return {
        ...event,
        upsertWorkflowSearchAttributesEventAttributes: {
          ...event.upsertWorkflowSearchAttributesEventAttributes,
          searchAttributes: { indexedFields },
        },
      };
    });
    expect((await read(history, turned)).history.sha256).toBe(sha256);
  });
});

describe('a purchase that is in the middle of its charge', () => {
  const inCharge = () =>
    readUntil(
      'charge-refused-rolled-back',
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'chargeSubscriber',
    );

  it('shows the charge as running, and no reason yet', async () => {
    const told = await inCharge();
    expect(attemptsOf(told)).toEqual(['check done 1', 'register done 1', 'charge running 0']);
    expect(told.reason).toBeNull();
    expect(told.states.map(({ state }) => state)).toEqual([
      'accepted',
      'checking',
      'registering',
      'charging',
    ]);
  });

  it('counts the tries that the server knows of and the history does not yet', async () => {
    const history = historyOf('charge-refused-rolled-back');
    const events = history.events ?? [];
    const scheduled = events.findIndex(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'chargeSubscriber',
    );
    const id = events[scheduled]?.activityTaskScheduledEventAttributes?.activityId ?? '';
    const told = await fromHistory(
      await orderOf(history),
      events.slice(0, scheduled + 1),
      payloads,
      new Map([[id, 5]]),
    );
    expect(attemptsOf(told)).toContain('charge running 5');
  });
});
