import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { createOperationsActivities } from '../../activities';
import { BreakRegisters } from '../../client/break-registers';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import type { OperationsEvent } from '../../domain/notice/operations-events';
import {
  ACCOUNT_FOR_SIGNAL,
  ACT_ON_BREAK_UPDATE,
  dayBreaksWorkflowId,
  OBSERVE_BREAKS_SIGNAL,
  type BreakObservation,
  type DayBreaks,
  type FoundBreak,
} from '../../domain/reconciliation/break-register';
import { eventually } from '../support/eventually';
import { requestsOf, signalsOf } from '../support/history-reading';
import { recordHistory } from '../support/histories';
import { timeSkippingServer } from '../support/purchase-lab';
import { fromGlobalSetup } from '../support/test-environment';

const TASK_QUEUE = 'day-breaks';
const HOUR = 3_600_000;
const POLICY = { alertAfterMs: 72 * HOUR, alertAmount: 1_000_000 };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

let nextDay = daysAfter(localDay(new Date()), -300);
let day: LocalDay;
beforeEach(() => (day = nextDay = daysAfter(nextDay, 1)));

const missing: FoundBreak = {
  id: 'brk_missing',
  kind: 'missing_there',
  purchaseId: 'pur_one',
  atStake: 90_000,
  detail: 'succeeded here',
  references: [],
};
const large: FoundBreak = { ...missing, id: 'brk_large', purchaseId: 'pur_two', atStake: 2_000_000 };

/** A register with a worker beside it, and what operations are told. */
class RegisterLab {
  readonly registers = new BreakRegisters(server.client);
  readonly told: OperationsEvent[] = [];

  async run<T>(story: () => Promise<T>): Promise<T> {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
      activities: createOperationsActivities(async (event) => {
        if ('day' in event.data && event.data.day === day) this.told.push(event); // registers of other stories may be open
        return { kind: 'delivered' };
      }),
    });
    return worker.runUntil(story);
  }

  observe(digest: string, breaks: readonly FoundBreak[], policy = POLICY): Promise<void> {
    const seen: BreakObservation = {
      day,
      digest,
      files: `day sha256:${digest}`,
      breaks,
      more: { count: 0, atStake: 0 },
    };
    return this.registers.observe(seen, { taskQueue: TASK_QUEUE, policy });
  }

  until(holds: (register: DayBreaks) => boolean): Promise<DayBreaks> {
    return eventually('the register as the story wants it', async () => {
      const register = await this.registers.find(day);
      return register && holds(register) ? register : undefined;
    });
  }
}

const isClosed = ({ breaks }: DayBreaks) =>
  breaks.length > 0 && breaks.every(({ closedBy }) => closedBy !== null);

describe('a break that a comparison found', () => {
  it('is kept once, with its age and its owner, until a later file closes it', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing]);
      const { breaks } = await lab.until((register) => register.breaks.length === 1);
      expect(
        await lab.registers.act(day, { id: missing.id, by: 'lan', act: 'assign', owner: 'minh' }),
      ).toEqual({
        kind: 'applied',
      });
      await lab.registers.act(day, {
        id: missing.id,
        by: 'minh',
        act: 'comment',
        text: 'asked MobiFone about 0901 234 567',
      });
      await lab.observe('second', [{ ...missing, detail: 'still missing' }, large]);
      const later = await lab.until((register) => register.breaks.length === 2);
      expect(later.breaks[0]).toMatchObject({
        id: missing.id,
        owner: 'minh',
        foundAt: breaks[0]?.foundAt,
        detail: 'still missing',
      });
      await lab.observe('third', []);
      const over = await lab.until(isClosed);
      expect(over.breaks.map(({ closedBy }) => closedBy)).toEqual(['files', 'files']);
      expect(over.breaks[0]?.log.map(({ what, by }) => [what, by])).toEqual([
        ['found: day sha256:first', undefined],
        ['given to minh', 'lan'],
        ['asked MobiFone about ****567', 'minh'],
        ['closed: no longer found: day sha256:third', undefined],
      ]);
      await recordHistory('day-breaks-closed', server.client.workflow.getHandle(dayBreaksWorkflowId(day)));
    });
  });

  it('is closed by a person for good, by the files until it is found again', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing, { ...large, atStake: 1 }]);
      await lab.until((register) => register.breaks.length === 2);
      await lab.registers.act(day, { id: missing.id, by: 'lan', act: 'close', why: 'letter 12' });
      await lab.observe('second', [missing]);
      await lab.until(isClosed);
      await lab.observe('third', [missing, { ...large, atStake: 1 }]); // the register had ended: it goes on
      const again = await lab.until((register) => register.digest === 'third');
      expect(again.breaks.map(({ id, closedBy }) => [id, closedBy])).toEqual([
        [missing.id, 'person'],
        [large.id, null],
      ]);
    });
  });

  it('is closed by no earlier act that was stored and is sent again', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing, { ...large, atStake: 1 }]);
      await lab.until((register) => register.breaks.length === 2);
      const act = { id: missing.id, by: 'lan', why: 'letter 12' };
      expect(await lab.registers.act(day, { ...act, act: 'close' })).toEqual({ kind: 'applied' });
      expect(await lab.registers.act(day, { ...act, act: 'reopen' })).toEqual({ kind: 'applied' });
      const handle = server.client.workflow.getHandle(dayBreaksWorkflowId(day));
      const [request] = await requestsOf(handle);
      await expect(handle.executeUpdate(ACT_ON_BREAK_UPDATE, { args: [request] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('taken before') as string },
      });
      expect((await lab.registers.find(day))?.breaks.map(({ closedBy }) => closedBy)).toEqual([null, null]);
    });
  });

  it('is closed by no earlier comparison or settlement that was stored and is sent again', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing]);
      await lab.registers.accountFor(day, { purchaseId: large.purchaseId, how: 'in another day’s file' });
      await lab.observe('second', [missing, { ...large, atStake: 1 }]);
      await lab.until((register) => register.breaks.length === 2);
      const handle = server.client.workflow.getHandle(dayBreaksWorkflowId(day));
      const [first, settlement] = await signalsOf(handle);
      await handle.signal(OBSERVE_BREAKS_SIGNAL, first);
      await handle.signal(ACCOUNT_FOR_SIGNAL, settlement);
      const { toldAt: _, ...older } = first as BreakObservation; // as a version before this field wrote it
      await handle.signal(OBSERVE_BREAKS_SIGNAL, older);
      await lab.observe('third', []);
      const { breaks } = await lab.until(isClosed);
      expect(breaks.map(({ log }) => log.map(({ what }) => what))).toEqual([
        ['found: day sha256:first', 'closed: no longer found: day sha256:third'],
        ['found: day sha256:second', 'closed: no longer found: day sha256:third'],
      ]);
    });
  });

  it('is not closed once more by a settlement that is sent again after a person opened it, before the next comparison', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing, large]); // the second keeps the register
      await lab.until((register) => register.breaks.length === 2);
      await lab.registers.accountFor(day, { purchaseId: missing.purchaseId, how: 'in another day’s file' });
      await lab.until(({ breaks }) => breaks[0]?.closedBy === 'files');
      await lab.registers.act(day, {
        id: missing.id,
        by: 'lan',
        act: 'reopen',
        why: 'it is of another sale',
      });
      const handle = server.client.workflow.getHandle(dayBreaksWorkflowId(day));
      const [, settlement] = await signalsOf(handle);
      await handle.signal(ACCOUNT_FOR_SIGNAL, settlement);
      await lab.registers.act(day, { id: missing.id, by: 'lan', act: 'comment', text: 'still open' });
      const { breaks } = await lab.until((register) => (register.breaks[0]?.log.length ?? 0) >= 4);
      expect(breaks[0]).toMatchObject({ closedBy: null });
      await lab.registers.accountFor(day, { purchaseId: missing.purchaseId, how: 'in a later file' });
      await lab.until((register) => register.breaks[0]?.closedBy === 'files');
      await lab.observe('second', []);
      await lab.until(isClosed);
    });
  });

  it('is closed by a case that is over, and by another day’s file that has the sale', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      const other = { ...missing, id: 'brk_other', purchaseId: 'pur_three' };
      await lab.observe('first', [missing, other]);
      await lab.until((register) => register.breaks.length === 2);
      await lab.registers.accountFor(day, {
        purchaseId: 'pur_three',
        how: 'in MobiFone’s file of another day',
      });
      await lab.observe('second', [{ ...missing, settledBy: 'case:pur_one:make_good is refunded' }, other]);
      const over = await lab.until(({ digest }) => digest === 'second');
      expect(over.breaks.map(({ id, closedBy }) => [id, closedBy])).toEqual([
        [missing.id, 'case'],
        ['brk_other', null], // the day's own comparison finds it still: then it is open
      ]);
    });
  });

  it('cannot be changed by what names no break, act or person, and nothing that arrives stops its register', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing]);
      await lab.until((register) => register.breaks.length === 1);
      const handle = server.client.workflow.getHandle(dayBreaksWorkflowId(day));
      for (const garbage of [undefined, 7, 'text', {}, { digest: 'x', breaks: [{}] }]) {
        await handle.signal(OBSERVE_BREAKS_SIGNAL, garbage);
        await handle.signal(ACCOUNT_FOR_SIGNAL, garbage);
        await expect(handle.executeUpdate('act', { args: [garbage] })).rejects.toThrow();
      }
      const refused = (act: Parameters<BreakRegisters['act']>[1]) => lab.registers.act(day, act);
      expect(await refused({ id: 'brk_none', by: 'lan', act: 'close', why: 'x' })).toMatchObject({
        kind: 'refused',
        because: `${day} has no break brk_none`,
      });
      expect(await refused({ id: missing.id, by: 'lan', act: 'reopen', why: 'x' })).toMatchObject({
        because: `${missing.id} is open`,
      });
      expect(await refused({ id: missing.id, by: ' ', act: 'close', why: 'x' })).toMatchObject({
        kind: 'refused',
      });
      for (const act of [
        { act: 'comment', text: 'x'.repeat(1_001) },
        { act: 'assign', owner: 'x'.repeat(1_001) },
        { act: 'close', why: 'x'.repeat(1_001) },
      ] as const)
        expect(await refused({ id: missing.id, by: 'lan', ...act })).toMatchObject({
          kind: 'refused',
          because: expect.stringMatching(/^"\w+" may have 1000 characters$/) as string,
        });
      expect((await lab.registers.find(day))?.breaks).toHaveLength(1);
      await refused({ id: missing.id, by: 'lan', act: 'close', why: 'settled by phone' });
      await lab.until(isClosed);
    });
  });

  it('is told to operations when it is old, and not before', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      const alertAfterMs = 2000;
      await lab.observe('first', [missing], { ...POLICY, alertAfterMs });
      const told = await eventually('the old one to be told', () => lab.told[0]);
      expect(told).toMatchObject({ data: { count: 1, atStake: 90_000, breaks: [missing.id] } });
      const oldest = told.type === 'operations.breaks_open' ? told.data.oldest : '';
      expect(Date.parse(told.occurredAt) - Date.parse(oldest)).toBeGreaterThanOrEqual(alertAfterMs);
      await lab.observe('second', []);
      await lab.until(isClosed);
    });
  });

  it('is told at once when it is large, and no second time', async () => {
    const lab = new RegisterLab();
    await lab.run(async () => {
      await lab.observe('first', [missing, large]);
      await eventually('the large one to be told', () => (lab.told.length === 1 ? true : undefined));
      expect(lab.told[0]).toMatchObject({
        type: 'operations.breaks_open',
        id: expect.stringMatching(`^evt_breaks_${day}_${large.id}_`) as string,
        data: { day, count: 1, atStake: 2_000_000, breaks: [large.id] },
      });
      await lab.observe('second', [large]);
      await lab.until(({ digest }) => digest === 'second');
      await lab.observe('third', []);
      await lab.until(isClosed);
      await recordHistory('day-breaks-told', server.client.workflow.getHandle(dayBreaksWorkflowId(day)));
    });
    expect(lab.told).toHaveLength(1);
  });

  it('is told beside a new one under another id, where it is found again after the register had ended', async () => {
    const lab = new RegisterLab();
    const other: FoundBreak = { ...large, id: 'brk_other', purchaseId: 'pur_three' };
    await lab.run(async () => {
      await lab.observe('first', [large]);
      await eventually('the first to be told', () => lab.told[0]);
      await lab.observe('second', []);
      await lab.until(isClosed);
      await server.client.workflow.getHandle(dayBreaksWorkflowId(day)).result();
      await lab.observe('third', [large, other]);
      await eventually('both to be told', () => lab.told[1]);
      await lab.observe('fourth', []);
      await lab.until(isClosed);
    });
    expect(lab.told[1]).toMatchObject({ data: { count: 2, breaks: [large.id, other.id] } });
    expect(lab.told[1]?.id).not.toBe(lab.told[0]?.id);
  });
});
