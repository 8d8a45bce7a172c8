import path from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { PURCHASE_COLUMNS } from '../archive/purchase-columns';
import { STEP_COLUMNS } from '../archive/step-columns';
import { parse } from 'yaml';
import type { z } from 'zod';
import { writtenReport } from '../bench/written-result';
import { LINE_TYPES, STATEMENT_COLUMNS } from '../api/statements/csv';
import { SETTING_GROUPS } from '../config';
import { SECRET_VARIABLES } from '../runtime/configuration/secret-files';
import { stuckNumbersList, testNumbersTable } from '../sandbox/test-numbers';
import { BREAK_KIND_NAMES, BREAK_KINDS } from '../domain/reconciliation/breaks';
import { METRICS, METRIC_SOURCES, type Metric } from '../domain/metrics';
import { SAVED_SEARCH_NAMES, SAVED_SEARCHES, searchFor } from '../operators/saved-searches';
import { WebUiLinks } from '../client/web-ui-links';
import { actInWords, commandOf, OPERATOR_ACT_NAMES, OPERATOR_ACTS } from '../domain/purchase/operator-acts';
import { channelName, externalId } from '../domain/identifiers';
import { SETTLEMENT_COLUMN_NAMES, SETTLEMENT_COLUMNS } from '../domain/reconciliation/settlement';
import { cloudTable, measuredTable, ownTable } from './sizing/tables';
import { PURCHASE_STATES, PURCHASE_STATE_NAMES } from '../domain/purchase/states';

/** The parts of the documents that are made from the code, by the name of their markers. */
const SECTIONS = [
  { file: 'docs/configuration.md', name: 'configuration', make: configurationLists },
  { file: 'docs/performance.md', name: 'bench', make: writtenReport },
  { file: 'docs/architecture.md', name: 'states', make: statesList },
  { file: 'docs/operations.md', name: 'saved-searches', make: savedSearchesList },
  { file: 'docs/operations.md', name: 'acts', make: actsList },
  { file: 'docs/reconciliation.md', name: 'settlement-columns', make: settlementColumnsList },
  { file: 'docs/reconciliation.md', name: 'break-kinds', make: breakKindsList },
  { file: 'docs/export.md', name: 'purchase-columns', make: () => exportColumnsList(PURCHASE_COLUMNS) },
  { file: 'docs/export.md', name: 'step-columns', make: () => exportColumnsList(STEP_COLUMNS) },
  { file: 'docs/observability.md', name: 'metrics', make: metricsLists },
  { file: 'docs/observability.md', name: 'alerts', make: alertsTable },
  { file: 'docs/testing.md', name: 'test-numbers', make: testNumbersTable },
  { file: 'docs/testing.md', name: 'stuck-numbers', make: stuckNumbersList },
  { file: 'docs/operations.md', name: 'stuck-numbers', make: stuckNumbersList },
  { file: 'docs/sizing.md', name: 'sizing-measured', make: () => measuredTable() },
  { file: 'docs/sizing.md', name: 'sizing-cloud', make: () => cloudTable() },
  { file: 'docs/sizing.md', name: 'sizing-own', make: () => ownTable() },
  { file: 'docs/quick-start.md', name: 'curl', make: () => shown('bash', 'buy.sh', 'verify-notice.sh') },
  { file: 'docs/quick-start.md', name: 'typescript', make: () => shown('ts', 'buy.ts', 'verify-notice.ts') },
  { file: 'docs/quick-start.md', name: 'python', make: () => shown('python', 'datacode.py') },
  { file: 'docs/quick-start.md', name: 'php', make: () => shown('php', 'datacode.php') },
  { file: 'docs/quick-start.md', name: 'go', make: () => shown('go', 'datacode.go') },
  { file: 'docs/quick-start.md', name: 'java', make: () => shown('java', 'Datacode.java') },
  {
    file: 'docs/quick-start.md',
    name: 'csharp',
    make: () => `${shown('xml', 'datacode.csproj')}\n\n${shown('csharp', 'Datacode.cs')}`,
  },
  { file: 'docs/statements.md', name: 'statement-columns', make: statementColumnsList },
  { file: 'docs/statements.md', name: 'statement-lines', make: statementLinesList },
] as const;

/**
 * A document with its made parts made anew.
 * @throws Error when a marker is missing
 */
export function refreshed(text: string, name: string, made: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the markers ${begin} and ${end} are missing`);
  return `${text.slice(0, from + begin.length)}\n\n${made}\n\n${text.slice(to)}`;
}

/** A document's lines. Prettier pads tables; how wide a column is says nothing about what is in it. */
export const linesOf = (text: string): string[] =>
  text.replace(/ +/g, ' ').replace(/-{3,}/g, '---').split(/\n+/);

/** Whether two texts say the same, however their tables are padded. */
export function sameDocument(one: string, other: string): boolean {
  return linesOf(one).join('\n') === linesOf(other).join('\n');
}

/** The documents that `npm run docs` would change: none when all are fresh. */
export function staleDocuments(): { file: string; fresh: string }[] {
  const texts = new Map<string, string>();
  for (const { file, name, make } of SECTIONS) {
    texts.set(file, refreshed(texts.get(file) ?? readFileSync(file, 'utf8'), name, make()));
  }
  return [...texts]
    .filter(([file, fresh]) => !sameDocument(readFileSync(file, 'utf8'), fresh))
    .map(([file, fresh]) => ({ file, fresh }));
}

/** A heading and a list for each group: a table would be wider than a screen. */
function configurationLists(): string {
  return SETTING_GROUPS.map(({ title, settings }) => {
    const lines = Object.entries<z.ZodType>(settings).map(([name, setting]) => settingLine(name, setting));
    return [`## ${title}`, '', ...lines].join('\n');
  }).join('\n\n');
}

function settingLine(name: string, setting: z.ZodType): string {
  const empty = setting.safeParse(undefined);
  const set = empty.success ? spelled(name, empty.data) : '';
  const fallback = set === '' ? '' : ` (default \`${set}\`)`;
  const byFile = isSecret(name) ? ` May be in a file named by \`${name}_FILE\`.` : '';
  return `- \`${name}\`${fallback}: ${setting.description ?? ''}${byFile}`;
}

const isSecret = (name: string): boolean => SECRET_VARIABLES.some((secret) => secret === name);

function statementColumnsList(): string {
  return meanings(STATEMENT_COLUMNS);
}

function statementLinesList(): string {
  return meanings(LINE_TYPES);
}

function meanings(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
    .join('\n');
}

/** Programs of the quick start, as they are run by its test. */
function shown(language: string, ...files: readonly string[]): string {
  return files
    .map((file) => {
      const text = readFileSync(`examples/quick-start/${file}`, 'utf8').trimEnd();
      return `[\`${file}\`](../examples/quick-start/${file})\n\n\`\`\`${language}\n${text}\n\`\`\``;
    })
    .join('\n\n');
}

/** Durations are kept in milliseconds; a person reads them as they may be written. */
function spelled(name: string, value: unknown): string {
  if (typeof value === 'object' || value === undefined) return ''; // several values, each of which the description gives
  if (typeof value === 'string' && path.isAbsolute(value)) return path.relative('.', value); // a file of ours
  if (typeof value !== 'number' || /PORT|BYTES|LIMIT|CONCURRENCY|PROXIES/.test(name))
    return `${value as string | number | boolean}`; // as settings are
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const unit = units.find(([, size]) => value >= size && value % size === 0);
  return unit ? `${value / unit[1]}${unit[0]}` : `${value}ms`;
}

function statesList(): string {
  return PURCHASE_STATE_NAMES.map((state) => {
    const { meaning, next } = PURCHASE_STATES[state];
    const after = next.map((to) => `\`${to}\``).join(', ');
    return `- \`${state}\`: ${meaning} ${after ? `Next: ${after}.` : 'This is an outcome.'}`;
  }).join('\n');
}

/** The Web UI of `npm start`, and the namespace that it makes. */
const WEB_UI = new WebUiLinks('http://127.0.0.1:8233', 'default');

function savedSearchesList(): string {
  const searches = [
    ...SAVED_SEARCH_NAMES.map((name) => SAVED_SEARCHES[name]),
    {
      title: 'One channel today',
      meaning: 'All orders of `demo` on one day (Vietnam time). Replace the channel and the day.',
      query: searchFor([], { channel: 'demo', day: '2026-11-25' }),
    },
  ];
  return searches
    .map(({ title, meaning, query }) => `- [${title}](${WEB_UI.search(query)}): ${meaning}\n  \`${query}\``)
    .join('\n');
}

function actsList(): string {
  const order = { channel: channelName('demo'), externalId: externalId('order-1001') };
  const rows = OPERATOR_ACT_NAMES.map((act) => {
    const { decision } = OPERATOR_ACTS[act];
    const update = decision === null ? '`cancel`' : `\`decide\`, \`"decision": "${decision}"\``;
    return `- ${actInWords(act)}\n  - Web UI: ${update}\n  - Command: \`${commandOf(act, order)}\``;
  });
  return rows.join('\n');
}

function settlementColumnsList(): string {
  return SETTLEMENT_COLUMN_NAMES.map((column) => {
    const { meaning, form, example } = SETTLEMENT_COLUMNS[column];
    return `- \`${column}\`: ${meaning}\n  - Form: ${form}\n  - Example: \`${example}\``;
  }).join('\n');
}

function exportColumnsList(columns: Record<string, { meaning: string; form: string }>): string {
  return Object.entries(columns)
    .map(([name, { meaning, form }]) => `- \`${name}\`: ${meaning} Form: ${form}`)
    .join('\n');
}

/** By the processes that report them. */
function metricsLists(): string {
  const metrics: Metric[] = Object.values(METRICS);
  return Object.entries(METRIC_SOURCES)
    .map(([source, words]) => {
      const items = metrics.filter((metric) => metric.source === source).map(metricItem);
      return [`Reported by ${words}:`, '', ...items].join('\n');
    })
    .join('\n\n');
}

function metricItem({ name, kind, help, labels }: Metric): string {
  const by = labels.length > 0 ? ` by ${labels.map((label) => `\`${label}\``).join(', ')}` : '';
  return `- \`${name}\` (${kind}${by}): ${help}`;
}

interface AlertRule {
  alert: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

function alertsTable(): string {
  const { groups } = parse(readFileSync('observability/prometheus/alerts.yml', 'utf8')) as {
    groups: { rules: AlertRule[] }[];
  }; // promtool checks the file's form
  const rows = groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, labels, annotations }) => {
      const anchor = annotations.runbook.replace(/^.*#/, '');
      const summary = annotations.summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, '_$1_');
      return `| ${alert} | ${labels.severity} | ${summary} | \`${anchor}\` |`;
    });
  return ['| alert | severity | what it says | runbook |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function breakKindsList(): string {
  return BREAK_KIND_NAMES.map((kind) => {
    const { nature, en, vi, next } = BREAK_KINDS[kind];
    return `- \`${kind}\` (${nature}): ${en}. _${vi}._\n  Next: ${next}`;
  }).join('\n');
}

if (require.main === module) {
  for (const { file, fresh } of staleDocuments()) {
    writeFileSync(file, fresh);
    process.stdout.write(`made ${file} anew\n`);
  }
}
