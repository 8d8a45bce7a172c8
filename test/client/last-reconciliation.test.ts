import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { LastReconciliations } from '../../client/last-reconciliation';
import { PayloadUnreadable } from '../../encryption/payload-unreadable';

const NOW = new Date('2026-11-24T03:00:00Z');

const sum = { count: 1, gross: 90_000, discount: 5_850, payable: 84_150 };
const DONE = {
  kind: 'reconciled',
  clean: true,
  ours: sum,
  theirs: sum,
  difference: { gross: 0, discount: 0, payable: 0 },
  counts: {},
  atStake: 0,
  badLines: 0,
  files: [],
  report: { digest: 'x', files: [] },
  carryOver: [],
};

/** Temporal's list of reconciliations, the latest first, and their results by run. */
class ScriptedTemporal {
  results: { runId: string; workflowId?: string; hoursAgo: number; result: unknown }[] = [];
  readonly read: string[] = [];
  readonly queries: string[] = [];
  readonly client = {
    options: { namespace: 'default' },
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflowService: {
      listWorkflowExecutions: async ({ query }: { query: string }) => {
        this.queries.push(query);
        return {
          executions: this.results.map(({ runId, workflowId = `reconciliation:${runId}`, hoursAgo }) => ({
            execution: { workflowId, runId },
            closeTime: msToTs(NOW.getTime() - hoursAgo * 3_600_000),
          })),
        };
      },
    },
    workflow: {
      getHandle: (_id: string, runId: string) => ({
        result: async () => {
          this.read.push(runId);
          const result = this.results.find((known) => known.runId === runId)?.result;
          if (result instanceof Error) throw result;
          return result;
        },
      }),
    },
  } as unknown as Client; // no more of it is used
}

describe('the latest day that was compared with MobiFone’s file', () => {
  it('is told with its age and every kind of break, past days that could not be compared', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      {
        runId: '2026-11-23',
        hoursAgo: 1,
        result: { kind: 'not_reconciled', day: '2026-11-23', reason: 'file_missing' },
      },
      {
        runId: '2026-11-22',
        hoursAgo: 25,
        result: { ...DONE, day: '2026-11-22', counts: { discount_differs: 3 } },
      },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBe(25 * 3600);
    expect(last?.breaks).toMatchObject({ discount_differs: 3, charged_not_here: 0 });
    expect(temporal.queries[0]).toContain("WorkflowType = 'reconciliation'");
  });

  it('is read once, however often it is asked for', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [{ runId: '2026-11-23', hoursAgo: 2, result: { ...DONE, day: '2026-11-23' } }];
    const reconciliations = new LastReconciliations(temporal.client);
    await reconciliations.last(NOW);
    await reconciliations.last(NOW);
    expect(temporal.read).toEqual(['2026-11-23']);
  });

  it('costs one request for each workflow that is not ours or cannot be read, however often it is asked for', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      ...[new PayloadUnreadable('clear_text', 'none'), undefined, 'text'].map((result, at) => ({
        runId: `run-${at}`,
        workflowId: 'reconciliation:2026-11-21',
        hoursAgo: 1,
        result,
      })),
      { runId: '2026-11-23', hoursAgo: 2, result: { ...DONE, day: '2026-11-23' } },
    ];
    const reconciliations = new LastReconciliations(temporal.client);
    for (let scrapes = 0; scrapes < 3; scrapes += 1) await reconciliations.last(NOW);
    expect(temporal.read).toEqual(['run-0', 'run-1', 'run-2', '2026-11-23']);
  });

  it('is found past one that Temporal has just forgotten, while its list still has it', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      {
        runId: '2026-11-24',
        hoursAgo: 1,
        result: new WorkflowNotFoundError('not found', 'reconciliation:2026-11-24', undefined),
      },
      { runId: '2026-11-23', hoursAgo: 2, result: { ...DONE, day: '2026-11-23' } },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBe(2 * 3600);
  });

  it('is found behind any number of workflows that somebody else started or completed', async () => {
    const strange: readonly unknown[] = [
      new PayloadUnreadable('clear_text', 'none'),
      undefined,
      null,
      'text',
      '2026-11-21', // its own input
      { ...DONE, day: '2026-11-20' },
      { kind: 'reconciled', day: '2026-11-21' },
      { kind: 'not_reconciled', day: '2026-11-21', reason: 'toString' },
    ];
    const temporal = new ScriptedTemporal();
    const workflowId = 'reconciliation:2026-11-21';
    temporal.results = [
      ...['zzz', 'reconciliation:', 'reconciliation:2026-13-99'].map((id, at) => ({
        runId: `id-${at}`,
        workflowId: id,
        hoursAgo: 1,
        result: { ...DONE, day: id.slice(-10) },
      })),
      ...[...strange, ...strange].map((result, at) => ({
        runId: `run-${at}`,
        workflowId,
        hoursAgo: 1,
        result,
      })),
      { runId: '2026-11-23', hoursAgo: 2, result: { ...DONE, day: '2026-11-23' } },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBe(2 * 3600);
  });

  it('is not done anew by a copy of its result, nor by an old day that is compared once more', async () => {
    const temporal = new ScriptedTemporal();
    const done = (day: string, digest: string) => ({ ...DONE, day, report: { digest, files: [] } });
    temporal.results = [
      {
        runId: 'copy',
        workflowId: 'reconciliation:2026-11-22',
        hoursAgo: 1,
        result: done('2026-11-22', 'a'),
      },
      {
        runId: 'again',
        workflowId: 'reconciliation:2026-11-10',
        hoursAgo: 2,
        result: done('2026-11-10', 'b'),
      },
      {
        runId: '2026-11-22',
        hoursAgo: 26,
        result: { ...done('2026-11-22', 'a'), counts: { discount_differs: 3 } },
      },
      { runId: '2026-11-21', hoursAgo: 50, result: done('2026-11-21', 'c') },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBe(26 * 3600);
    expect(last?.breaks.discount_differs).toBe(3);
  });

  it('is no later than the day on which it was due, also where only a copy of its result is left', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      {
        runId: 'copy',
        workflowId: 'reconciliation:2026-11-10',
        hoursAgo: 1,
        result: { ...DONE, day: '2026-11-10' },
      },
    ];
    const last = await new LastReconciliations(temporal.client).last(NOW);
    expect(last?.ageSeconds).toBeGreaterThan(12 * 86_400);
  });

  it('is found behind a thousand workflows of somebody else, some at each time that it is asked for', async () => {
    const temporal = new ScriptedTemporal();
    temporal.results = [
      ...Array.from({ length: 1_000 }, (_, at) => ({
        runId: `run-${at}`,
        workflowId: 'zzz',
        hoursAgo: 1,
        result: 'x',
      })),
      { runId: '2026-11-23', hoursAgo: 2, result: { ...DONE, day: '2026-11-23' } },
    ];
    const reconciliations = new LastReconciliations(temporal.client);
    let last = await reconciliations.last(NOW);
    for (let times = 0; times < 5; times += 1) last = await reconciliations.last(NOW);
    expect(last?.ageSeconds).toBe(2 * 3600);
  });

  it('is nothing where no day ever was', async () => {
    expect(await new LastReconciliations(new ScriptedTemporal().client).last(NOW)).toBeUndefined();
  });
});
