import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { METRICS, type Metric } from '../../domain/metrics';

const FOLDER = 'observability';
/** Metrics of others: Prometheus itself, Node, the database's machine, and Temporal's SDK (`docs/observability.md`). */
const OF_OTHERS = /^(up|nodejs_\w+|node_filesystem_\w+|temporal_\w+)$/;
/** Words of PromQL and labels of others that may stand where a label may. */
const LABELS_OF_OTHERS: readonly string[] = [
  'le',
  'job',
  'instance',
  'task_queue',
  'worker_type',
  'failure_reason',
  'fstype',
];

interface Rule {
  alert: string;
  expr: string;
  annotations: Readonly<Record<string, string>>;
}

function rules(): Rule[] {
  const text = readFileSync(`${FOLDER}/prometheus/alerts.yml`, 'utf8');
  const { groups } = parse(text) as { groups: { rules: Rule[] }[] }; // promtool checks the file's form
  return groups.flatMap((group) => group.rules);
}

function panels(): { title: string; expressions: string[] }[] {
  const text = readFileSync(`${FOLDER}/grafana/datacode.json`, 'utf8');
  const dashboard = JSON.parse(text) as { panels: { title: string; targets?: { expr: string }[] }[] };
  return dashboard.panels.map(({ title, targets }) => ({
    title,
    expressions: (targets ?? []).map(({ expr }) => expr),
  }));
}

/** Each name with its selector, as an expression uses them. */
function selections(expression: string): { name: string; labels: string[] }[] {
  return [...expression.matchAll(/\b((?:datacode|temporal|nodejs|node)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}

function metricOf(name: string): Metric | undefined {
  return Object.values(METRICS).find((metric: Metric) =>
    metric.kind === 'histogram'
      ? [`${metric.name}_bucket`, `${metric.name}_sum`, `${metric.name}_count`].includes(name)
      : metric.name === name,
  );
}

function unknownNames(expression: string): string[] {
  return selections(expression).flatMap(({ name, labels }) => {
    if (!name.startsWith('datacode_')) return OF_OTHERS.test(name) ? [] : [name];
    const metric = metricOf(name);
    if (!metric) return [name];
    const known = new Set<string>([...metric.labels, ...LABELS_OF_OTHERS]);
    return labels.filter((label) => !known.has(label)).map((label) => `${name}{${label}}`);
  });
}

/** The labels that an expression groups by, and that its texts speak of. */
function groupedBy(expression: string): string[] {
  return [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
}

const KNOWN_LABELS: ReadonlySet<string> = new Set([
  ...Object.values(METRICS).flatMap((metric: Metric) => [...metric.labels]),
  ...LABELS_OF_OTHERS,
]);

describe.each(rules())('the alert $alert', ({ expr, annotations }) => {
  it('asks only for metrics and labels that there are', () => {
    expect(unknownNames(expr)).toEqual([]);
    expect(groupedBy(expr).filter((label) => !KNOWN_LABELS.has(label))).toEqual([]);
  });

  it('says what is the matter, and leads to its runbook and to the right page of the Web UI', () => {
    expect(annotations).toEqual({
      summary: expect.stringMatching(/\.$|[}\w]$/),
      description: expect.stringMatching(/\.\)?$/),
      runbook: expect.stringMatching(/^docs\/runbooks\.md#[a-z-]+$/),
      web_ui: expect.stringMatching(
        /^\{\{ \$externalLabels\.temporal_web_ui \}\}\/namespaces\/\{\{ \$externalLabels\.temporal_namespace \}\}\/(workflows\?query=|task-queues\/)/,
      ),
    });
  });
});

describe('the dashboard', () => {
  it.each(panels().filter(({ expressions }) => expressions.length > 0))(
    'draws only what there is: $title',
    ({ expressions }) => {
      expect(expressions.flatMap(unknownNames)).toEqual([]);
      const labels = expressions.flatMap(groupedBy);
      expect(labels.filter((label) => !KNOWN_LABELS.has(label))).toEqual([]);
    },
  );

  it('draws every metric of ours', () => {
    const drawn = new Set(
      panels().flatMap(({ expressions }) =>
        expressions.flatMap(selections).map(({ name }) => metricOf(name)?.name ?? name),
      ),
    );
    expect(Object.values(METRICS).map(({ name }) => name)).toEqual(
      expect.arrayContaining([...drawn].filter((name) => name.startsWith('datacode_'))),
    );
    expect(Object.values(METRICS).filter(({ name }) => !drawn.has(name))).toEqual([]);
  });
});

describe('the table of metrics', () => {
  it('follows Prometheus’ conventions: a unit where there is one, _total for counters, no number nor id as a label', () => {
    for (const { name, kind, labels } of Object.values(METRICS) as Metric[]) {
      expect(name).toMatch(/^datacode_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(labels).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/msisdn|number|purchase|external/)]),
      );
    }
  });
});
