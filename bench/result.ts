import type { Machine } from './machine';
import type { HeldFigures } from './sections/held';
import type { DelayFigures } from './sections/delays';
import type { DurabilityFigures } from './sections/durability';
import type { OutageFigures } from './sections/outage';
import type { PartFigures } from './sections/parts';
import type { Ratios } from './sections/ratios';
import type { ReadFigures } from './sections/reads';
import type { StoredFigures } from './sections/stored';
import type { WorkerFigures } from './sections/workers';
import type { Measurement } from './measure';

/** What each section comes to, by its name. */
export interface Figures {
  ratios: Ratios;
  speed: readonly Measurement[];
  parts: PartFigures;
  delays: readonly DelayFigures[];
  workers: WorkerFigures;
  reads: ReadFigures;
  held: HeldFigures;
  outage: OutageFigures;
  durability: DurabilityFigures;
  stored: readonly StoredFigures[];
}
export type SectionName = keyof Figures;

/** A section's figures, and what they were measured on. */
export interface Measured<Name extends SectionName> {
  machine: Machine;
  seconds: number;
  figures: Figures[Name];
}
export type MeasuredSections = { [Name in SectionName]?: Measured<Name> };

/** A run as `--json` prints it: the ratios first. */
export type BenchResult = Partial<
  Pick<
    Ratios,
    | 'answerOverNothing'
    | 'vsDoNothing'
    | 'vsNaiveStock'
    | 'workerCpuMs'
    | 'serverCpuMs'
    | 'clientCpuMs'
    | 'historyEvents'
    | 'workflowTasks'
    | 'overheadP50Ms'
  >
> & {
  targets: readonly TargetResult[];
  sections: MeasuredSections;
};

/** A target and what was measured. */
export interface TargetResult {
  figure: string;
  target: string;
  measured: number;
  met: boolean;
}

/** @param sections those that were measured, in this run or before */
export function benchResult(sections: MeasuredSections): BenchResult {
  const ratios = sections.ratios?.figures;
  return {
    ...(ratios && {
      answerOverNothing: ratios.answerOverNothing,
      vsDoNothing: ratios.vsDoNothing,
      vsNaiveStock: ratios.vsNaiveStock,
      workerCpuMs: ratios.workerCpuMs,
      serverCpuMs: ratios.serverCpuMs,
      clientCpuMs: ratios.clientCpuMs,
      historyEvents: ratios.historyEvents,
      workflowTasks: ratios.workflowTasks,
      overheadP50Ms: ratios.overheadP50Ms,
    }),
    targets: targets(sections),
    sections,
  };
}

/** A run as text: figures to three decimals, without the thousands of workflow ids. */
export function asJson(result: BenchResult): string {
  return JSON.stringify(
    result,
    (key: string, value: unknown) => {
      if (key === 'workflowIds') return undefined;
      return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
    },
    2,
  );
}

function targets({ ratios, workers, reads, stored }: MeasuredSections): TargetResult[] {
  return [
    ...(ratios
      ? [
          atMost(
            'the answer above the gateway’s time, in workflows that do nothing, gateway at 0 ms',
            2.5,
            ratios.figures.answerOverNothing[0],
          ),
          atMost(
            'the answer above the gateway’s time, in workflows that do nothing, gateway at 400 ms',
            2.5,
            ratios.figures.answerOverNothing[400],
          ),
          atLeast(
            'throughput, as a share of a workflow’s that does nothing',
            0.45,
            ratios.figures.vsDoNothing,
          ),
          atLeast('throughput, against the naive saga on the stock server', 4, ratios.figures.vsNaiveStock),
          atMost('history events of a purchase', 21, ratios.figures.historyEvents),
          atMost('workflow tasks of a purchase', 3, ratios.figures.workflowTasks),
        ]
      : []),
    ...(stored && stored.figures.length > 1
      ? [atMost('cost of a purchase, the most stored against 1,000 stored', 1.15, growth(stored.figures))]
      : []),
    ...(reads
      ? [atLeast('reads of the API alone, against purchases', 20, reads.figures.apiAloneVsPurchases)]
      : []),
    ...(workers
      ? [atLeast('two workers against one, the server not the limit', 1.7, workers.figures.twoVsOne)]
      : []),
  ];
}

function growth(stored: Figures['stored']): number {
  return (stored.at(-1)?.processorMs ?? Number.NaN) / (stored[0]?.processorMs ?? Number.NaN);
}

function atLeast(figure: string, target: number, measured: number): TargetResult {
  return { figure, target: `≥ ${target}`, measured, met: measured >= target };
}

function atMost(figure: string, target: number, measured: number): TargetResult {
  return { figure, target: `≤ ${target}`, measured, met: measured <= target };
}
