import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bin } from '../../package.json';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

const PACKAGE = path.resolve(__dirname, '../..');
const execute = promisify(execFile);

jest.setTimeout(240_000);

/** What the older names of the command stand for. */
const GROUPS: Record<string, string> = {
  'datacode-export': ' export',
  'datacode-ops': ' purchases',
  'datacode-reconcile': ' reconcile',
};

/** What npm leaves: the packed files beside their dependencies, and a link to each command. */
let installed: string;
/** What it contains before any command was called. */
let rooms: string[];
/** Where the commands are called: another project's folder, with a tsconfig.json that is not ours. */
let elsewhere: string;
beforeAll(async () => {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'installed-')));
  const packed = await execute('npm', ['pack', '--pack-destination', folder, '--ignore-scripts'], {
    cwd: PACKAGE,
  });
  await execute('tar', ['-xzf', packed.stdout.trim(), '-C', folder], { cwd: folder });
  installed = path.join(folder, 'package');
  rooms = await readdir(installed);
  await symlink(path.join(PACKAGE, 'node_modules'), path.join(installed, 'node_modules'));
  elsewhere = path.join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const tsconfig = { compilerOptions: { paths: { commander: ['./nothing'] } } };
  await writeFile(path.join(elsewhere, 'tsconfig.json'), JSON.stringify(tsconfig));
});
afterAll(() => rm(path.dirname(installed), { recursive: true, force: true }));

describe('the package, packed and installed as npm does it', () => {
  it.each(Object.entries(bin))(
    'gives %s, which runs from any folder without an environment',
    async (name, file) => {
      const link = path.join(elsewhere, name);
      await symlink(path.join(installed, file), link);
      const { stdout, stderr } = await execute(process.execPath, [link, '--help'], {
        cwd: elsewhere,
        env: {},
      });
      expect(stdout).toContain(`Usage: datacode${GROUPS[name] ?? ''} [`);
      expect(stderr).toBe('');
    },
  );

  it('gives the operators’ desk, which begins as a process of its own and ends when it is told to', async () => {
    const [port = 0] = await freePorts(1);
    const link = path.join(elsewhere, 'desk');
    await symlink(path.join(installed, bin.datacode), link);
    const env = {
      DESK_PORT: String(port),
      TEMPORAL_ADDRESS: '127.0.0.1:1', // nobody is there: the desk begins all the same
      ENCRYPTION: 'false',
      DATA_DIR: elsewhere,
    };
    const desk = spawn(process.execPath, [link, 'desk', '--json'], { cwd: elsewhere, env });
    let [told, faults] = ['', ''];
    desk.stdout.on('data', (chunk) => (told += String(chunk)));
    desk.stderr.on('data', (chunk) => (faults += String(chunk)));
    const ended = once(desk, 'exit');
    try {
      await eventually(
        'the desk’s address',
        () => told.includes('sign-in?token=') || desk.exitCode !== null || undefined,
      );
      expect([told, desk.exitCode === null ? '' : faults]).toEqual([
        expect.stringContaining(`http://127.0.0.1:${port}/sign-in?token=`),
        '',
      ]);
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    } finally {
      desk.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  it('leaves the tests at home', () => {
    expect(rooms).toContain('client');
    expect(rooms.filter((room) => ['test', '.data', '.cache', '.ci', 'coverage'].includes(room))).toEqual([]);
  });
});
