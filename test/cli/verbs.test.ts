import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { configSchema } from '../../config';
import { datacodeProgram } from '../../cli/program';
import { EXIT_CODES_IN_WORDS } from '../../cli/terminal/exit-codes';
import {
  CASE_DECISION_NAMES,
  CASE_STATES,
  caseDecisionsAt,
  type CaseKind,
  type CaseState,
} from '../../domain/case/case';
import { runProgram } from '../../cli/terminal/run-program';

/** Every verb with the words that lead to it; groups are not among them. */
function verbsOf(command: Command, path: readonly string[] = []): [path: string, verb: Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((each) => verbsOf(each, [...path, each.name()]));
}

const VERBS = verbsOf(datacodeProgram()).filter(([path]) => !path.startsWith('reconcile cases')); // an alias
/** Those whose keys may begin with a dash; what they do not know is an argument too many. */
const TAKES_ANY_OPTION = new Set(['channels expire-key', 'channels revoke-key']);

let stdout: string;
let stderr: string;
beforeEach(() => {
  stdout = '';
  stderr = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((stdout += String(text))));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((stderr += String(text))));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});

async function run(...words: readonly string[]): Promise<typeof process.exitCode> {
  await runProgram(datacodeProgram(), words);
  return process.exitCode;
}

/** The examples of the help that was printed, each as the words of a shell up to its pipe or redirection. */
function examples(): string[][] {
  const [, lines = ''] = /\nExamples:\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
  return lines
    .trim()
    .split('\n')
    .map((line) => [...(line.split(/ [|<] /)[0] ?? '').matchAll(/'([^']*)'|(\S+)/g)])
    .map((words) => words.map(([, quoted, bare]) => quoted ?? bare ?? ''));
}

describe.each(VERBS)('datacode %s', (path, verb) => {
  const words = path.split(' ');

  it('helps with examples that it takes, environment variables and exit codes', async () => {
    expect(await run(...words, '--help')).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('\nExit codes:\n  0    Done');
    const [, settings = ''] = /\nEnvironment variables:\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    const named = [...settings.matchAll(/^ {2}([A-Z_]+) {2}\S/gm)].map(([, name]) => name);
    for (const name of named) expect(Object.keys(configSchema.shape)).toContain(name);
    expect(named.length > 0 || settings === '  none\n').toBe(true);
    const known = verb.options.map(({ long }) => long);
    for (const example of examples().filter(([program]) => program === 'datacode')) {
      expect(example.slice(1).join(' ')).toMatch(
        new RegExp(`^${path.replace(/ (run|list)$/, '( $1)?')}( |$)`),
      );
      for (const option of example.filter((word) => word.startsWith('--'))) expect(known).toContain(option);
    }
    expect(examples().length).toBeGreaterThan(0);
  });

  it('prints its result as JSON with --json', () => {
    expect(path === 'completion' || verb.options.some(({ long }) => long === '--json')).toBe(true);
  });

  it('answers a misspelt option with the nearest one, on standard error', async () => {
    await run(...words, '--help');
    const [example = []] = examples();
    stdout = '';
    const option = path === 'completion' ? '--help' : '--json';
    if (TAKES_ANY_OPTION.has(path)) return;
    expect(await run(...example.slice(1), `${option}x`)).toBe(2);
    expect(stderr).toContain(`error: unknown option '${option}x'\n(Did you mean ${option}?)`);
    expect(stdout).toBe('');
  });

  it('is named to whoever misspells it', async () => {
    expect(await run(...words.slice(0, -1), `${words.at(-1)}x`)).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`unknown command.*\n\\(Did you mean (?:one of )?.*\\b${words.at(-1)}\\b`),
    );
    expect(stdout).toBe('');
  });
});

/** The examples in the help of a verb. */
async function examplesOf(path: string): Promise<string[][]> {
  stdout = '';
  await run(...path.split(' '), '--help');
  return examples();
}

describe('the examples of different verbs', () => {
  it('give a reason of their own: none is copied from another verb', async () => {
    const reasons: string[] = [];
    for (const [path] of VERBS) {
      const words = (await examplesOf(path)).flat();
      reasons.push(...new Set(words.filter((_, at) => words[at - 1] === '--why')));
    }
    expect(reasons.length).toBeGreaterThanOrEqual(CASE_DECISION_NAMES.length);
    expect(reasons.toSorted()).toEqual([...new Set(reasons)].toSorted());
  });

  it.each(CASE_DECISION_NAMES)('cases %s: the case is of a kind that is open to it', async (decision) => {
    const [example = []] = await examplesOf(`cases ${decision.replaceAll('_', '-')}`);
    const kind = /^case:[^:]+:(\w+)/.exec(example[3] ?? '')?.[1] as CaseKind; // else nothing is open to it
    const open = Object.keys(CASE_STATES).flatMap((state) => caseDecisionsAt(kind, state as CaseState));
    expect(open).toContain(decision);
  });
});

describe('a group without a verb', () => {
  it.each(['cases --jsonx', 'reconcile --datex 2026-11-23'])(
    '%s: its default verb takes the options',
    async (line) => {
      expect(await run(...line.split(' '))).toBe(2);
      expect(stderr).toMatch(/unknown option|required option/);
    },
  );

  it('shows its verbs', async () => {
    expect(await run('reconcile', '--help')).toBe(0);
    expect(stdout).toContain('now [options] <day>');
  });
});

describe('docs/commands.md', () => {
  const document = readFileSync('docs/commands.md', 'utf8');
  const commands = [...document.matchAll(/npx datacode ([^|<>#\n)]+)/g)].map(([, words = '']) =>
    words.trim(),
  );

  it('has the exit codes of the program', () => {
    const table = [...document.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(
      ([, code, meaning]) => `${code}: ${meaning}`,
    );
    const help = EXIT_CODES_IN_WORDS.split('\n').slice(1);
    expect(table).toEqual(help.map((line) => line.trim().replace(/ +/, ': ')));
  });

  it.each(commands.filter((words) => !words.startsWith('…')))('has %s, which the program takes', (line) => {
    const words = line.split(' ').filter((word) => /^[a-z]/.test(word));
    const path = VERBS.find(([each]) =>
      [`${words[0]} ${words[1]}`, words[0], `${words[0]} run`].includes(each),
    );
    const known = path?.[1].options.map(({ long }) => long);
    for (const option of line.match(/--[a-z-]+/g) ?? []) expect(known).toContain(option);
    expect(path).toBeDefined();
  });
});
