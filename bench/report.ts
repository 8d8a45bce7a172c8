import type { Machine } from './machine';
import type { Measurement } from './measure';
import type { BenchResult, Figures, MeasuredSections } from './result';
import { DESIGNS } from './designs';
import { PARTS, type Part } from './sections/parts';

const NOTHING_MEASURED = 'No run is stored yet: `npm run bench -- --write` stores one.';

/** A run in Markdown, ratios first; docs/performance.md holds the last one that was written down. */
export function report(result: BenchResult): string {
  const { sections } = result;
  if (Object.keys(sections).length === 0) return NOTHING_MEASURED;
  return [
    table(
      ['figure', 'target', 'measured', 'met'],
      result.targets.map(({ figure, target, measured, met }) => [
        figure,
        target,
        short(measured),
        met ? 'yes' : 'no',
      ]),
    ),
    ...tables(sections),
    measuredOn(sections),
  ].join('\n\n');
}

function tables({
  ratios,
  parts,
  speed,
  delays,
  outage,
  stored,
  workers,
  reads,
  held,
  durability,
}: MeasuredSections): string[] {
  return [
    ...(ratios ? [historyTable(ratios.figures), processorTable(ratios.figures)] : []),
    ...(parts ? [partsTable(parts.figures)] : []),
    ...(speed ? speedTables(speed.figures) : []),
    ...(delays ? [delayTable(delays.figures)] : []),
    ...(stored ? [storedTable(stored.figures)] : []),
    ...(outage ? [outageWords(outage.figures)] : []),
    ...(workers ? [workerWords(workers.figures)] : []),
    ...(reads ? [readWords(reads.figures)] : []),
    ...(held ? [heldWords(held.figures)] : []),
    ...(durability ? [durabilityWords(durability.figures)] : []),
  ];
}

function historyTable({ history }: Figures['ratios']): string {
  const { saga, naive, nothing } = history;
  const row = (title: string, figure: keyof typeof saga) => [
    title,
    ...[saga, naive, nothing].map((design) => short(design[figure])),
  ];
  return table(
    ['a purchase leaves', 'our saga', 'naive', 'nothing'],
    [
      row('history events', 'historyEvents'),
      row('workflow tasks', 'workflowTasks'),
      row('history bytes', 'historyBytes'),
      row('state transitions', 'stateTransitions'),
      row('billable actions', 'billableActions'),
    ],
  );
}

function processorTable({ processorMs }: Figures['ratios']): string {
  const roles = (['server', 'worker', 'api', 'gateway', 'load'] as const).filter(
    (role) => processorMs[role] !== undefined,
  );
  return table(
    ['CPU time of a purchase, ms', ...roles],
    [['our saga through the client, 50 at once', ...roles.map((role) => short(processorMs[role]))]],
  );
}

function partsTable({ saga, nothing }: Figures['parts']): string {
  const names = Object.keys(PARTS) as Part[]; // keys of that very table
  const cell = (ms: number | undefined) => (ms === undefined ? '–' : short(ms));
  return table(
    ['where the time until the answer goes, ms', 'our saga', 'nothing'],
    names.map((part) => [PARTS[part], cell(saga[part]), cell(nothing[part])]),
  );
}

/** One table for each figure, so that none is wider than a page. */
function speedTables(speed: Figures['speed']): string[] {
  const atOnce = [...new Set(speed.map((one) => one.atOnce))];
  const figures: readonly [heading: string, cell: (measured: Measurement) => string][] = [
    ['purchases/s', ({ perSecond }) => short(perSecond)],
    ['ms until the answer, p50 / p95 / p99', ({ answerMs }) => percentiles(answerMs)],
    ['ms until closed, p50 / p95 / p99', ({ closedMs }) => percentiles(closedMs)],
  ];
  return figures.map(([heading, cell]) => {
    const rows = Object.entries(DESIGNS).flatMap(([design, title]) =>
      (['tuned', 'stock'] as const).map((server) => {
        const of = (count: number) =>
          speed.find((one) => one.design === design && one.server === server && one.atOnce === count);
        return [title, server, ...atOnce.map((count) => cellOf(of(count), cell))];
      }),
    );
    return table([heading, 'server', ...atOnce.map((count) => `${count} at once`)], rows);
  });
}

function cellOf(measured: Measurement | undefined, cell: (measured: Measurement) => string): string {
  return measured ? cell(measured) : '–';
}

function percentiles({ p50, p95, p99 }: Measurement['answerMs']): string {
  return [p50, p95, p99].map((ms) => Math.round(ms)).join(' / ');
}

function delayTable(delays: Figures['delays']): string {
  return table(
    [
      'gateway takes',
      'ours, p50 ms',
      'above the gateway',
      'naive, p50 ms',
      'above the gateway',
      'ours, 50 at once',
      'naive, 50 at once',
    ],
    delays.map(({ delayMs, saga, naive, sagaAtOnce, naiveAtOnce }) => [
      `${delayMs} ms`,
      short(saga.measurement.answerMs.p50),
      short(saga.overheadP50Ms),
      short(naive.measurement.answerMs.p50),
      short(naive.overheadP50Ms),
      `${short(sagaAtOnce.perSecond)}/s`,
      `${short(naiveAtOnce.perSecond)}/s`,
    ]),
  );
}

function storedTable(stored: Figures['stored']): string {
  return table(
    ['stored before', 'CPU ms a purchase', 'purchases/s, 50 at once', 'p50 until the answer, ms'],
    stored.map((one) => [
      one.stored.toLocaleString('en'),
      short(one.processorMs),
      short(one.perSecond),
      short(one.answerP50Ms),
    ]),
  );
}

function heldWords({ held, purchases, orderMs, readMs, apiMemoryBytes }: Figures['held']): string {
  return (
    `**Held answers.** While one API process holds ${held.toLocaleString('en')} answers, of ${purchases} purchases, another ` +
    `channel's order is accepted in ${percentiles(orderMs.with)} ms (p50 / p95 / p99; without them ` +
    `${percentiles(orderMs.without)}) and it reads the packages in ${percentiles(readMs.with)} ms ` +
    `(${percentiles(readMs.without)}). The API's memory: ${megabytes(apiMemoryBytes.without)} → ` +
    `${megabytes(apiMemoryBytes.with)} MB.`
  );
}

function outageWords({ open, acceptedPerSecond, memoryBytes, ...recovery }: Figures['outage']): string {
  const memory = (['server', 'worker', 'api'] as const)
    .map((role) => `${role} ${megabytes(memoryBytes.idle[role])} → ${megabytes(memoryBytes.open[role])} MB`)
    .join(', ');
  return (
    `**Outage.** With the gateway out, ${short(acceptedPerSecond)} orders a second were accepted. With ` +
    `${open.toLocaleString('en')} purchases open, resident memory: ${memory}. Once the gateway was back, half were ` +
    `finished after ${short(recovery.halfRecoverySeconds)} s and all after ${short(recovery.recoverySeconds)} s.`
  );
}

function workerWords({ delayMs, slots, perSecond, twoVsOne }: Figures['workers']): string {
  return (
    `**Workers.** At a gateway that takes ${delayMs} ms for each call, and with ${slots} slots of each kind, one worker ` +
    `sells ${short(perSecond.one)} a second and two sell ${short(perSecond.two)}: ${short(twoVsOne)} times as many.`
  );
}

function readWords(reads: Figures['reads']): string {
  return (
    `**Reads.** The API answers ${short(reads.packageReadsPerSecond)} \`GET /v1/packages\` a second by itself and ` +
    `${short(reads.purchaseReadsPerSecond)} \`GET /v1/purchases/{externalId}\` by Temporal; that is ` +
    `${short(reads.apiAloneVsPurchases)} and ${short(reads.purchaseReadsVsPurchases)} for each purchase of the ` +
    `${short(reads.purchasesPerSecond)} a second.`
  );
}

function durabilityWords({ atOnce, perSecond, aloneMs }: Figures['durability']): string {
  return (
    `**Durability.** With every commit synchronised to the disk the embedded server sells ${short(perSecond.durable)} a ` +
    `second at ${atOnce} at once, without ${short(perSecond.unsynced)}; one order alone is answered after ` +
    `${short(aloneMs.durable)} and ${short(aloneMs.unsynced)} ms (p50).`
  );
}

function measuredOn(sections: MeasuredSections): string {
  const lines = Object.entries(sections).map(([name, { machine, seconds }]) => {
    return `${name} ${when(machine)} in ${Math.round(seconds)} s (load before: ${machine.loadBefore.toFixed(1)})`;
  });
  const [machine] = Object.values(sections).map((section) => machineInWords(section.machine));
  return `Measured on ${machine}: ${lines.join('; ')}.`;
}

function when({ at }: Machine): string {
  return at.slice(0, 16).replace('T', ' ');
}

function machineInWords({ cpus, cpu, memoryBytes, node, platform }: Machine): string {
  return `${cpus} × ${cpu}, ${Math.round(memoryBytes / 1024 ** 3)} GB, ${platform}, Node ${node}`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Three figures say what there is to say. */
function short(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : String(Math.round(bytes / 1_048_576));
}
