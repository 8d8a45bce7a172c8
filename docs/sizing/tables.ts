import { readFigures, type ClusterFigures } from './figures';
import { sizeOf, type Size } from './model';

const STEPS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/** A table with a column for each step. */
function table(rows: readonly [string, (size: Size) => string][], figures: ClusterFigures): string {
  const sizes = STEPS.map((step) => sizeOf(step, figures));
  return [
    `| purchases a day | ${STEPS.map((step) => number(step)).join(' | ')} |`,
    `| --- | ${STEPS.map(() => '---:').join(' | ')} |`,
    ...rows.map(([title, cell]) => `| ${title} | ${sizes.map(cell).join(' | ')} |`),
  ].join('\n');
}

/** What Temporal Cloud would take and cost. */
export function cloudTable(figures = readFigures()): string {
  return table(
    [
      ['in the busiest minute, purchases/s', ({ peakPerSecond }) => number(peakPerSecond)],
      ['actions a month', ({ actionsAMonth }) => `${number(actionsAMonth / 1e6)} M`],
      ['actions/s in the busiest minute', ({ actionsASecond }) => number(actionsASecond)],
      ['histories kept, GB', ({ retainedGb }) => number(retainedGb)],
      ['plan', ({ cloud }) => cloud.plan],
      [
        'USD a month',
        ({ cloud }) =>
          `${cloud.isBeyondList ? 'below ' : ''}${number(cloud.usdAMonth)}${cloud.isBeyondList ? ' (by offer)' : ''}`,
      ],
    ],
    figures,
  );
}

/** What a cluster of one's own needs. */
export function ownTable(figures = readFigures()): string {
  return table(
    [
      ['workers', ({ workers }) => number(workers)],
      ['APIs', ({ apis }) => number(apis)],
      ['Temporal servers, cores in all', ({ serverCores }) => number(Math.max(serverCores, 1))],
      ['history shards', ({ shards }) => shards.toLocaleString('en-US')], // exact: chosen for the life of the database
      ['PostgreSQL, cores', ({ databaseCores }) => number(Math.max(databaseCores, 1))],
      ['PostgreSQL, GB on disk', ({ databaseGb }) => number(databaseGb)],
      ['PostgreSQL, log flushes a second, at most', ({ flushesASecond }) => number(flushesASecond)],
      ['PostgreSQL, log, MB/s', ({ walMbASecond }) => number(walMbASecond)],
    ],
    figures,
  );
}

/** What looks on, such as the Web UI, takes nothing of a purchase. */
const LEAST_SHOWN_MS = 0.1;

/** What one purchase was measured to take. */
export function measuredTable(figures = readFigures()): string {
  const { processorMsPerPurchase: processor, databasePerPurchase: database, history } = figures;
  const rows: [string, string][] = [
    ...Object.entries(processor)
      .filter(([, ms]) => ms >= LEAST_SHOWN_MS)
      .map(([kind, ms]): [string, string] => [`CPU, ${kind}`, `${number(ms)} ms`]),
    [
      'history',
      `${history.historyEvents} events, ${history.workflowTasks} workflow tasks, ${number(history.historyBytes / 1000)} kB`,
    ],
    ['billable actions', number(history.billableActions)],
    ['growth of both databases', `${number(database.storedBytes / 1000)} kB`],
    ['database log', `${number(database.walBytes / 1000)} kB, ${number(database.walSyncs)} flushes`],
    ['transactions', number(database.commits)],
    ['until the answer, p50 / p95', `${number(figures.answerMs.p50)} / ${number(figures.answerMs.p95)} ms`],
    ['rate', `${number(figures.perSecond)}/s`],
  ];
  return [
    `Measured on ${figures.measuredAt}: ${number(figures.purchases)} purchases, ${figures.atOnce} at once, on ${figures.machine}; ${figures.shards} history shards.`,
    '',
    '| one purchase | takes |',
    '| --- | --- |',
    ...rows.map(([title, value]) => `| ${title} | ${value} |`),
  ].join('\n');
}

/** Two digits that matter are all that such figures have. */
export function number(value: number): string {
  const rounded = value === 0 ? 0 : Number(value.toPrecision(2));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
