import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../config';
import { closedFolders } from '../../../dev/cluster/database-folder';
import { canBuild, examine } from '../../../dev/cluster/doctor';
import { PORTS_TAKEN } from '../../../dev/cluster/layout';
import { postgresqlFolder, unprivilegedUser } from '../../../dev/cluster/postgresql-programs';
import { programsFolder } from '../../../dev/cluster/temporal-programs';
import { freePorts, freePortsInARow } from '../../support/free-ports';

const PATH = process.env['PATH'];
let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-doctor-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function programIn(place: string, name: string): Promise<void> {
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, name), '#!/bin/sh\n', { mode: 0o755 });
}

async function findings(settings: Record<string, string> = {}): Promise<Map<string, [boolean, string]>> {
  const [temporal, ui, sandbox, codec] = await freePorts(4);
  const config = loadConfig({
    DATA_DIR: path.join(folder, 'data'),
    CACHE_DIR: path.join(folder, 'cache'),
    CLUSTER_PORT: `${await freePortsInARow(PORTS_TAKEN)}`,
    API_PORT: `${await freePortsInARow(2)}`,
    TEMPORAL_PORT: `${temporal}`,
    TEMPORAL_UI_PORT: `${ui}`,
    SANDBOX_PORT: `${sandbox}`,
    CODEC_SERVER_PORT: `${codec}`,
    ...settings,
  });
  return new Map((await examine(config)).map(({ title, isThere, words }) => [title, [isThere, words]]));
}

describe('PostgreSQL', () => {
  it('is found on the PATH', async () => {
    const place = path.join(folder, 'bin');
    await programIn(place, 'initdb');
    await programIn(place, 'postgres');

    expect(postgresqlFolder(`/nowhere:${place}`)).toBe(place);
  });

  it('is not taken from a folder that lacks a program, and the message says what to do', async () => {
    const place = path.join(folder, 'bin');
    await programIn(place, 'initdb');

    expect(() => postgresqlFolder(place, [])).toThrow(/looked for initdb, postgres .* on the PATH/);
    process.env['PATH'] = place;
    const found = await findings().finally(() => (process.env['PATH'] = PATH));
    if (found.get('PostgreSQL')?.[0]) return; // installed on this machine where Debian or Homebrew have it
    expect(found.get('PostgreSQL')).toEqual([false, expect.stringContaining('on the PATH')]);
  });

  it('runs as the first user there is that is not root, and as ourselves where we are not root', () => {
    const users = 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n';

    expect(unprivilegedUser(0, () => `${users}postgres:x:101:104::/:/bin/sh\n`)).toMatchObject({
      uid: 101,
      gid: 104,
    });
    expect(unprivilegedUser(0, () => users)).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
    expect(unprivilegedUser(1000, () => users)).toBeUndefined();
    expect(() => unprivilegedUser(0, () => 'root:x:0:0::/:/bin/sh')).toThrow(
      /start the cluster as another user/,
    );
  });

  it('is told of folders that its user may not pass through', async () => {
    await chmod(folder, 0o700);
    const somebody = { name: 'postgres', uid: 54_321, gid: 54_321 };

    expect(closedFolders(path.join(folder, 'data'), somebody)).toContain(folder);
    expect(closedFolders(path.join(folder, 'data'), undefined)).toEqual([]);
    await chmod(folder, 0o711);
    expect(closedFolders(path.join(folder, 'data'), somebody)).not.toContain(folder);
  });
});

describe('Temporal’s programs', () => {
  const finding = (found: Map<string, [boolean, string]>) =>
    [...found].find(([title]) => title.startsWith('Temporal'))?.[1];

  it('are there once they were built', async () => {
    const config = { CACHE_DIR: path.join(folder, 'cache') };
    await mkdir(programsFolder(config), { recursive: true });

    expect(finding(await findings())).toEqual([true, programsFolder(config)]);
  });

  it('are not there where they may not be built', async () => {
    expect(finding(await findings({ TEMPORAL_DOWNLOAD: 'false' }))).toEqual([
      false,
      expect.stringContaining('TEMPORAL_DOWNLOAD=false'),
    ]);
  });

  it.each([
    ['1.26.8', 'local', true],
    ['1.27', 'local', true],
    ['1.26.7', 'local', false],
    ['1.26.7', 'auto', true],
    ['1.21.0', 'auto', true],
    ['1.19.8', '', false],
  ])('can be built by Go %s with GOTOOLCHAIN=%s: %s', (version, toolchain, can) => {
    expect(canBuild(version, toolchain)).toBe(can);
  });
});

describe('a port that another process holds', () => {
  it('is told with the setting that moves it', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // a TCP server has one

    const [isThere, words] = (await findings({ SANDBOX_PORT: `${port}` })).get('ports') ?? [];
    other.close();

    expect(isThere).toBe(false);
    expect(words).toContain(`${port}`);
    expect(words).toContain('SANDBOX_PORT');
  });
});
