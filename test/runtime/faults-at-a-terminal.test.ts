import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readJsonFile } from '../../runtime/json-file';
import { typescriptEntry } from '../../runtime/typescript-entry';

const HOSTILE = '\u001b]52;c;cm0gLXJm\u0007\u202e\nworker: ready';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'faults-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a part or a command that fails with this text. @returns what it wrote to the terminal */
async function saidBy(start: 'runPart' | 'exitAfter', text: string): Promise<string> {
  const entry = path.join(folder, `${start}.ts`);
  const work = `Promise.reject(new Error(${JSON.stringify(text)}))`;
  await writeFile(
    entry,
    `const runs = require(${JSON.stringify(path.resolve('runtime/process'))});
     runs.reportProgress(${JSON.stringify(text)});
     runs.${start}(${start === 'runPart' ? `() => ${work}` : work});`,
  );
  const run = promisify(execFile)(process.execPath, typescriptEntry(entry));
  const { stderr, stdout } = await run.catch((fault: { stderr: string; stdout: string }) => fault);
  return stdout + stderr;
}

describe('a part that is started by itself in a terminal and fails', () => {
  it.each(['runPart', 'exitAfter'] as const)(
    'shows what its fault quotes, and the terminal obeys none of it: %s',
    async (start) => {
      const said = await saidBy(start, `two lines\n${HOSTILE}`);
      expect(said).toContain('two lines\n\\u001b]52;c;cm0gLXJm\\u0007\\u202e');
      expect(said).not.toMatch(/[^\P{C}\n]/u);
    },
  );
});

describe('a file of settings with a field whose name a terminal would obey', () => {
  it.each([
    ['that nobody knows', { [HOSTILE]: 1 }],
    ['with a wrong value', { known: { [HOSTILE]: 1 } }],
  ])('is refused in one line, which shows the name: %s', async (_, content) => {
    const file = path.join(folder, 'settings.json');
    await writeFile(file, JSON.stringify(content));
    const schema = z.strictObject({ known: z.record(z.string(), z.string()).optional() });
    const told = (): unknown => readJsonFile(file, schema, 'make it');
    expect(told).toThrow(/\\u001b\]52;c;cm0gLXJm\\u0007\\u202e\\u000aworker/);
    expect(told).not.toThrow(/\nworker/);
  });

  it('is refused so where it is in it twice', async () => {
    const file = path.join(folder, 'twice.json');
    await writeFile(file, `{${JSON.stringify(HOSTILE)}: 1, ${JSON.stringify(HOSTILE)}: 2}`);
    const told = (): unknown => readJsonFile(file, z.looseObject({}), 'make it');
    expect(told).toThrow(/\\u001b\]52;c;cm0gLXJm\\u0007\\u202e\\u000aworker/);
    expect(told).not.toThrow(/\nworker/);
  });
});
