import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { builtByDotnet, hasDotnetSdk } from '../generated-clients/dotnet';
import { hasTool } from '../generated-clients/tools';

/** How a program of the quick start is run. */
export interface Program {
  name: string;
  /** What it needs on the machine; where it is missing, its stories are skipped, and the reason is printed. */
  tools: readonly string[];
  command: string;
  /** What comes before the words of each use. @param folder an empty one, for what is built */
  words(folder: string): Promise<Record<'buy' | 'ping' | 'verify', readonly string[]>>;
}

const file = (name: string) => path.resolve('examples/quick-start', name);
const uses = (...words: readonly string[]) => ({
  buy: [...words, 'buy'],
  ping: [...words, 'ping'],
  verify: [...words, 'verify'],
});

export const PROGRAMS: readonly Program[] = [
  {
    name: 'curl',
    tools: ['bash', 'curl', 'openssl'],
    command: 'bash',
    words: async () => ({
      buy: [file('buy.sh')],
      ping: [file('verify-notice.sh')],
      verify: [file('verify-notice.sh')],
    }),
  },
  {
    name: 'TypeScript',
    tools: [],
    command: process.execPath,
    words: async () => {
      const verify = typescriptEntry(file('verify-notice.ts'));
      return { buy: typescriptEntry(file('buy.ts')), ping: verify, verify };
    },
  },
  {
    name: 'Python',
    tools: ['python3'],
    command: 'python3',
    words: async () => uses(file('datacode.py')),
  },
  { name: 'PHP', tools: ['php'], command: 'php', words: async () => uses(file('datacode.php')) },
  { name: 'Go', tools: ['go'], command: 'go', words: async () => uses('run', file('datacode.go')) },
  {
    name: 'Java',
    tools: ['java', 'javac'], // a JDK: a runtime alone starts no source file
    command: 'java',
    words: async () => uses(file('Datacode.java')),
  },
  {
    name: 'C#',
    tools: ['dotnet'],
    command: 'dotnet',
    words: async (folder) => uses(await builtCopy(folder)),
  },
];

/** A copy is built, so that nothing is left beside the sources. */
async function builtCopy(folder: string): Promise<string> {
  for (const name of ['Datacode.cs', 'datacode.csproj']) await copyFile(file(name), path.join(folder, name));
  return builtByDotnet(folder, 'datacode');
}

export function missingTools({ tools }: Program): string[] {
  return tools.filter((tool) => (tool === 'dotnet' ? !hasDotnetSdk() : !hasTool(tool)));
}

export interface End {
  succeeded: boolean;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export function run(
  command: string,
  words: readonly string[],
  environment: Record<string, string>,
  input = '',
): Promise<End> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      words,
      { env: { ...process.env, ...environment }, timeout: 120_000 }, // one that waits for ever fails its story alone
      (fault, stdout, stderr) => resolve({ succeeded: fault === null, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined); // one that refuses early does not read on
    child.stdin?.end(input);
  });
}
