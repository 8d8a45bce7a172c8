import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export type Environment = Readonly<Record<string, string>>;

/** A generator, or what its client needs, could not be fetched: that says nothing about our document. */
export class CannotBeHad extends Error {
  override readonly name = 'CannotBeHad';
}

/** @throws CannotBeHad */
export async function fetched<T>(fetching: Promise<T>): Promise<T> {
  return fetching.catch((fault: unknown) => {
    throw new CannotBeHad('what it needs could not be fetched', { cause: fault });
  });
}

/** Whether the machine has the program; a name with a space is that of something else that is missing. */
export function hasTool(name: string): boolean {
  return !name.includes(' ') && spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** Runs a program to its end. @returns its output @throws Error with all that it printed */
export async function run(
  program: string,
  words: readonly string[],
  folder: string,
  environment: Environment = {},
): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 };
  const ended = promisify(execFile)(program, words, options);
  return ended.then(
    ({ stdout }) => stdout,
    ({ stdout = '', stderr = '', message }: { stdout?: string; stderr?: string; message: string }) => {
      throw new Error(`${message}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
    },
  );
}
