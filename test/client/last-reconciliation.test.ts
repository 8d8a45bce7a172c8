import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { LastReconciliations } from '../../client/last-reconciliation';

const NOW = new Date('2026-11-24T03:00:00Z');

/** Temporal's list of reconciliations, the latest first, and their results by run. */
class ScriptedTemporal {
  results: { runId: string; hoursAgo: number; result: unknown }[] = [];
  readonly read: string[] = [];
  readonly queries: string[] = [];
  readonly client = {
    options: { namespace: 'default' },
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflowService: {
      listWorkflowExecutions: async ({ query }: { query: string }) => {
        this.queries.push(query);
        return {
          executions: this.results.map(({ runId, hoursAgo }) => ({
            execution: { workflowId: `reconciliation:${runId}`, runId },
            closeTime: msToTs(NOW.getTime() - hoursAgo * 3_600_000),
          })),
        };
      },
    },
    workflow: {
      getHandle: (_id: string, runId: string) => ({
        result: async () => {
          this.read.push(runId);
          return this.results.find((known) => known.runId === runId)?.result;
        },
      }),
    },
  } as unknown as Client; // no more of it is used
}

describe('the latest day that was compared with MobiFone’s file', () => {
  it('is told with its age and every kind of break, past days that could not be compared', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      { runId: 'today', hoursAgo: 1, result: { kind: 'not_reconciled', reason: 'file_missing' } },
      { runId: 'before', hoursAgo: 25, result: { kind: 'reconciled', counts: { discount_differs: 3 } } },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBe(25 * 3600);
    expect(last?.breaks).toMatchObject({ discount_differs: 3, charged_not_here: 0 });
    expect(temporal.queries[0]).toContain("WorkflowType = 'reconciliation'");
  });

  it('is read once, however often it is asked for', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [{ runId: 'one', hoursAgo: 2, result: { kind: 'reconciled', counts: {} } }];
    const reconciliations = new LastReconciliations(temporal.client);
    await reconciliations.last(NOW);
    await reconciliations.last(NOW);
    expect(temporal.read).toEqual(['one']);
  });

  it('is nothing where no day ever was', async () => {
    expect(await new LastReconciliations(new ScriptedTemporal().client).last(NOW)).toBeUndefined();
  });
});
