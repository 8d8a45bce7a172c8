import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'demo-job-'));
  for (const volume of ['keys', 'channels', 'data']) mkdirSync(at(volume));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the compose file runs it, with a folder for each volume. */
async function run(): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--require', './runtime/typescript.cjs', 'dev/demo-channels.ts', at('channels/channels.json')],
    {
      cwd: path.resolve(__dirname, '../..'),
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: at('data'),
        ENCRYPTION_KEYS_FILE: at('keys/encryption-keys.json'),
      },
    },
  );
  return stdout;
}

const content = (...names: string[]) => readFileSync(at(...names), 'utf8');

describe('the job that makes the demo channels of the compose file', () => {
  it('puts key ring, registry and the keys in clear text each into its own place, and keeps them', async () => {
    expect(await run()).toMatch(/made the key ring .*[\s\S]*demo \(postpaid\): dck_/);
    const [ring, registry, demo] = [
      content('keys/encryption-keys.json'),
      content('channels/channels.json'),
      content('data/demo-channels.json'),
    ];
    expect(registry).not.toMatch(/dck_test_[\w-]{4}/); // only how a key begins
    expect(existsSync(at('channels/demo-channels.json'))).toBe(false);
    expect(await run()).not.toContain('made the key ring');
    expect([
      content('keys/encryption-keys.json'),
      content('channels/channels.json'),
      content('data/demo-channels.json'),
    ]).toEqual([ring, registry, demo]);
  });

  it('makes no other key ring where the one of before is gone, also with new volumes for the rest', async () => {
    await run();
    rmSync(at('keys/encryption-keys.json'));
    rmSync(at('data'), { recursive: true });
    await expect(run()).rejects.toThrow(/encryption-keys\.json is gone.*restore it from a backup/);
    expect(existsSync(at('keys/encryption-keys.json'))).toBe(false);
  });

  it('moves a key ring that lay beside the registry, since a new one could read nothing', async () => {
    await run();
    const ring = content('keys/encryption-keys.json');
    const told = content('data/demo-channels.json');
    renameSync(at('keys/encryption-keys.json'), at('channels/encryption-keys.json'));
    renameSync(at('data/demo-channels.json'), at('channels/demo-channels.json'));
    expect(await run()).not.toContain('made the key ring');
    expect(content('keys/encryption-keys.json')).toBe(ring);
    expect(content('data/demo-channels.json')).toBe(told);
    expect(existsSync(at('channels/encryption-keys.json'))).toBe(false);
    expect(existsSync(at('channels/demo-channels.json'))).toBe(false);
  });
});
