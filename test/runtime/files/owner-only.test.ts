import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { makeDataFolder } from '../../../runtime/folder';
import { typescriptEntry } from '../../../runtime/typescript-entry';

const ROOT = path.resolve(__dirname, '../../..');

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'owner-only-'));
  folder = path.join(parent, '.data');
});
afterEach(() => rmSync(parent, { recursive: true }));

/** What is in a folder, and the folder itself, that others may read, write or enter. */
function openToOthers(place: string): string[] {
  return [
    place,
    ...readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => path.join(place, name)),
  ]
    .filter((found) => !lstatSync(found).isSymbolicLink() && (lstatSync(found).mode & 0o077) !== 0)
    .map((found) => `${path.relative(parent, found)} ${(lstatSync(found).mode & 0o777).toString(8)}`)
    .toSorted();
}

/** Starts a program of the product by somebody whose umask keeps nothing from others. */
function startedOpenly(entry: string, words: string[], settings: Record<string, string>): ChildProcess {
  const before = process.umask(0);
  const child = spawn(process.execPath, typescriptEntry(path.join(ROOT, entry), ...words), {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, DATA_DIR: folder, ...settings },
  });
  process.umask(before);
  return child;
}

/** Runs a part of the product until it is ready. */
async function ranOpenly(entry: string, look: () => void): Promise<void> {
  const child = startedOpenly(entry, [], {
    ENCRYPTION: 'off',
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
    SANDBOX_PORT: '0',
  });
  const ended = once(child, 'close');
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message) => void ((message as { type?: string }).type === 'ready' && resolve())); // as runPart sends it
      void ended.then(() => reject(new Error(`${entry} ended before it was ready`)));
    });
    look();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

describe('what the product writes on a machine with other users', () => {
  it.each([
    ['dev/temporal/main.ts', 'temporal.db'],
    ['sandbox/main.ts', 'sandbox-ledger.ndjson'],
  ])(
    'is its owner’s only, whatever the umask: %s',
    async (entry, file) => {
      await ranOpenly(entry, () => {
        expect(readdirSync(folder)).toContain(file);
        expect(openToOthers(folder)).toEqual([]);
      });
      expect(openToOthers(folder)).toEqual([]);
    },
    120_000,
  );

  it.each([
    ['cli/main.ts', ['keys', 'create'], 'encryption-keys.json'],
    ['dev/demo-channels.ts', [], 'demo-channels.json'],
  ])(
    'is its owner’s only, whatever the umask, by a command that ends: %s',
    async (entry, words, file) => {
      await once(startedOpenly(entry, words, {}), 'close');
      expect(readdirSync(folder)).toContain(file);
      expect(openToOthers(folder)).toEqual([]);
    },
    120_000,
  );

  it('is its owner’s only also where an earlier version left it open', async () => {
    mkdirSync(path.join(folder, 'batches'), { recursive: true });
    for (const name of ['temporal.db', 'temporal.db-wal', 'batches/batch-1.json'])
      writeFileSync(path.join(folder, name), '84901234567');
    for (const name of ['', 'batches']) chmodSync(path.join(folder, name), 0o755);
    for (const name of ['temporal.db', 'temporal.db-wal', 'batches/batch-1.json'])
      chmodSync(path.join(folder, name), 0o644);
    expect(openToOthers(folder)).toHaveLength(5);
    await makeDataFolder(folder);
    expect(openToOthers(folder)).toEqual([]);
  });

  it.each([path.parse(__dirname).root, path.dirname(homedir()), path.resolve(__dirname, '../../..')])(
    'is no folder in which all users’ homes are, or the program: %s',
    async (place) => {
      await expect(makeDataFolder(place)).rejects.toThrow('Set DATA_DIR to a folder of its own');
    },
  );

  it('leaves alone what a link leads to, and a folder that others may pass through and no more', async () => {
    const elsewhere = path.join(parent, 'elsewhere');
    mkdirSync(elsewhere);
    chmodSync(elsewhere, 0o755);
    mkdirSync(path.join(folder, 'cluster'), { recursive: true });
    symlinkSync(elsewhere, path.join(folder, 'link'));
    chmodSync(path.join(folder, 'cluster'), 0o711); // PostgreSQL runs as another user there
    await makeDataFolder(folder);
    expect(openToOthers(parent)).toEqual(['.data/cluster 711', 'elsewhere 755']);
  });
});
