import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../../../package.json';
import { findExecutable } from '../../../dev/temporal/executable';
import { builtPrograms, programsFolder } from '../../../dev/cluster/temporal-programs';
import { placeOfOthers } from '../../../runtime/own-place.cjs';
import { typescriptEntry } from '../../../runtime/typescript-entry';
import { workflowBundle } from '../../../worker/workflow-bundle';

const ROOT = path.resolve(__dirname, '../../..');
/** What tsx calls its folder of transformed code, within the folder for temporary files. */
const TSX = `tsx-${process.geteuid?.()}`;
const execute = promisify(execFile);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'own-code-'))));
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);

/** Runs a program of ours, whose cache and temporary files are where the test has them. */
function run(words: string[], cache = at('cache'), temporary = at('temporary')) {
  const env = { ...process.env, TMPDIR: temporary, CACHE_DIR: cache };
  return execute(process.execPath, words, { cwd: folder, env });
}

/** Everybody may write there, so another user may have put a line of his own before each file's code. */
async function openToEverybody(place: string): Promise<void> {
  await chmod(place, 0o777);
  for (const name of await readdir(place)) {
    const entry = JSON.parse(await readFile(path.join(place, name), 'utf8')) as { code: string }; // as tsx keeps it
    const code = `process.stderr.write('code of another user\\n');${entry.code}`;
    await writeFile(path.join(place, name), JSON.stringify({ ...entry, code }));
  }
}

const ENTRY = path.join(ROOT, 'sdk/datacode-listen.ts');
const PROGRAMS: [string, string[]][] = [
  ['an entry point', typescriptEntry(ENTRY, '--help')],
  ['the installed command', [path.join(ROOT, 'cli/bin/datacode.cjs'), '--help']],
];

describe('code that another user of the machine put where all may write', () => {
  beforeEach(async () => {
    await mkdir(at('temporary'));
    await mkdir(at('cache'), { mode: 0o700 });
  });

  it.each(PROGRAMS)('is not run from the folder for temporary files: %s', async (_, words) => {
    await run(words, at('temporary')); // leaves there what another user could make as well: our code is public
    await openToEverybody(at(`temporary/${TSX}`));
    const { stdout, stderr } = await run(words);
    expect([stdout !== '', stderr]).toEqual([true, '']);
  });

  it.each(PROGRAMS)('is not run from a cache that they may change: %s', async (_, words) => {
    await run(words);
    await openToEverybody(at(`cache/${TSX}`));
    const { stdout, stderr } = await run(words);
    expect([stdout !== '', stderr]).toEqual([true, '']);
  });

  it('is not in the cache, which is its owner’s only, nor is anything left where all may write', async () => {
    await run(typescriptEntry(ENTRY, '--help'));
    expect((await readdir(at(`cache/${TSX}`))).length).toBeGreaterThan(0);
    expect((await stat(at(`cache/${TSX}`))).mode & 0o777).toBe(0o700);
    expect(await readdir(at('temporary'))).toEqual([]);
  });

  it('is not run as Temporal’s server', async () => {
    const sought = {
      title: 'tiny program',
      name: 'tiny-program',
      sdkServer: 'local' as const,
      wheel: { requirements: 'none', script: 'tiny', version: '1' },
    };
    const program = at('cache/tiny-program-1');
    await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
    const find = () =>
      findExecutable(sought, { CACHE_DIR: at('cache'), TEMPORAL_DOWNLOAD: false }, () => undefined);
    expect(await find()).toBe(program);
    for (const [place, mode] of [
      [program, 0o777],
      [at('cache'), 0o777],
    ] as const) {
      await chmod(place, mode);
      await expect(find()).rejects.toThrow(`other users of this machine may change ${place}:`);
      await chmod(place, 0o700);
    }
  });

  it('is not run as the cluster’s programs', async () => {
    const config = { CACHE_DIR: at('cache') };
    await mkdir(programsFolder(config));
    expect(builtPrograms(config)?.server).toBe(path.join(programsFolder(config), 'temporal-server'));
    await chmod(programsFolder(config), 0o777);
    expect(() => builtPrograms(config)).toThrow('other users of this machine may change');
  });

  it('is not run as the workflows', async () => {
    await mkdir(path.join(ROOT, '.cache'), { recursive: true });
    const sources = await mkdtemp(path.join(ROOT, '.cache', 'own-code-')); // in the project, since workflows need the SDK
    try {
      const workflowsPath = path.join(sources, 'workflows.ts');
      await writeFile(workflowsPath, 'export async function nothing() {}\n');
      const minuteAgo = new Date(Date.now() - 60_000);
      await utimes(workflowsPath, minuteAgo, minuteAgo);
      const { code } = await workflowBundle(at('cache'), { workflowsPath });
      const [kept = ''] = await readdir(at('cache'));
      const text = await readFile(at(`cache/${kept}`), 'utf8');
      await writeFile(at(`cache/${kept}`), text.replace('"code":"', '"code":"stolen();'));
      await chmod(at(`cache/${kept}`), 0o666);
      expect((await workflowBundle(at('cache'), { workflowsPath })).code).toBe(code);
    } finally {
      await rm(sources, { recursive: true });
    }
  });
});

describe('what another user put beside the program, above it, or into the working folder', () => {
  let above: string;
  beforeEach(async () => {
    await mkdir(path.join(ROOT, '.cache'), { recursive: true });
    above = await mkdtemp(path.join(ROOT, '.cache', 'own-code-')); // in the project, since workflows need the SDK
    await put('program/workflows.ts', 'export async function nothing() { return Math.PI; }\n');
  });
  afterEach(() => rm(above, { recursive: true }));

  async function put(name: string, text: string, base = above): Promise<void> {
    const place = path.join(base, name);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, text);
  }

  /** Bundles as a worker does, in a process of its own. */
  function bundle() {
    const workflowsPath = path.join(above, 'program/workflows.ts');
    const code = [
      `const { workflowBundle } = require(${JSON.stringify(path.join(ROOT, 'worker/workflow-bundle'))});`,
      `workflowBundle('cache', { workflowsPath: ${JSON.stringify(workflowsPath)} }).then(({ code }) => console.log(code.split('OTHER_USER').length));`,
    ].join('\n');
    return run(['--require', path.join(ROOT, 'runtime/typescript.cjs'), '--eval', code]);
  }

  it('is not run when the workflows are bundled: a list of browsers that names a package', async () => {
    await put('browserslist', 'extends browserslist-config-other\n', folder);
    const other = "require('node:fs').writeFileSync('taken', ''); module.exports = ['last 1 version'];\n";
    await put('node_modules/browserslist-config-other/index.js', other, folder);
    await bundle();
    expect(await readdir(folder)).not.toContain('taken');
  });

  it('does not rewrite the workflows: a .swcrc', async () => {
    const globals = { vars: { Math: 'OTHER_USER' } };
    await put('.swcrc', JSON.stringify({ jsc: { transform: { optimizer: { globals } } } }));
    expect((await bundle()).stdout).toBe('1\n'); // no place where it is
  });

  it('is no part of the workflows: a package that is not the program’s', async () => {
    await put('node_modules/other/index.js', 'exports.other = 1;\n', folder);
    const other = path.join(folder, 'node_modules/other/index.js');
    await put('program/workflows.ts', `export { other } from ${JSON.stringify(other)};\n`);
    await expect(bundle()).rejects.toThrow('other');
  });
});

describe('each way in which our TypeScript is started', () => {
  it('goes through the one file that gives the loader its cache', async () => {
    const files = ['Dockerfile', 'docker-compose.temporal.yml'].map((file) => path.join(ROOT, file));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const commands = [...Object.values(packageJson.scripts), ...texts.join('\n').split('\n')];
    const ofTypescript = commands.filter((line) => /\bnode\b.*\.ts\b/.test(line));
    expect(ofTypescript.length).toBeGreaterThan(30);
    expect(ofTypescript.filter((line) => !line.includes('./runtime/typescript.cjs'))).toEqual([]);
    expect(commands.filter((line) => /\btsx\b/.test(line))).toEqual([]);
  });
});

describe('a cache within a program that its group may change as well (umask 0002)', () => {
  it.each([
    [0o775, 0o775, true],
    [0o777, 0o777, true],
    [0o755, 0o775, false],
    [0o775, 0o777, false],
    [0o755, 0o755, true],
  ])('is used only if it is no more open than the program: %o, %o', async (program, cache, isUsed) => {
    await mkdir(at('program/.cache'), { recursive: true });
    await chmod(at('program'), program);
    await chmod(at('program/.cache'), cache);
    const root = await realpath(at('program'));
    expect(placeOfOthers(at('program/.cache'), root) === undefined).toBe(isUsed);
  });
});

describe('a cache that no file system can have', () => {
  it('only costs time: nobody waits for it for ever', async () => {
    const { stdout } = await run(typescriptEntry(ENTRY, '--help'), '/proc/none');
    expect(stdout).not.toBe('');
  });
});
