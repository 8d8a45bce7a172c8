import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalNotices } from '../../client/temporal-notices';
import { noticeId } from '../../domain/identifiers';
import type { Notice, StateNotice } from '../../domain/notice/notice';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const OUT = { kind: 'retry', status: 503, detail: 'the webhook answered 503' } as const;

/** A purchase that was ended while MobiFone was silent, and is reset and sold then. */
async function resetAndSold(
  webhook: 'takes all' | 'is out until the reset',
  again?: (lab: SweepLab) => Promise<void>,
) {
  const order = { ...anOrder(), webhookStates: ['accepted', 'checking', 'succeeded'] as const };
  const lab = new SweepLab(server, new ScriptedGateway().script('check', NO_REPLY), {
    order: { ...order, webhookStates: [...order.webhookStates] },
  });
  const told: Notice[] = [];
  let isOut = webhook !== 'takes all';
  lab.deliver = async (_, notice) => {
    if (isOut) return OUT;
    told.push(notice);
    return { kind: 'delivered', status: 204 };
  };
  const has = (state: StateNotice['state']) => told.some((one) => 'state' in one && one.state === state);
  const notices = new TemporalNotices(server.client, {
    taskQueue: TASK_QUEUE,
    policy: POLICY,
    cursors: new ListCursors(cursorKeysOf(undefined)),
  });
  await lab.run(async () => {
    await lab.sellUntil('the check', ({ state }) => state === 'checking');
    if (!isOut) await eventually('the first notices', () => (has('checking') ? true : undefined));
    await lab.terminate();
    await lab.reset();
    isOut = false;
    await lab.result();
    const checks = () => told.filter((one) => 'state' in one && one.state === 'checking');
    await eventually('the last notices', () =>
      checks().length === 2 && has('succeeded') ? true : undefined,
    );
    await again?.(lab);
  });
  const logs = (await notices.ofPurchase(order.channel, order.externalId)) ?? [];
  return { told: told.filter((one): one is StateNotice => 'state' in one), logs };
}

describe('a purchase that is reset, and whose channel follows its states', () => {
  it('tells each state of the later run under an id that no other content had', async () => {
    const { told, logs } = await resetAndSold('takes all');
    const checks = told.filter(({ state }) => state === 'checking');
    expect(checks).toHaveLength(2);
    const contents = new Set(told.map((one) => JSON.stringify(one)));
    expect(new Set(told.map(({ id }) => id)).size).toBe(contents.size);
    for (const { id } of told) expect(noticeId(id)).toBe(id);
    expect(logs.map(({ notice }) => notice.id).toSorted()).toEqual(
      [...new Set(told.map(({ id }) => id))].toSorted(),
    );
  });

  it('tells them also while notices of the earlier run are still being delivered', async () => {
    const { told } = await resetAndSold('is out until the reset');
    const contents = new Set(told.map((one) => JSON.stringify(one))); // the acceptance is the same in both, and may come twice
    expect(new Set(told.map(({ id }) => id)).size).toBe(contents.size);
  });

  it('repeats what it told where it is reset once more, to a time after it', async () => {
    const { told } = await resetAndSold('takes all', async (lab) => {
      const { events } = await lab.handle().fetchHistory();
      await lab.reset(events?.findLast((event) => event.workflowTaskCompletedEventAttributes)?.eventId);
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(told.filter(({ state }) => state === 'checking')).toHaveLength(2);
    const contents = new Set(told.map((one) => JSON.stringify(one)));
    expect(new Set(told.map(({ id }) => id)).size).toBe(contents.size);
  });
});
