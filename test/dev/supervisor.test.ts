import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';

const ROOT = resolve(__dirname, '../..');

let folder: string;
let stack: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  output = '';
});

afterEach(async () => {
  if (stack && stack.exitCode === null && stack.signalCode === null) {
    stack.kill('SIGKILL'); // its parts see their parent gone and end by themselves
    await once(stack, 'close');
  }
  await rm(folder, { recursive: true, force: true });
});

/** A part that writes down what happens to it; `body` is what its start does. */
async function part(name: string, body = '', stop = ''): Promise<{ name: string; entry: string }> {
  const entry = join(folder, `${name}.ts`);
  await writeFile(
    entry,
    `const { runPart } = require(${JSON.stringify(join(ROOT, 'runtime/process'))});
     const { appendFileSync } = require('node:fs');
     const note = (what) => appendFileSync(${JSON.stringify(join(folder, 'events'))}, what + ' ${name}\\n');
     runPart(async () => { ${body}; note('start'); return {
       stop: async () => { ${stop}; note('stop'); }, details: { pid: process.pid } }; });`,
  );
  return { name, entry };
}

async function supervise(plans: readonly { name: string; entry: string; isKept?: boolean }[]): Promise<void> {
  const entry = join(folder, 'stack.ts');
  await writeFile(
    entry,
    `const { Supervisor } = require(${JSON.stringify(join(ROOT, 'dev/supervisor/supervisor'))});
     const { whenStopIsAsked } = require(${JSON.stringify(join(ROOT, 'runtime/process'))});
     const supervisor = new Supervisor(${JSON.stringify({ folder: join(folder, 'logs'), maxBytes: 1_000_000 })}, {
       onLine: () => undefined, onProgress: (line) => console.log(line) });
     whenStopIsAsked(() => supervisor.stop(), () => { process.exitCode = 130; supervisor.kill(); });
     supervisor.run(${JSON.stringify(plans)}, (ready) => console.log('READY ' + JSON.stringify([...ready]))).then(
       () => process.exit(), (fault) => { console.log(fault.message); process.exit(1); });`,
  );
  stack = spawn(process.execPath, typescriptEntry(entry), { stdio: ['ignore', 'pipe', 'inherit'] });
  stack.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
}

async function said(text: string): Promise<void> {
  while (!output.includes(text)) {
    if (!stack?.stdout) throw new Error('nothing was started');
    await once(stack.stdout, 'data');
  }
}

async function exitCode(): Promise<unknown> {
  if (!stack) throw new Error('nothing was started');
  if (stack.exitCode === null && stack.signalCode === null) await once(stack, 'close');
  return stack.exitCode;
}

async function events(): Promise<string[]> {
  return (await readFile(join(folder, 'events'), 'utf8')).trim().split('\n');
}

function pids(): number[] {
  const line = output.split('\n').find((candidate) => candidate.startsWith('READY ')) ?? 'READY []';
  const ready = JSON.parse(line.slice('READY '.length)) as [string, { pid: number }][]; // written by our own stack
  return ready.map(([, { pid }]) => pid);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const SLOW = 'await new Promise((resolve) => setTimeout(resolve, 300))'; // a part that is ready late, to prove order

test('parts start one after another, each when the one before is ready, and stop the other way round', async () => {
  await supervise([await part('first', SLOW), await part('second'), await part('third')]);
  await said('READY');
  const progress = output.split('\n').map((line) => line.replace(/\(\d+ s\)/, '(n s)'));
  expect(progress.slice(0, 4)).toEqual([
    '[1/3] Starting first …',
    '[1/3] first is ready (n s).',
    '[2/3] Starting second …',
    '[2/3] second is ready (n s).',
  ]);
  stack?.kill('SIGINT');
  expect(await exitCode()).toBe(0);
  expect(await events()).toEqual([
    'start first',
    'start second',
    'start third',
    'stop third',
    'stop second',
    'stop first',
  ]);
});

test('npm doubles a Ctrl-C: two signals at once are one, and the stop stays orderly', async () => {
  await supervise([await part('only', '', SLOW)]);
  await said('READY');
  stack?.kill('SIGINT');
  stack?.kill('SIGINT');
  expect(await exitCode()).toBe(0);
  expect(await events()).toEqual(['start only', 'stop only']);
});

test('one death is told with its last words, and brings the rest down in order', async () => {
  await supervise([await part('first'), await part('second', "console.error('the disk is full')")]);
  await said('READY');
  const [, second] = pids();
  if (second === undefined) throw new Error('the second part did not say its pid');
  process.kill(second, 'SIGKILL');
  expect(await exitCode()).toBe(1);
  expect(output).toContain('second died (SIGKILL)');
  expect(output).toContain('  the disk is full');
  expect(await events()).toEqual(['start first', 'start second', 'stop first']);
  expect(pids().filter(lives)).toEqual([]);
});

test('a part whose log cannot be written goes on, and it is told', async () => {
  await mkdir(join(folder, 'logs', 'second.log'), { recursive: true }); // a folder takes no lines
  await supervise([await part('first'), await part('second', "console.log('heard')")]);
  await said('READY');
  await said('second goes on without its log');
  stack?.kill('SIGINT');
  expect(await exitCode()).toBe(0);
  expect(await events()).toEqual(['start first', 'start second', 'stop second', 'stop first']);
});

test('a kept part that is killed is started again, and the others never notice', async () => {
  await supervise([await part('first'), { ...(await part('second')), isKept: true }]);
  await said('READY');
  const [, second] = pids();
  if (second === undefined) throw new Error('the second part did not say its pid');
  process.kill(second, 'SIGKILL');
  await said('second is running again');
  stack?.kill('SIGINT');
  expect(await exitCode()).toBe(0);
  expect(output).toContain('second ended (SIGKILL); restarting it.');
  expect(await events()).toEqual([
    'start first',
    'start second',
    'start second',
    'stop second',
    'stop first',
  ]);
});

test('a part that cannot start is told in its own words, and nothing after it is started', async () => {
  await supervise([
    await part('first'),
    await part('second', "throw new Error('set SECOND_PORT to a free port')"),
    await part('third'),
  ]);
  expect(await exitCode()).toBe(1);
  expect(output).toContain('second could not start (exit code 1)');
  expect(output).toContain('  set SECOND_PORT to a free port');
  expect(await events()).toEqual(['start first', 'stop first']);
});

test('a second Ctrl-C kills parts that do not stop', async () => {
  await supervise([await part('first'), await part('stuck', '', 'await new Promise(() => undefined)')]);
  await said('READY');
  stack?.kill('SIGINT');
  await said('Stopping stuck');
  const again = setInterval(() => stack?.kill('SIGINT'), 100); // a person's second press comes later than npm's echo
  expect(await exitCode()).toBe(130);
  clearInterval(again);
  expect(pids().filter(lives)).toEqual([]);
});

test('parts whose supervisor was killed stop by themselves', async () => {
  await supervise([await part('first'), await part('second')]);
  await said('READY');
  stack?.kill('SIGKILL');
  await exitCode();
  while (pids().some(lives)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await events()).slice(2).sort()).toEqual(['stop first', 'stop second']);
});
