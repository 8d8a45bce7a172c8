import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { batchActionsOf } from '../../client/history/actions';
import { historyPayloads } from '../../client/history/history-payloads';
import type { BatchResults } from '../../client/batches';
import type { RowOutcome } from '../../domain/batch/batch';
import { CANCEL_BATCH_SIGNAL } from '../../domain/batch/protocol';
import { BatchLab, batchRows, CHANNEL, OPEN, SOLD } from '../support/batch-lab';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { timeSkippingServer } from '../support/purchase-lab';

jest.retryTimes(1, { logErrorsBeforeRetry: true }); // see `purchaseLabs`
let server: TestWorkflowEnvironment;
beforeAll(async () => void (server = await timeSkippingServer()));
afterAll(() => server.teardown());

const UNDONE: RowOutcome = ['rolled_back', 'insufficient_balance', 90_000, 5_400];
const REFUSED: RowOutcome = ['refused', 'number_blocked', 0, 0];

const rowsOf = (results: BatchResults | undefined) => (results?.kind === 'page' ? results.rows : undefined);
const resultsOf = async (lab: BatchLab) =>
  rowsOf(await lab.batches.results(CHANNEL, lab.id, { limit: 100 }))?.map(
    ([id, , , result]) => `${id} ${result}`,
  );

describe('a batch', () => {
  it('begins its rows in order, and tells what came of each, and of all', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-2', [UNDONE]);
    lab.sale.scripts.set('row-5', [REFUSED]);
    const { progress } = await lab.sell(batchRows(6));
    expect(lab.sale.begun).toEqual(['row-1', 'row-2', 'row-3', 'row-4', 'row-5', 'row-6']);
    expect(progress).toMatchObject({
      state: 'completed',
      results: { succeeded: 4, rolled_back: 1, refused: 1, not_begun: 0, open: 0 },
      money: { faceValue: 360_000, discount: 21_600, payable: 338_400, refunded: 90_000 },
    });
    expect(progress.endedAt).not.toBeNull();
    expect(await resultsOf(lab)).toEqual([
      'row-1 succeeded',
      'row-2 rolled_back',
      'row-3 succeeded',
      'row-4 succeeded',
      'row-5 refused',
      'row-6 succeeded',
    ]);
    await recordHistory('batch-completed', lab.handle);
  });

  it('notifies its channel once, when it is over', async () => {
    const lab = new BatchLab(server);
    await lab.sell(batchRows(1));
    expect(lab.notices).toMatchObject([
      { batchId: lab.id, progress: { state: 'completed', results: { succeeded: 1 } } },
    ]);
    expect(lab.notices[0]?.id).toMatch(/^evt_bat_[a-z2-7]{26}$/);
  });

  it('shows no number in clear in what is not encrypted', async () => {
    const lab = new BatchLab(server);
    await lab.sell(batchRows(2));
    const { memo, searchAttributes, workflowId } = await lab.handle.describe();
    expect(JSON.stringify({ memo, searchAttributes, workflowId })).not.toMatch(/90100000/);
  });

  it('tells how far it is after a while, where rows are slow, and goes on with the next', async () => {
    const lab = new BatchLab(server);
    lab.turnMs = 0; // so that a part has time for one row
    const told: number[] = [];
    lab.sale.onSale = async () => void told.push((await lab.record()).progress.results.succeeded);
    const { progress } = await lab.sell(batchRows(3));
    expect(told).toEqual([0, 1, 2]);
    expect(progress).toMatchObject({ state: 'completed', results: { succeeded: 3 } });
    expect(lab.sale.begun).toHaveLength(3);
  });

  it('waits while sales are paused, at no cost to its history, and goes on where it was', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-3', [{ obstacle: 'sales_paused' }, SOLD]);
    lab.sale.obstacles.push(...Array.from({ length: 3 }, () => 'sales_paused' as const));
    const { progress } = await lab.sell(batchRows(4));
    expect(progress).toMatchObject({ state: 'completed', waitingFor: null, results: { succeeded: 4 } });
    expect(lab.sale.begun).toEqual(['row-1', 'row-2', 'row-3', 'row-4']);
    expect(await lab.historyLength()).toBeLessThan(40);
    await recordHistory('batch-paused', lab.handle);
  });

  it('says what it waits for, and what it waits for next', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-1', [{ obstacle: 'sales_paused' }, SOLD]);
    const told: (string | null)[] = [];
    const note = async () => void told.push((await lab.record()).progress.waitingFor);
    lab.sale.obstacles.push('channel_disabled');
    const looks = lab.sale.obstacle.bind(lab.sale);
    lab.sale.obstacle = async () => {
      await note();
      return looks();
    };
    await lab.sell(batchRows(1));
    expect(told).toEqual(['sales_paused', 'channel_disabled']);
  });

  it('begins with one row after MobiFone was out, and with several once that one was answered', async () => {
    const lab = new BatchLab(server);
    lab.sale.atOnce = 4;
    let underWay = 0;
    const seen: number[] = [];
    lab.sale.onSale = async () => {
      underWay += 1;
      seen.push(underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };
    lab.sale.scripts.set('row-1', [['rejected', 'mobifone_unavailable', 90_000, 5_400]]);
    lab.sale.scripts.set('row-2', [{ obstacle: 'mobifone_unavailable' }, SOLD]);
    const { progress } = await lab.sell(batchRows(8));
    expect(progress.results).toMatchObject({ rejected: 1, succeeded: 7 });
    expect(Math.max(...seen)).toBeGreaterThan(1);
  });

  it('waits for purchases without an outcome, and begins none beyond a few of them', async () => {
    const lab = new BatchLab(server);
    for (const row of ['row-1', 'row-2', 'row-3']) lab.sale.scripts.set(row, [OPEN, OPEN, SOLD]);
    const { progress } = await lab.sell(batchRows(6));
    expect(progress).toMatchObject({ state: 'completed', results: { succeeded: 6, open: 0 } });
    expect(lab.sale.begun).toHaveLength(6);
    await recordHistory('batch-with-open-rows', lab.handle);
    await recordHistory('batch-with-open-rows-typed', lab.handle);
  });

  it('goes on in a new run where its history is long, and nothing is begun twice', async () => {
    const lab = new BatchLab(server, undefined, { partsOfARun: 1, rowsOfAPart: 2 });
    const { progress } = await lab.sell(batchRows(6));
    expect(progress).toMatchObject({ state: 'completed', results: { succeeded: 6 } });
    expect(lab.sale.begun).toHaveLength(6);
    expect(lab.notices).toHaveLength(1);
    await recordHistory('batch-continued', lab.handle);
  });
});

describe('a batch that is cancelled', () => {
  it.each([
    ['by its channel', 'demo', (lab: BatchLab) => lab.batches.cancel(CHANNEL, lab.id)],
    ['in the Web UI', expect.any(String), (lab: BatchLab) => lab.handle.cancel()],
    [
      'by a signal with nonsense',
      null,
      (lab: BatchLab) => lab.handle.signal(CANCEL_BATCH_SIGNAL, 1, { x: 2 }),
    ],
  ])('%s begins no further row; what has begun goes on, and is told', async (how, by, cancel) => {
    const lab = new BatchLab(server, undefined, { rowsOfAPart: 100 });
    let cancelled = false;
    lab.sale.scripts.set('row-3', [OPEN, OPEN, UNDONE]);
    lab.sale.onSale = async (row) => {
      if (row !== 'row-4' || cancelled) return;
      cancelled = true;
      await cancel(lab);
      await eventually('the batch to know', async () =>
        (await lab.record()).progress.state === 'cancelling' ? true : undefined,
      );
    };
    const { progress } = await lab.sell(batchRows(200));
    expect(progress).toMatchObject({ state: 'cancelled', results: { rolled_back: 1, open: 0 } });
    expect(progress.results.not_begun).toBe(200 - lab.sale.begun.length);
    expect(lab.sale.begun.length).toBeLessThan(200);
    expect(lab.notices).toMatchObject([{ progress: { state: 'cancelled' } }]);
    const { events } = await lab.handle.fetchHistory();
    const payloads = historyPayloads(server.client, lab.handle.workflowId);
    expect(await batchActionsOf(events ?? [], payloads)).toMatchObject([{ by }]);
    if (how === 'by its channel') await recordHistory('batch-cancelled', lab.handle);
  });

  it('while it waits is over at once', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-2', [{ obstacle: 'sales_paused' }]);
    lab.sale.obstacle = async () => {
      await lab.batches.cancel(CHANNEL, lab.id);
      return 'sales_paused';
    };
    const { progress } = await lab.sell(batchRows(3));
    expect(progress).toMatchObject({ state: 'cancelled', results: { succeeded: 1, not_begun: 2 } });
    await recordHistory('batch-cancelled-while-paused', lab.handle);
  });

  it('after an attempt that was lost tells the rows that it had begun', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-2', [OPEN, OPEN, UNDONE]);
    lab.sale.onSale = (row) => {
      if (row !== 'row-2' || lab.sale.begun.includes('row-2')) return;
      lab.sale.begun.push('row-2');
      lab.sale.atOnce = 0; // so that the next attempt begins, and finds, none
      throw new Error('the worker dies before it knows of its row');
    };
    lab.sale.obstacle = async () => {
      await lab.batches.cancel(CHANNEL, lab.id);
      return 'mobifone_unavailable';
    };
    const { progress } = await lab.sell(batchRows(12));
    expect(progress).toMatchObject({
      state: 'cancelled',
      results: { succeeded: 1, rolled_back: 1, open: 0, not_begun: 10 },
      money: { refunded: 90_000 },
    });
    expect((await resultsOf(lab))?.slice(0, 3)).toEqual([
      'row-1 succeeded',
      'row-2 rolled_back',
      'row-3 not_begun',
    ]);
    await recordHistory('batch-cancelled-after-a-lost-attempt', lab.handle);
  });

  it('after it was reset tells all rows that its earlier run had begun', async () => {
    const lab = new BatchLab(server);
    lab.wasOver = () => Promise.resolve(true);
    lab.sale.begun.push(...batchRows(9).map(([row]) => row));
    const { progress } = await lab.sell(batchRows(30));
    expect(progress).toMatchObject({ state: 'cancelled', results: { succeeded: 9, not_begun: 21 } });
  });

  it('after all rows have begun is completed', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-1', [OPEN, SOLD]);
    lab.sale.look = async () => {
      await lab.batches.cancel(CHANNEL, lab.id);
      return SOLD;
    };
    const { progress } = await lab.sell(batchRows(1));
    expect(progress).toMatchObject({ state: 'completed', results: { succeeded: 1 } });
    expect(await lab.batches.cancel(CHANNEL, lab.id)).toMatchObject({ kind: 'over' });
  });
});

describe('a batch whose activity somebody ends by hand', () => {
  it('waits on for the rows that are open', async () => {
    const lab = new BatchLab(server);
    lab.sale.scripts.set('row-1', [OPEN, OPEN, SOLD]);
    const byHand = [true, true];
    const look = lab.sale.look.bind(lab.sale);
    lab.sale.look = (part, row) => {
      if (byHand.pop()) throw ApplicationFailure.nonRetryable('ended by hand');
      return look(part, row);
    };
    const { progress } = await lab.sell(batchRows(2));
    expect(progress).toMatchObject({ state: 'completed', results: { succeeded: 2 } });
    await recordHistory('batch-look-ended-by-hand', lab.handle);
  });

  it('while it looks for the rows that have begun, cancels them no sooner than it knows them', async () => {
    const lab = new BatchLab(server, undefined, { rowsOfAPart: 2 });
    const byHand = [true, true, true];
    const look = lab.sale.look.bind(lab.sale);
    lab.sale.look = (part, row) => {
      if (byHand.pop()) throw ApplicationFailure.nonRetryable('ended by hand');
      return look(part, row);
    };
    lab.wasOver = () => Promise.resolve(true);
    lab.sale.begun.push('row-1');
    const { progress } = await lab.sell(batchRows(3));
    expect(progress).toMatchObject({ state: 'cancelled', results: { succeeded: 1, not_begun: 2 } });
    expect(lab.sale.begun).toEqual(['row-1']);
  });
});

describe('a batch that was over, and whose start is copied', () => {
  it('is cancelled at once: no row of it is begun, what had begun is told', async () => {
    const lab = new BatchLab(server);
    lab.wasOver = () => Promise.resolve(true);
    lab.sale.begun.push('row-1');
    const { progress } = await lab.sell(batchRows(3));
    expect(progress).toMatchObject({ state: 'cancelled', results: { succeeded: 1, not_begun: 2 } });
    expect(lab.sale.begun).toEqual(['row-1']);
    await recordHistory('batch-was-over', lab.handle);
  });
});

describe('a batch that is started by hand', () => {
  it.each([
    ['with nothing', [], 'the input’s order must be an object'],
    ['with half an order', [{ channel: 'demo' }, {}], 'must have "batchId"'],
  ])('%s fails with the reason, and begins nothing', async (_, args, words) => {
    const lab = new BatchLab(server);
    const failure: unknown = await lab
      .run(() =>
        server.client.workflow.execute('batch', { taskQueue: 'batch-lab', workflowId: lab.id, args }),
      )
      .catch((fault: unknown) => fault);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect(String((failure as WorkflowFailedError).cause)).toContain(words);
    expect(lab.sale.begun).toEqual([]);
  });

  it('under another id than its own fails, as it would begin the same rows twice', async () => {
    const lab = new BatchLab(server);
    await lab.sell(batchRows(1));
    const history = await lab.handle.fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const args = (started?.input?.payloads ?? []).map(
      ({ data }) => JSON.parse(Buffer.from(data ?? []).toString()) as unknown,
    );
    const other = lab.run(() =>
      server.client.workflow.execute('batch', { taskQueue: 'batch-lab', workflowId: 'another', args }),
    );
    await expect(other).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(lab.sale.begun).toHaveLength(1);
  });
});
