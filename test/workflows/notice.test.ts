import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import {
  ASKED_TOO_OFTEN,
  DELIVER_NOW_SIGNAL,
  DELIVER_NOW_UPDATE,
  MAX_RESENDS,
  NOTICE_QUERY,
  NOTICE_SINCE_MEMO,
} from '../../domain/notice/protocol';
import { NOTICE_PAUSES_MS, type Notice, type NoticeLog } from '../../domain/notice/notice';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { purchaseLabs } from '../support/purchase-lab';

const aLab = purchaseLabs();

const HOUR = 3_600_000;
const TAKEN = { kind: 'delivered', status: 204 } as const;
const OUT = { kind: 'retry', status: 503, detail: 'the webhook answered 503' } as const;

describe('a notice that is not taken', () => {
  it('is delivered again after growing pauses, under the same id with the same content, until it is taken', async () => {
    const lab = aLab();
    const tried: { notice: Notice; at: number }[] = [];
    lab.deliver = async (_, given) => {
      tried.push({ notice: given, at: await lab.environment.currentTimeMs() });
      return tried.length < 5 ? OUT : TAKEN;
    };
    const { handle, log } = await lab.deliverNotice();
    expect(new Set(tried.map(({ notice }) => JSON.stringify(notice))).size).toBe(1);
    expect(log.standing).toBe('delivered');
    expect(log.attempts.map(({ status }) => status)).toEqual([503, 503, 503, 503, 204]);
    tried.slice(1).forEach(({ at }, index) => {
      const pause = NOTICE_PAUSES_MS[index] ?? 0;
      const waited = at - (tried[index]?.at ?? 0);
      expect(waited).toBeGreaterThanOrEqual(pause);
      expect(waited).toBeLessThan(pause * 1.2 + 60_000);
    });
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get({ name: 'NoticeDelivered', type: 'BOOL' })).toBe(true);
    await recordHistory('notice-delivered-at-last', handle);
    await recordHistory('notice-delivered-at-last-typed', handle);
  });

  it('is given up after three days, with every attempt in its log', async () => {
    const lab = aLab();
    lab.deliver = async () => OUT;
    const began = await lab.environment.currentTimeMs();
    const { handle, log } = await lab.deliverNotice();
    expect(log).toMatchObject({ standing: 'undelivered', nextAttemptAt: null });
    expect(log.attempts).toHaveLength(NOTICE_PAUSES_MS.length + 1);
    expect((await lab.environment.currentTimeMs()) - began).toBeGreaterThan(75 * HOUR);
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get({ name: 'NoticeDelivered', type: 'BOOL' })).toBe(false);
    await recordHistory('notice-undelivered', handle);
  });

  it('is given up at once when the webhook is gone for good (410)', async () => {
    const lab = aLab();
    lab.deliver = async () => ({ kind: 'retry', status: 410, detail: 'the webhook answered 410' });
    const { log } = await lab.deliverNotice();
    expect(log.standing).toBe('undelivered');
    expect(log.attempts).toHaveLength(1);
  });

  it('waits as long as the channel asks', async () => {
    const lab = aLab();
    const tried: number[] = [];
    lab.deliver = async () => {
      tried.push(await lab.environment.currentTimeMs());
      return tried.length === 1 ? { ...OUT, retryAfterMs: HOUR } : TAKEN;
    };
    await lab.deliverNotice();
    expect((tried[1] ?? 0) - (tried[0] ?? 0)).toBeGreaterThanOrEqual(HOUR);
  });

  it('is tried at once when somebody asks for it, at no cost to the three days', async () => {
    const lab = aLab();
    let tries = 0;
    lab.deliver = async () => {
      tries += 1;
      return tries < 4 ? OUT : TAKEN;
    };
    const handle = await lab.run(async () => {
      const begun = await lab.startNotice();
      for (const before of [1, 2, 3]) {
        await eventually(`attempt ${before}`, async () => {
          const log = await begun.query<NoticeLog>(NOTICE_QUERY);
          return log.attempts.length === before && log.nextAttemptAt ? log : undefined;
        });
        const { nextAttemptAt } = await begun.query<NoticeLog>(NOTICE_QUERY);
        const pause = Date.parse(nextAttemptAt ?? '') - (await lab.environment.currentTimeMs());
        expect(pause).toBeLessThanOrEqual((NOTICE_PAUSES_MS[0] ?? 0) * 1.2);
        await begun.signal(DELIVER_NOW_SIGNAL);
      }
      expect((await begun.result()).standing).toBe('delivered');
      return begun;
    });
    await recordHistory('notice-delivered-when-asked', handle);
  });
});

describe('a notice that is asked for again and again', () => {
  const askFor = (handle: WorkflowHandle<Workflow>) =>
    handle.executeUpdate<void, [{ by: string }]>(DELIVER_NOW_UPDATE, { args: [{ by: 'demo' }] });
  const requestsIn = async (handle: WorkflowHandle<Workflow>) => {
    const { events } = await handle.fetchHistory();
    return events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
  };

  it('is delivered a few times a minute, and refuses more without an event, with the time to wait', async () => {
    const lab = aLab();
    lab.deliver = async () => OUT;
    await lab.run(async () => {
      const begun = await lab.startNotice();
      for (let asked = 1; asked <= MAX_RESENDS; asked += 1) {
        await askFor(begun);
        await eventually(`attempt ${asked + 1}`, async () => {
          const { attempts, nextAttemptAt } = await begun.query<NoticeLog>(NOTICE_QUERY);
          return attempts.length > asked && nextAttemptAt ? true : undefined;
        });
      }
      const fault: unknown = await askFor(begun).catch((refused: unknown) => refused);
      expect(fault).toBeInstanceOf(WorkflowUpdateFailedError);
      expect(fault).toMatchObject({
        cause: { type: ASKED_TOO_OFTEN, details: [expect.any(Number)], nonRetryable: true },
      });
      expect(await requestsIn(begun)).toBe(MAX_RESENDS);
      expect((await begun.query<NoticeLog>(NOTICE_QUERY)).attempts).toHaveLength(1 + MAX_RESENDS);

      await lab.environment.sleep('1 minute');
      await askFor(begun);
      await begun.terminate();
    });
  });

  it('goes on in a new run before its history grows long, and remembers its attempts and who asked of late', async () => {
    const lab = aLab();
    await lab.run(async () => {
      const begun = await lab.startNotice();
      const { runId, startTime } = await begun.describe();
      let tries = 0;
      lab.deliver = async () => {
        tries += 1;
        if (tries === 1) for (let asked = 0; asked < 200; asked += 1) await begun.signal(DELIVER_NOW_SIGNAL);
        return OUT;
      };
      const latest = lab.environment.client.workflow.getHandle(begun.workflowId);
      await eventually('the next run', async () => {
        const { attempts, nextAttemptAt } = await latest.query<NoticeLog>(NOTICE_QUERY);
        return attempts.length === 2 && nextAttemptAt ? true : undefined;
      });
      const next = await latest.describe();
      expect(next.runId).not.toBe(runId);
      expect(next.typedSearchAttributes.get({ name: 'NoticeDelivered', type: 'BOOL' })).toBe(false);
      expect(next.memo?.[NOTICE_SINCE_MEMO]).toBe(startTime.toISOString());
      await expect(askFor(latest)).rejects.toMatchObject({ cause: { type: ASKED_TOO_OFTEN } });
      await latest.terminate();
      const first = lab.environment.client.workflow.getHandle(begun.workflowId, runId);
      await recordHistory('notice-asked-for-again-and-again', first);
    });
  });
});
