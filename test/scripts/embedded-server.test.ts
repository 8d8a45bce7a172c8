import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config';
import { startTemporalServer } from '../../scripts/temporal/server';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'embedded-server-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the server would be started with: a program in its place writes its arguments down and ends. */
async function argumentsOfServer(): Promise<string[]> {
  const [program, written] = [path.join(folder, 'temporal'), path.join(folder, 'arguments')];
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${written}'\nexit 3\n`);
  chmodSync(program, 0o700);
  const config = loadConfig({
    DATA_DIR: folder,
    TEMPORAL_CLI_PATH: program,
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
  });
  await expect(startTemporalServer(config, 'default', () => undefined)).rejects.toThrow(
    /ended by itself \(3\)/,
  );
  return readFileSync(written, 'utf8').split('\n');
}

describe('the embedded server that is started', () => {
  it('synchronises every commit to the disk, so that a sale that was answered outlives a power cut', async () => {
    const given = await argumentsOfServer();
    const pragmas = given.filter((_, index) => given[index - 1] === '--sqlite-pragma');
    // by default SQLite in WAL mode, and the server, synchronise only now and then (1)
    expect(pragmas.toSorted()).toEqual(['journal_mode=wal', 'synchronous=2']);
  });
});
