import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

jest.setTimeout(300_000); // for a machine that is busy with something else

const ROOT = path.resolve(__dirname, '../..');
let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'desk-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('`datacode desk`', () => {
  it('starts the desk from the installed command, without Temporal too, and prints its link', async () => {
    const desk = spawn(process.execPath, [path.join(ROOT, 'cli/bin/datacode.cjs'), 'desk', '--json'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: folder,
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        DESK_PORT: '0',
        ENCRYPTION: 'off',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(desk, 'exit');
    let said = '';
    let complaints = '';
    desk.stderr.on('data', (chunk) => (complaints += String(chunk)));
    const address = await new Promise<string>((resolve, reject) => {
      desk.stdout.on('data', (chunk) => {
        said += String(chunk);
        const [, found] = /"address":\s*"([^"]+)"/.exec(said) ?? [];
        if (found) resolve(found);
      });
      desk.once('exit', () => reject(new Error(`${said}${complaints}`)));
    });
    const { status, url } = await fetch(address);
    expect({ status, isSignIn: url.includes('/sign-in') }).toEqual({ status: 200, isSignIn: true });
    desk.kill('SIGTERM');
    await exited;
  });
});
