import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** What the behaviour tests say of a copy of the project. */
export type TestsVerdict =
  | { kind: 'green'; passed: number }
  | { kind: 'failed'; test: string; message: string; file?: string | undefined }
  /** A test, or jest as a whole, did not come to an end. */
  | { kind: 'hung'; test: string; file?: string | undefined }
  /** The tests could not run: that says nothing about them. */
  | { kind: 'broken'; message: string };

/** What `findings-reporter.js` tells. */
const findingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('failed'),
    test: z.string(),
    message: z.string(),
    file: z.string().optional(),
  }),
  z.object({ kind: z.literal('hung'), test: z.string(), file: z.string().optional() }),
  z.object({ kind: z.literal('broken'), message: z.string() }),
  z.object({ kind: z.literal('over'), passed: z.number(), failed: z.number() }),
]);

/** For jest as a whole; a single test has its own limit in `jest.config.js`. */
const RUN_LIMIT_MS = 600_000;

/**
 * Runs the behaviour tests of a folder until the first one fails.
 * @param environment where Temporal's executables are, and which tests go first
 * @param stopping ends the run; it then rejects with the signal's reason
 * @param files the test files that are run; all unless given
 */
export async function behaviourTests(
  folder: string,
  environment: Record<string, string>,
  stopping: AbortSignal,
  files: readonly string[] = [],
): Promise<TestsVerdict> {
  stopping.throwIfAborted();
  const jest = path.join(folder, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, '--config', 'test/mutation/jest.config.js', ...files], {
    cwd: folder,
    env: { ...process.env, ...environment, CACHE_DIR: '.cache' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, in which jest's workers and their Temporal servers end with it
  });
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let verdict: TestsVerdict | undefined;
  let words = '';
  const limit = setTimeout(() => {
    verdict ??= { kind: 'hung', test: `jest as a whole, for ${RUN_LIMIT_MS / 1000} s` };
    stop();
  }, RUN_LIMIT_MS);
  stopping.addEventListener('abort', stop);
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2_000)));
  createInterface(child.stdout).on('line', (line) => {
    const found = line.startsWith('{') ? findingSchema.safeParse(JSON.parse(line)).data : undefined;
    if (!found) return;
    verdict ??= found.kind === 'over' ? verdictAtTheEnd(found, words) : found;
    if (found.kind !== 'over') stop(); // one is enough
  });
  try {
    await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  } finally {
    clearTimeout(limit);
    stopping.removeEventListener('abort', stop);
  }
  stopping.throwIfAborted();
  return verdict ?? { kind: 'broken', message: words };
}

function verdictAtTheEnd(
  { passed, failed }: { passed: number; failed: number },
  words: string,
): TestsVerdict {
  return passed > 0 && failed === 0 ? { kind: 'green', passed } : { kind: 'broken', message: words };
}
