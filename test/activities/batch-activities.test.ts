import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { createBatchActivities } from '../../activities';
import { BATCH_WAITS } from '../../activities/batch-activities';
import type { PlacedRow } from '../../domain/batch/batch';
import { BATCH_OVER, type BatchPart, type SoldPart } from '../../domain/batch/protocol';
import { batchId } from '../../domain/identifiers';
import { batchRows, CHANNEL, OPEN, ScriptedSale, SOLD } from '../support/batch-lab';

const ID = batchId('staff');
const PART: BatchPart = {
  channel: CHANNEL,
  batchId: ID,
  rows: batchRows(6).map((row, place): PlacedRow => [place, ...row]),
};

function worker(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment({
    workflowExecution: { workflowId: `batch:${CHANNEL}:${ID}`, runId: 'run' },
    ...info,
  });
}

let sale: ScriptedSale;
let wasOver = false;
beforeEach(() => {
  sale = new ScriptedSale();
  wasOver = false;
});
const activities = () => createBatchActivities(sale, () => Promise.resolve(wasOver));
const sold = (environment: MockActivityEnvironment): Promise<SoldPart> =>
  environment.run(activities().sellBatchRows, PART);

describe('the rows of a part', () => {
  it('are under way a few at a time, begun in their order', async () => {
    let underWay = 0;
    let most = 0;
    sale.atOnce = 3;
    sale.onSale = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };
    const told = await sold(worker());
    expect(told.outcomes.map(([place]) => place)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sale.begun).toEqual(['row-1', 'row-2', 'row-3', 'row-4', 'row-5', 'row-6']);
    expect(most).toBe(3);
  });

  it('that an attempt before reported are not begun again', async () => {
    const reported = [0, 1, 2, 3].map((place) => [place, SOLD]);
    const told = await sold(worker({ heartbeatDetails: reported }));
    expect(sale.begun).toEqual(['row-5', 'row-6']);
    expect(told.outcomes).toHaveLength(6);
  });

  it('are reported by heartbeats, also where the attempt fails', async () => {
    const environment = worker();
    const reported: unknown[] = [];
    environment.on('heartbeat', (details) => reported.push(details));
    sale.onSale = (row) => {
      if (row === 'row-3') throw new Error('Temporal did not respond');
    };
    await expect(environment.run(activities().sellBatchRows, PART)).rejects.toThrow('did not respond');
    expect(reported.at(-1)).toEqual([
      [0, SOLD],
      [1, SOLD],
    ]);
  });

  it('stop at an obstacle, with what came of those before', async () => {
    sale.scripts.set('row-3', [{ obstacle: 'sales_paused' }]);
    const told = await sold(worker());
    expect(told).toEqual({ obstacle: 'sales_paused', outcomes: [[0, SOLD], [1, SOLD]] }); // prettier-ignore
  });

  it('stop while MobiFone is out', async () => {
    sale.onSale = (row) => void (sale.atOnce = row === 'row-2' ? 0 : 1);
    const told = await sold(worker());
    expect(told.obstacle).toBe('mobifone_unavailable');
    expect(sale.begun).toEqual(['row-1', 'row-2']);
  });

  it('stop when the batch is cancelled, with what came of those that have begun', async () => {
    const environment = worker();
    sale.onSale = (row) => {
      if (row === 'row-2') environment.cancel();
    };
    const told = await sold(environment);
    expect(told).toEqual({ outcomes: [[0, SOLD], [1, SOLD]] }); // prettier-ignore
  });

  it('of another batch than the workflow’s are not begun (I18)', async () => {
    const other = worker({ workflowExecution: { workflowId: 'batch:other:staff', runId: 'run' } });
    const { sellBatchRows, lookAtBatchRows, untilObstacleChanges } = activities();
    await expect(other.run(sellBatchRows, PART)).rejects.toThrow('nothing was done');
    await expect(other.run(lookAtBatchRows, PART, false)).rejects.toThrow('nothing was done');
    await expect(other.run(untilObstacleChanges, PART, 'sales_paused' as const)).rejects.toThrow(
      'nothing was done',
    );
    expect(sale.begun).toEqual([]);
  });

  it('of a batch that was over before are not begun, and not asked for again (I18)', async () => {
    wasOver = true;
    await expect(sold(worker())).rejects.toMatchObject({ type: BATCH_OVER, nonRetryable: true });
    expect(sale.begun).toEqual([]);
  });
});

describe('rows that may have begun', () => {
  it('are found where they have', async () => {
    sale.begun.push('row-1', 'row-2');
    sale.scripts.set('row-2', [OPEN]);
    const told = await worker().run(activities().lookAtBatchRows, PART, false);
    expect(told).toEqual([[0, SOLD], [1, OPEN]]); // prettier-ignore
  });

  it('are asked about again by Temporal until one has an outcome', async () => {
    sale.begun.push('row-1');
    sale.scripts.set('row-1', [OPEN, SOLD]);
    const look = () => worker().run(activities().lookAtBatchRows, PART, true);
    const asked = jest.spyOn(sale, 'look');
    await expect(look()).rejects.toMatchObject({ type: BATCH_WAITS });
    expect(await look()).toEqual([[0, SOLD]]);
    expect(asked).toHaveBeenLastCalledWith(PART, PART.rows[5]?.slice(1), true); // they have begun, so one that is gone is over
  });
});

describe('an obstacle', () => {
  const until = (
    info: Partial<Info> = {},
    known: Parameters<ReturnType<typeof activities>['untilObstacleChanges']>[1] = 'sales_paused',
  ) => worker(info).run(activities().untilObstacleChanges, PART, known);

  it('is waited for by Temporal while it stands', async () => {
    sale.obstacles.push('sales_paused', 'channel_disabled', undefined);
    await expect(until()).rejects.toMatchObject({ type: BATCH_WAITS });
    expect(await until()).toBe('channel_disabled');
    expect(await until()).toBeNull();
  });

  it('of MobiFone’s is not over within seconds', async () => {
    await expect(until({ attempt: 1 }, 'mobifone_unavailable')).rejects.toMatchObject({ type: BATCH_WAITS });
    expect(await until({ attempt: 3 }, 'mobifone_unavailable')).toBeNull();
  });
});
