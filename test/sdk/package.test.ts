import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildSdk, writeSources } from '../../dev/sdk/build';
import rootManifest from '../../package.json';
import manifest from '../../sdk/package.json';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);
/** The SDK's dependencies and theirs, packed from node_modules, so that the installation needs no registry. */
const LIBRARIES = ['eventsource-parser', 'standardwebhooks', '@stablelib/base64', 'fast-sha256'];
const ORDER = { externalId: 'order-1', msisdn: '0900000001', package: 'D90' };

const PROGRAM = `
import { DatacodeClient, UnverifiedNotice, verifyNotice, type Purchase } from 'datacode-sdk';

async function main(): Promise<void> {
  const client = new DatacodeClient({ baseUrl: process.argv[2] ?? '', key: 'dck_test_key' });
  const purchase: Purchase = await client.submit(${JSON.stringify(ORDER)}, { wait: 30 });
  const outcome: 'succeeded' | 'rejected' | 'rolled_back' | 'cancelled' | 'given_up' | null = purchase.outcome;
  let verdict = 'verified';
  try {
    verifyNotice({}, '{}', 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0');
  } catch (fault) {
    if (fault instanceof UnverifiedNotice) verdict = 'unverified';
  }
  process.stdout.write(\`\${outcome} \${verdict}\`);
}
void main();
`;

let folder: string;
/** A channel's project: the packed SDK is installed in it, and nothing else of this repository. */
let project: string;
let api: Server;
let orders: unknown[];

async function packed(source: string): Promise<string> {
  const words = ['pack', source, '--pack-destination', folder, '--ignore-scripts', '--json'];
  const { stdout } = await run('npm', words, { cwd: folder });
  const [{ filename } = { filename: '' }] = JSON.parse(stdout) as { filename: string }[]; // npm's own list
  return path.join(folder, filename);
}

/** @returns the compiler's messages; none when the project is right */
async function typeFaults(where: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [TSC, ...words], { cwd: where }).catch(
    (fault: { stdout: string }) => fault,
  );
  return stdout;
}

beforeAll(async () => {
  await buildSdk();
  folder = await mkdtemp(path.join(os.tmpdir(), 'sdk-package-'));
  project = path.join(folder, 'project');
  await mkdir(project);
  await writeFile(path.join(project, 'package.json'), '{"name":"shop","private":true}');
  await writeFile(path.join(project, 'program.ts'), PROGRAM);
  const tarballs: string[] = [];
  for (const library of LIBRARIES) tarballs.push(await packed(path.join(ROOT, 'node_modules', library)));
  tarballs.push(await packed(path.join(ROOT, 'sdk')));
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs];
  await run('npm', install, { cwd: project });
  await mkdir(path.join(project, 'node_modules/@types'), { recursive: true });
  for (const types of ['@types/node', 'undici-types']) {
    await symlink(path.join(ROOT, 'node_modules', types), path.join(project, 'node_modules', types));
  }
  orders = [];
  api = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.method === 'POST') orders.push(JSON.parse(body));
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ externalId: 'order-1', outcome: 'succeeded' }));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  api?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the SDK, packed and installed in a project of its own', () => {
  it.each(['node16', 'commonjs'])(
    'gives its types without anything of ours, for module %s',
    async (module) => {
      const resolution = module === 'commonjs' ? ['--moduleResolution', 'bundler'] : [];
      const words = ['--strict', '--target', 'es2022', '--module', module, ...resolution, '--types', 'node'];
      expect(await typeFaults(project, ...words, '--outDir', `out-${module}`, 'program.ts')).toBe('');
    },
  );

  it.each([
    ['compiled TypeScript', 'out-node16/program.js'],
    ['an ES module', 'program.mjs'],
  ])('buys, and refuses an unsigned notice, from %s', async (kind, file) => {
    if (kind === 'an ES module') {
      const script = PROGRAM.replace(', type Purchase', '').replace(
        /: (?:Promise<void>|Purchase|'[^=]*null)/g,
        '',
      );
      await writeFile(path.join(project, file), script);
    }
    const { port } = api.address() as AddressInfo; // it listens on TCP
    const program = [path.join(project, file), `http://127.0.0.1:${port}`];
    const { stdout } = await run(process.execPath, program, { cwd: project });
    expect(stdout).toBe('succeeded unverified');
    expect(orders.at(-1)).toEqual(ORDER);
  });

  it('runs the first purchase of its README', async () => {
    const readme = await readFile(path.join(project, 'node_modules/datacode-sdk/README.md'), 'utf8');
    const [, program = ''] = /```js\n([^]*?)```/.exec(readme) ?? [];
    await writeFile(path.join(project, 'readme.cjs'), program);
    const { port } = api.address() as AddressInfo; // it listens on TCP
    const env = { ...process.env, DATACODE_API: `http://127.0.0.1:${port}`, DATACODE_KEY: 'dck_test_key' };
    const { stdout } = await run(process.execPath, [path.join(project, 'readme.cjs')], { env });
    expect(stdout).toBe('succeeded\n');
    expect(orders.at(-1)).toMatchObject({ msisdn: '0900000001', package: 'D90' });
  });

  it('has its command, which says how to use it', async () => {
    const command = path.join(project, 'node_modules/.bin/datacode-listen');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: project });
    expect(stdout).toMatch(/^datacode-listen --forward-to/);
  });

  it('asks for the libraries that this repository is tested with', () => {
    const ours: Record<string, string> = rootManifest.dependencies;
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(ours[name]).toBe(version);
    expect([manifest.license, manifest.engines]).toEqual([rootManifest.license, rootManifest.engines]);
  });
});

describe('the types in the package', () => {
  it('are those that the API’s schemas have', async () => {
    const source = await readFile(path.join(ROOT, 'sdk/api-types.ts'), 'utf8');
    const names = [...source.matchAll(/^export type (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    const sources = await writeSources();
    const checks = names.map((name) => `const ${name}: Same<Written.${name}, Inferred.${name}> = true;`);
    await writeFile(
      path.join(sources, 'same-types.ts'),
      [
        `import type * as Written from './api-types';`,
        `import type * as Inferred from '../../sdk/api-types';`,
        'type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;',
        ...checks,
      ].join('\n'),
    );
    await writeFile(
      path.join(sources, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['same-types.ts'], exclude: [] }),
    );
    const faults = await typeFaults(sources, '-p', '.');
    expect(faults.split('\n').filter((line) => !line.includes('TS6133'))).toEqual(['']); // declared and not read
  });
});
