import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
// oxlint-disable-next-line no-restricted-imports -- for everybody to read, and made again by every run
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { visibleLines, visibleText } from '../../domain/harmless-text';
import { readJsonFile } from '../../runtime/json-file';
import { LICENCES_IN_FILES } from './licences';
import {
  installFaults,
  lockedPackages,
  lockfileFaults,
  lockfileSchema,
  type LockedPackage,
  type Lockfile,
} from './lockfile';

const ROOT = path.resolve(__dirname, '../..');
const run = promisify(execFile);

/** The bill of materials and the licences, made from the lockfile alone: offline and the same everywhere. */
async function write(lockfile: Lockfile, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rows = lockedPackages(lockfile).map((locked) => ({
    package: locked.name,
    version: locked.version,
    licence: licenceOf(locked),
    used: locked.dev ? 'in development' : 'in production',
  }));
  const unique = [...new Map(rows.map((row) => [`${row.package}@${row.version}`, row])).values()];
  await writeFile(path.join(folder, 'licences.csv'), stringify(unique, { header: true }));
  await writeFile(path.join(folder, 'sbom.cdx.json'), await bill(['--omit=dev']));
  await writeFile(path.join(folder, 'sbom-with-development.cdx.json'), await bill([]));
}

async function bill(options: readonly string[]): Promise<string> {
  const words = [
    'sbom',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--package-lock-only',
    ...options,
  ];
  const { stdout } = await run('npm', words, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** The licence that the lockfile names, else the one in the package's own file. */
export function licenceOf({ name, place, license }: LockedPackage): string | undefined {
  const known = LICENCES_IN_FILES[name];
  if (license !== undefined || known === undefined) return license;
  const file = path.join(ROOT, place, 'LICENSE');
  return existsSync(file) && known.begins.test(readFileSync(file, 'utf8')) ? known.licence : undefined;
}

/** Our own lockfile. */
export const ownLockfile = (): Lockfile => lockfileIn('.');

function lockfileIn(folder: string): Lockfile {
  return readJsonFile(path.join(ROOT, folder, 'package-lock.json'), lockfileSchema, 'run npm install.');
}

/** Folders with packages of their own, which a command installs when it is run. */
export const OTHER_FOLDERS = [
  { folder: 'bench/peers', faultsOf: installFaults },
  { folder: 'test/openapi-lint', faultsOf: (lockfile: Lockfile) => lockfileFaults(lockfile, licenceOf) },
] as const;

/** A line for each fault of their lockfiles. */
export function otherLockfileFaults(): string[] {
  return OTHER_FOLDERS.flatMap(({ folder, faultsOf }) =>
    faultsOf(lockfileIn(folder)).map((fault) => `${folder}/${fault}`),
  );
}

const program = new Command('supply-chain')
  .description(
    'Checks what the lockfile would install, and writes what it is made of: SBOM (CycloneDX), licences.',
  )
  .argument('[folder]', 'where to write', 'artefacts')
  .action(async (folder: string) => {
    const lockfile = ownLockfile();
    const faults = [...lockfileFaults(lockfile, licenceOf), ...otherLockfileFaults()];
    await write(lockfile, folder);
    if (faults.length === 0) return void process.stdout.write(`SBOM and licences are in ${folder}.\n`);
    process.stderr.write(
      `A lockfile cannot be used:\n${faults.map((fault) => `  ${visibleText(fault)}\n`).join('')}`,
    );
    process.exitCode = 1;
  });

if (require.main === module) {
  program.parseAsync().catch((fault: unknown) => {
    process.stderr.write(`${visibleLines(fault instanceof Error ? fault.message : String(fault))}\n`);
    process.exitCode = 2;
  });
}
