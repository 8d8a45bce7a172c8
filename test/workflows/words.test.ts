import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import type { temporal } from '@temporalio/proto';
import { recordedHistories } from '../support/histories';

type Event = temporal.api.history.v1.IHistoryEvent;

/** What an event of this kind makes appear in the Web UI's timeline; nothing for all others. */
function shownAs(event: Event): string | undefined {
  const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
  if (activity) return `activity ${activity}`;
  if (event.timerStartedEventAttributes) return `timer ${event.timerStartedEventAttributes.timerId ?? ''}`;
  const marker = event.markerRecordedEventAttributes?.markerName;
  return marker === 'core_local_activity' ? 'local activity' : undefined;
}

function summaryOf({ userMetadata }: Event): string {
  const data = userMetadata?.summary?.data;
  return data ? (JSON.parse(Buffer.from(data).toString()) as string) : ''; // a payload of the converter's JSON
}

describe.each(recordedHistories())('the history $name', ({ history }) => {
  it('says of every call and every pause in words what it is for', () => {
    const shown = (history.events ?? []).flatMap((event) => {
      const what = shownAs(event);
      return what === undefined ? [] : [{ what, summary: summaryOf(event) }];
    });
    expect(shown.filter(({ summary }) => !/\S+ \S+/.test(summary))).toEqual([]);
    expect(shown.filter(({ summary }) => /\d{9}/.test(summary))).toEqual([]);
  });
});

/** A node of swc's tree, as far as it is looked at. */
interface Node {
  type?: string;
  value?: unknown;
  [field: string]: unknown;
}

interface Call {
  name: string;
  args: Node[];
}

/** Every call of a function by its bare name, wherever it is in a file. */
function callsIn(file: string): Call[] {
  const calls: Call[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node; // an object of the tree
    const callee = node['callee'] as Node | undefined;
    if (node.type === 'CallExpression' && callee?.type === 'Identifier') {
      const args = node['arguments'] as { expression: Node }[]; // a call has its arguments
      calls.push({ name: String(callee.value), args: args.map(({ expression }) => expression) });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript' }).body);
  return calls;
}

/** The names of an object literal's fields, `{ summary }` included. */
function fieldsOf(node: Node | undefined): string[] {
  if (node?.type !== 'ObjectExpression') return [];
  const properties = node['properties'] as Node[]; // an object literal has them
  return properties.map((property) => String(((property['key'] ?? property) as Node).value)); // a key, or a shorthand
}

/** What must be said in words, and where: the function, its argument, the field. */
const WORDS: readonly { of: string; at: number; field: string; if?: (args: Node[]) => boolean }[] = [
  { of: 'setHandler', at: 2, field: 'description' },
  { of: 'sleep', at: 1, field: 'summary' },
  { of: 'condition', at: 2, field: 'summary', if: (args) => args.length > 1 }, // with a time limit it is a timer
  { of: 'startChild', at: 1, field: 'staticSummary' },
  { of: 'executeChild', at: 1, field: 'staticSummary' },
];
/** Makes the options of a child workflow, its summary among them. */
const CHILD_OPTIONS = 'noticeChild';

const SOURCES = sourcesOf('workflows');

function sourcesOf(room: string): string[] {
  return readdirSync(room, { recursive: true })
    .map((file) => path.join(room, String(file)))
    .filter((file) => file.endsWith('.ts'));
}

describe('the workflows’ code', () => {
  const calls = SOURCES.flatMap((file) => callsIn(file).map((call) => ({ file, ...call })));

  it.each(WORDS)('gives every $of a $field', ({ of, at, field, if: applies = () => true }) => {
    const concerned = calls.filter(({ name, args }) => name === of && applies(args));
    expect(concerned.length).toBeGreaterThan(0);
    const silent = concerned.filter(({ args }) => {
      const callee = args[at]?.['callee'] as Node | undefined;
      return callee?.value !== CHILD_OPTIONS && !fieldsOf(args[at]).includes(field);
    });
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  it('gives a notice’s child workflow its summary where its options are made', () => {
    expect(readFileSync('workflows/notice/child.ts', 'utf8')).toMatch(/staticSummary: `[^`]+`/);
  });
});

describe('whatever starts a workflow from outside', () => {
  const STARTERS =
    /\.(?:start|signalWithStart)<|new WithStartWorkflowOperation<|scheduleOptions|startWorkflow'/;
  const files = ['client', 'worker', 'reconciliation', 'operators', 'api', 'cli']
    .flatMap(sourcesOf)
    .filter((file) => STARTERS.test(readFileSync(file, 'utf8')));

  /** A schedule keeps its summary, encrypted, for as long as it is there: the workflow that it starts tells instead. */
  const TOLD_BY_ITS_WORKFLOW = new Map([['worker/sweep-schedule.ts', 'workflows/case/closed-purchases.ts']]);

  /** With and without a wait; sent again, and in the place of another. */
  const SHARED_OPTIONS = new Set([
    'client/temporal-purchases.ts',
    'client/notice-workflows.ts',
    'client/cases.ts',
  ]);

  it('says in words what the workflow is about', () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
    const silent = files.filter((file) => {
      const workflow = TOLD_BY_ITS_WORKFLOW.get(file);
      if (workflow) return !readFileSync(workflow, 'utf8').includes('setCurrentDetails(');
      const text = readFileSync(file, 'utf8');
      const starts = text.match(new RegExp(STARTERS.source, 'g')) ?? [];
      const optionsAreShared = SHARED_OPTIONS.has(file);
      return (text.match(/staticSummary:/g) ?? []).length < (optionsAreShared ? 1 : starts.length);
    });
    expect(silent).toEqual([]);
  });
});
