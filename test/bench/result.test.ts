import type { Machine } from '../../bench/machine';
import { report } from '../../bench/report';
import { asJson, benchResult, type MeasuredSections } from '../../bench/result';

const machine: Machine = {
  at: '2026-11-25T14:00:00.000Z',
  cpus: 2,
  cpu: 'a processor',
  memoryBytes: 8 * 1024 ** 3,
  node: '20.0.0',
  platform: 'linux x64',
  loadBefore: 0.1,
};
const history = {
  historyEvents: 16,
  workflowTasks: 3,
  historyBytes: 9000,
  stateTransitions: 9,
  billableActions: 7,
};
const sections: MeasuredSections = {
  ratios: {
    machine,
    seconds: 40,
    figures: {
      answerOverNothing: { 0: 2.4, 50: 2.45, 150: 2.5, 400: 2.51 },
      vsDoNothing: 0.449,
      vsNaiveStock: 4.00049,
      workerCpuMs: 30,
      serverCpuMs: 60,
      clientCpuMs: 5,
      overheadP50Ms: 25,
      historyEvents: 21,
      workflowTasks: 3,
      rounds: [{ saga: 55, nothing: 100, naiveStock: 13, nothingAloneMs: 20 }],
      history: { saga: history, naive: history, nothing: history },
      processorMs: { server: 12, worker: 9 },
    },
  },
  stored: {
    machine,
    seconds: 100,
    figures: [
      { stored: 1000, processorMs: 20, perSecond: 50, answerP50Ms: 900 },
      { stored: 100_000, processorMs: 30, perSecond: 40, answerP50Ms: 1100 },
    ],
  },
};

describe('a run of the bench', () => {
  it('tells the ratios first', () => {
    expect(Object.keys(benchResult(sections)).slice(0, 9)).toEqual([
      'answerOverNothing',
      'vsDoNothing',
      'vsNaiveStock',
      'workerCpuMs',
      'serverCpuMs',
      'clientCpuMs',
      'historyEvents',
      'workflowTasks',
      'overheadP50Ms',
    ]);
  });

  it('holds each figure to its target', () => {
    const met = benchResult(sections).targets.map(({ target, met }) => `${target}: ${String(met)}`);
    expect(met).toEqual([
      '≤ 2.5: true',
      '≤ 2.5: false',
      '≥ 0.45: false',
      '≥ 4: true',
      '≤ 21: true',
      '≤ 3: true',
      '≤ 1.15: false',
    ]);
  });

  it('says nothing of targets whose section was not measured', () => {
    expect(benchResult({}).targets).toEqual([]);
  });

  it('says how a run is written down where none is', () => {
    expect(report(benchResult({}))).toContain('npm run bench -- --write');
  });

  it('is printed as JSON that can be read again, with figures of three decimals', () => {
    const printed = JSON.parse(asJson(benchResult(sections))) as Record<string, unknown>;
    expect(printed).toMatchObject({
      answerOverNothing: { 0: 2.4, 400: 2.51 },
      vsDoNothing: 0.449,
      vsNaiveStock: 4,
      historyEvents: 21,
    });
  });

  it('is told in Markdown with the machine that it was measured on', () => {
    const told = report(benchResult(sections));
    expect(told).toContain(
      '| throughput, as a share of a workflow’s that does nothing | ≥ 0.45 | 0.449 | no |',
    );
    expect(told).toContain('| history events of a purchase | ≤ 21 | 21 | yes |');
    expect(told).toContain('| 100,000 | 30 | 40 | 1,100 |');
    expect(told).toContain('2 × a processor, 8 GB, linux x64, Node 20.0.0');
    expect(told).toContain('ratios 2026-11-25 14:00 in 40 s (load before: 0.1)');
  });
});
