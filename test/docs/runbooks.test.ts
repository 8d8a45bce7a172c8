import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ATTENTION_REASONS } from '../../domain/purchase/attention';
import { PURCHASE_STATES } from '../../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { DAY_BREAKS_WORKFLOW } from '../../domain/reconciliation/break-register';
import { SAVED_SEARCHES } from '../../operators/saved-searches';
import { NOTICE_WORKFLOW } from '../../domain/notice/protocol';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { RECONCILIATION_WORKFLOW } from '../../domain/reconciliation/reconciliation';

const RUNBOOKS = 'docs/runbooks.md';

interface Rule {
  alert: string;
  annotations: { runbook: string; web_ui: string };
}

const { groups } = parse(readFileSync('observability/prometheus/alerts.yml', 'utf8')) as {
  groups: { rules: Rule[] }[];
}; // promtool checks the file's form
const RULES = groups.flatMap(({ rules }) => rules);

/** The sections of a document by the anchor that GitHub gives their title. */
function sections(document: string): Map<string, string> {
  const parts = readFileSync(document, 'utf8').split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [title = ''] = part.split('\n');
      return [anchorOf(title), part];
    }),
  );
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .trim()
    .replace(/ /g, '-'); // as GitHub makes it
}

/** What a query may ask for. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'WorkflowType',
  'ExecutionStatus',
  ...Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name),
]);
/** What a query may compare with. */
const WORDS: ReadonlySet<string> = new Set([
  ...Object.keys(PURCHASE_STATES),
  ...Object.keys(ATTENTION_REASONS),
  PURCHASE_WORKFLOW,
  NOTICE_WORKFLOW,
  RECONCILIATION_WORKFLOW,
  CASE_WORKFLOW,
  DAY_BREAKS_WORKFLOW,
  'Running',
  'Failed',
  'Terminated',
  'Completed',
  'TimedOut',
  'Canceled',
]);

const runbooks = sections(RUNBOOKS);

describe.each(RULES)('the alert $alert', ({ alert, annotations }) => {
  it('leads to a runbook that names it', () => {
    const [file, anchor = ''] = annotations.runbook.split('#');
    expect(file).toBe(RUNBOOKS);
    expect(runbooks.get(anchor)).toContain(`\`${alert}\``);
  });

  it('leads to a search of what there is: attributes, states and reasons of ours', () => {
    const query = decodeURIComponent(annotations.web_ui.split('?query=')[1] ?? '');
    const names = [...query.matchAll(/([A-Z]\w+) (?:=|IN)/g)].map(([, name]) => name);
    expect(names.filter((name = '') => !ATTRIBUTES.has(name))).toEqual([]);
    const values = [...query.matchAll(/'([^']+)'/g)].map(([, value = '']) => value);
    expect(values.filter((value) => !WORDS.has(value))).toEqual([]);
  });
});

/** Alerts about what a saved search finds lead to that very search. */
const OF_SAVED_SEARCHES = {
  PurchasesNeedAttention: 'needs-attention',
  AttentionTooOld: 'needs-attention',
  GatewayBreaksContract: 'needs-attention',
  PurchaseCutOff: 'ended-from-outside',
} as const;

describe.each(Object.entries(OF_SAVED_SEARCHES))('the page that %s leads to', (alert, search) => {
  it('is the saved search of operations.md', () => {
    const rule = RULES.find((each) => each.alert === alert);
    const query = decodeURIComponent(rule?.annotations.web_ui.split('?query=')[1] ?? '');
    expect(query).toBe(SAVED_SEARCHES[search].query);
  });
});

describe.each([...runbooks])('the runbook %s', (_, text) => {
  it('tells how it is noticed, what it means for money, what to do and what not, when it is over, and what was seen', () => {
    for (const part of ['You notice', 'Money', 'Do', 'Do not', 'It is over when', 'Seen']) {
      expect(text).toMatch(new RegExp(`^\\*\\*${part}(?::\\*\\*|\\*\\*)`, 'm'));
    }
  });
});

describe('the links between the operators’ documents', () => {
  it.each([RUNBOOKS, 'docs/operations.md', 'docs/observability.md', 'docs/privacy.md'])(
    'of %s into sections of others lead to one that is there',
    (document) => {
      const text = readFileSync(document, 'utf8');
      const links = [...text.matchAll(/\]\((\w[\w-]*\.md)?#([\w-]+)\)/g)];
      const dead = links.filter(([, file, anchor = '']) => {
        const target = file === undefined ? document : `docs/${file}`;
        return !headings(target).has(anchor);
      });
      expect(dead.map(([link]) => link)).toEqual([]);
    },
  );
});

function headings(document: string): Set<string> {
  const titles = [...readFileSync(document, 'utf8').matchAll(/^#{1,4} (.+)$/gm)];
  return new Set(titles.map(([, title = '']) => anchorOf(title)));
}
