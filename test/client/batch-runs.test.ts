import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporal } from '@temporalio/proto';
import { wasOverBefore } from '../../client/batch-runs';
import { BatchLab, batchRows, CHANNEL } from '../support/batch-lab';
import { localServer } from '../support/local-server';

const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL: WITHOUT_SIGNALS } = temporal.api.enums.v1.ResetReapplyExcludeType;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A batch whose rows are begun only if it was not over before. */
function aLab(change: ConstructorParameters<typeof BatchLab>[2] = {}): BatchLab {
  const lab = new BatchLab(server, undefined, change);
  lab.wasOver = (run) => wasOverBefore(lab.client, run);
  return lab;
}

/** Resets a batch to its beginning, as the Web UI does; without the signals that it has. */
async function reset(lab: BatchLab): Promise<void> {
  const { workflowId } = lab.handle;
  const { events } = await lab.handle.fetchHistory();
  const task = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await lab.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: task?.eventId ?? null,
    requestId: `reset-${workflowId}`,
    resetReapplyExcludeTypes: [WITHOUT_SIGNALS],
  });
}

describe('a batch', () => {
  it('is not over for its own next runs: each begins what the one before left', async () => {
    const lab = aLab({ partsOfARun: 1, rowsOfAPart: 2 });
    expect((await lab.sell(batchRows(6))).progress).toMatchObject({
      state: 'completed',
      results: { succeeded: 6 },
    });
  });

  it('that was completed is told again after a reset', async () => {
    const lab = aLab();
    await lab.run(async () => {
      await lab.submit(batchRows(3));
      await lab.end();
      await reset(lab);
      await lab.handle.result();
      expect((await lab.record()).progress).toMatchObject({ state: 'completed', results: { succeeded: 3 } });
    });
    expect(new Set(lab.sale.begun).size).toBe(3);
  });

  it('that was cancelled stays so after a reset that leaves its cancellation out', async () => {
    const lab = aLab();
    lab.sale.scripts.set('row-2', [{ obstacle: 'sales_paused' }]);
    lab.sale.obstacle = async () => {
      await lab.batches.cancel(CHANNEL, lab.id);
      return 'sales_paused';
    };
    await lab.run(async () => {
      await lab.submit(batchRows(3));
      await lab.end();
      const begun = lab.sale.begun.length;
      await reset(lab);
      await lab.handle.result();
      expect((await lab.record()).progress).toMatchObject({ state: 'cancelled' });
      expect(lab.sale.begun).toHaveLength(begun);
    });
  });
});
