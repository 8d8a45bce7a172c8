import { localDay } from '../../domain/local-time';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  checkDestinations,
  checkFiles,
  correctionFiles,
  dayFiles,
  writeDocuments,
  type Destination,
} from '../../cli/reconcile/files';
import { callerPath } from '../../cli/terminal/caller-path';

const PACKAGE = path.resolve(__dirname, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'reconcile-files-'));
  await writeFile(path.join(folder, 'settlement.csv'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const inFolder = (name: string) => path.join(folder, name);

describe('a path of the command line', () => {
  const npmRun = { INIT_CWD: '/home/agent', npm_package_json: path.join(PACKAGE, 'package.json') };
  it.each([
    ['the caller’s folder, though npm run has gone to the package', npmRun, PACKAGE, '/home/agent/day.csv'],
    ['the working folder of an installed command', {}, '/srv', '/srv/day.csv'],
    [
      'the working folder that a script of another package has gone to',
      { INIT_CWD: '/home/agent', npm_package_json: '/home/agent/package.json' },
      '/home/agent/files',
      '/home/agent/files/day.csv',
    ],
  ])('is meant from %s', (_, env, cwd, expected) => {
    expect(callerPath('day.csv', { env, cwd: () => cwd })).toBe(expected);
    expect(callerPath('/tmp/day.csv', { env, cwd: () => cwd })).toBe('/tmp/day.csv');
  });
});

describe('a file that names its day', () => {
  it('is taken with it, several times, and refused without one', () => {
    expect(dayFiles('2026-11-21=b=c.csv', dayFiles('2026-11-20=a.csv', []))).toEqual([
      { day: '2026-11-20', file: 'a.csv' },
      { day: '2026-11-21', file: 'b=c.csv' },
    ]);
    expect(() => dayFiles('a.csv', [])).toThrow('a day and its file');
    expect(() => dayFiles('2026-02-30=a.csv', [])).toThrow('a day such as');
  });

  it('is optional for a correction, which is of the reconciled day without', () => {
    expect(correctionFiles('2026-11-20=a.csv', correctionFiles('b.csv', []))).toEqual([
      { file: 'b.csv' },
      { day: '2026-11-20', file: 'a.csv' },
    ]);
  });
});

describe('settlement files that cannot be read are refused before any work, by their option', () => {
  const date = localDay(new Date('2026-11-23T05:00:00Z'));
  const options = { date, thousands: 'refuse' } as const;
  const check = (named: { settlement: string; nextDay?: string; correction?: { file: string }[] }) =>
    checkFiles({ ...options, correction: [], otherDay: [], ...named, settlement: [named.settlement] });

  it('lets pass what is there, and the standard input', async () => {
    await check({ settlement: inFolder('settlement.csv'), correction: [{ file: '-' }] });
  });

  it('names the option of a file that is not there, or is a folder', async () => {
    const good = inFolder('settlement.csv');
    await expect(check({ settlement: inFolder('none.csv') })).rejects.toThrow(
      `--settlement: ${inFolder('none.csv')} cannot be read: it is not there.`,
    );
    await expect(check({ settlement: good, nextDay: folder })).rejects.toThrow(
      `--next-day: ${folder} cannot be read: it is a folder.`,
    );
  });

  it('refuses to read the standard input twice', async () => {
    await expect(check({ settlement: '-', correction: [{ file: '-' }] })).rejects.toThrow(
      '--settlement and --correction cannot share standard input',
    );
  });
});

describe('documents that were asked for', () => {
  const wanted = (option: string, destination: Destination) => ({
    option,
    destination,
    document: (text: string) => `${option} ${text}`,
  });

  it('are written where they were asked for, and nothing else is', async () => {
    const printed = await writeDocuments('text', [
      wanted('--json', inFolder('out.json')),
      wanted('--csv', undefined),
    ]);
    expect(printed).toBe(false);
    expect(await readFile(inFolder('out.json'), 'utf8')).toBe('--json text');
  });

  it('are refused before any work when they have no place, by their option', async () => {
    await expect(checkDestinations([wanted('--json', inFolder('none/out.json'))])).rejects.toThrow(
      `--json: ${inFolder('none/out.json')} cannot be written: its folder cannot be used: it is not there.`,
    );
    await expect(checkDestinations([wanted('--csv', inFolder('settlement.csv/out'))])).rejects.toThrow(
      'cannot be written: its folder is a file.',
    );
    await expect(checkDestinations([wanted('--statement', folder)])).rejects.toThrow(
      `--statement: ${folder} cannot be written: it is a folder.`,
    );
  });

  it('do not share the standard output', async () => {
    await checkDestinations([wanted('--json', true), wanted('--csv', inFolder('out.csv'))]);
    await expect(checkDestinations([wanted('--json', true), wanted('--csv', '-')])).rejects.toThrow(
      '--json and --csv cannot share standard output',
    );
  });
});
