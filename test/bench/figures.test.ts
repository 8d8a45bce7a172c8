import { readFileSync } from 'node:fs';
import { billableActions, type CountedEvent } from '../../bench/billable-actions';
import { usageByProc, usageByPsLine } from '../../bench/lab/processes';
import { costsOf } from '../../bench/profile-costs';
import { median, percentile, percentiles } from '../../bench/percentiles';
import { perPurchase } from '../../bench/processor-time';

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);

  it('are values that were measured, by nearest rank', () => {
    expect(percentiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentile([3], 0.99)).toBe(3);
    expect(percentile([1, 2], 0.51)).toBe(2);
  });

  it('have a middle, also between two', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('are no number of nothing', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });
});

describe('billable actions of a history', () => {
  const event = (type: string, more: Partial<CountedEvent> = {}): CountedEvent => ({ type, ...more });

  it('count the start, each upsert, activity, timer, signal and accepted update once', () => {
    expect(
      billableActions(
        [
          'WORKFLOW_EXECUTION_STARTED',
          'WORKFLOW_TASK_SCHEDULED',
          'WORKFLOW_TASK_STARTED',
          'WORKFLOW_TASK_COMPLETED',
          'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
          'ACTIVITY_TASK_SCHEDULED',
          'ACTIVITY_TASK_COMPLETED',
          'TIMER_STARTED',
          'WORKFLOW_EXECUTION_SIGNALED',
          'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
          'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
          'WORKFLOW_EXECUTION_COMPLETED',
        ].map((type) => event(type)),
      ),
    ).toBe(6);
  });

  it('count all local activities of one workflow task as one', () => {
    const marker = (workflowTask: string) => event('MARKER_RECORDED', { workflowTask });
    expect(billableActions([marker('4'), marker('17'), marker('17')])).toBe(2);
  });

  it('count each retry of an activity, and a child workflow twice', () => {
    expect(billableActions([event('ACTIVITY_TASK_STARTED', { attempt: 3 })])).toBe(2);
    expect(billableActions([event('START_CHILD_WORKFLOW_EXECUTION_INITIATED')])).toBe(2);
  });
});

describe('what a process has used', () => {
  it('is read from Linux’s /proc, whatever the process is called', () => {
    const stat = '4711 (my (odd) name) S 1 4711 4711 0 -1 4194560 900 0 1 0 250 50 0 0 20 0 11 0 100 1 2 3';
    expect(usageByProc(stat, 'Name:\tnode\nVmRSS:\t  2048 kB\n')).toEqual({
      cpuSeconds: 3,
      memoryBytes: 2_097_152,
    });
  });

  it.each([
    ['    0:01.25  5120', 1.25],
    ['00:02:03 5120', 123],
    ['1-02:03:04 5120', 93_784],
  ])('is read from ps where there is no /proc: %s', (line, cpuSeconds) => {
    expect(usageByPsLine(line)).toEqual({ cpuSeconds, memoryBytes: 5_242_880 });
  });

  it('is told for each purchase, by process', () => {
    const before = { server: 100, worker: 10 };
    const after = { server: 400, worker: 110, api: 60 };
    expect(perPurchase(before, after, 10)).toEqual({ server: 30, worker: 10, api: 6 });
  });
});

describe('the naive saga that ours is measured against', () => {
  it('is five plain activities in a row, and never more than that', () => {
    const source = readFileSync('bench/yardstick/workflows.ts', 'utf8');
    expect(source.match(/await call\.(\w+)/g)).toEqual([
      'await call.check',
      'await call.register',
      'await call.charge',
      'await call.transactionMessage',
      'await call.successMessage',
    ]);
  });
});

describe('a processor profile', () => {
  const at = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
  const profile = {
    nodes: [
      { id: 1, callFrame: at('load', 'file:///project/bench/lab/worker-entry.ts') },
      { id: 2, callFrame: at('post', 'file:///project/node_modules/@scope/http/lib/post.js') },
      { id: 3, callFrame: at('(idle)', '') },
      { id: 4, callFrame: at('(garbage collector)', '') },
    ],
    samples: [1, 3, 2, 2, 4],
    timeDeltas: [2_000_000, 1_000_000, 1_000_000, 2_000_000, 1_000_000],
  };

  it('is told by package and by function; waiting is no cost', () => {
    const { entry, busySeconds, byPackage, byFunction } = costsOf(profile);
    expect(entry).toBe('worker-entry.ts');
    expect(busySeconds).toBe(6);
    expect(byPackage.map(({ what, share }) => [what, Math.round(share * 100)])).toEqual([
      ['@scope/http', 50],
      ['lab', 33],
      ['(garbage collector)', 17],
    ]);
    expect(byFunction[0]?.what).toBe('post (@scope/http, post.js:10)');
  });

  it('leaves the start out when it is told to', () => {
    expect(costsOf(profile, 3).byPackage.map(({ what }) => what)).toEqual([
      '@scope/http',
      '(garbage collector)',
    ]);
  });
});
