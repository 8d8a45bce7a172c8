import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config';
import { replaceFile } from '../../runtime/whole-file';
import { run } from '../temporal/command';
import { downloadTo, refuseOthers } from '../temporal/downloads';
import type { Report } from '../temporal/executable';
import { GO_VERSION, MODULES } from './settings';

/** Temporal's programs are not there and could not be built; the message says what to do. */
export class NoTemporalPrograms extends Error {
  override readonly name = 'NoTemporalPrograms';
}

/** What Temporal's own cluster consists of, built from source. */
export interface TemporalPrograms {
  server: string;
  sqlTool: string;
  ui: string;
  /** The schemas of PostgreSQL, a folder each. */
  schemas: string;
}

type Settings = Pick<Config, 'CACHE_DIR' | 'TEMPORAL_DOWNLOAD'>;

/** How often a build reports that it goes on; it takes minutes. */
const REPORT_WAIT_EVERY_MS = 30_000;

/** Where the programs are once they were built. */
export function programsFolder({ CACHE_DIR }: Pick<Config, 'CACHE_DIR'>): string {
  return resolve(CACHE_DIR, `temporal-cluster-${MODULES.server.version}-ui-${MODULES.ui.version}`);
}

/**
 * The programs in the cache folder, if they were built.
 * @throws Error when another user of the machine may change them
 */
export function builtPrograms(config: Pick<Config, 'CACHE_DIR'>): TemporalPrograms | undefined {
  const folder = programsFolder(config);
  const programs = {
    server: join(folder, 'temporal-server'),
    sqlTool: join(folder, 'temporal-sql-tool'),
    ui: join(folder, 'temporal-ui-server'),
    schemas: join(folder, 'schemas'),
  };
  if (!existsSync(folder)) return undefined;
  refuseOthers(folder);
  return programs;
}

/**
 * Temporal's server, schema tool and Web UI: from the cache folder, or built once by Go from the modules that
 * `settings.ts` pins. Go checks every module that they are made of by its checksum database, and we check the two.
 * @throws NoTemporalPrograms
 */
export async function temporalPrograms(
  config: Settings,
  report: Report,
  stopping?: AbortSignal,
): Promise<TemporalPrograms> {
  const built = builtPrograms(config);
  if (built) return built;
  if (!config.TEMPORAL_DOWNLOAD) {
    throw new NoTemporalPrograms(
      `Temporal’s programs are not in ${programsFolder(config)}, and TEMPORAL_DOWNLOAD=false forbids to build them.`,
    );
  }
  report(
    `Building Temporal ${MODULES.server.version} and its Web UI by Go, once, into ${config.CACHE_DIR} …`,
  );
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const still = setInterval(() => report(`… still building (${seconds()} s)`), REPORT_WAIT_EVERY_MS);
  try {
    await downloadTo(programsFolder(config), resolve(config.CACHE_DIR), (folder) => build(folder, stopping));
    report(`Built in ${seconds()} s.`);
  } catch (fault) {
    if (existsSync(programsFolder(config))) return temporalPrograms(config, report); // another process was faster
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new NoTemporalPrograms(
      `Temporal’s programs could not be built: ${reason}\n${GO_ADVICE} Or use a cluster of your own: TEMPORAL_ADDRESS=host:port.`,
    );
  } finally {
    clearInterval(still);
  }
  return temporalPrograms(config, report);
}

/** How to get a Go that builds them. */
export const GO_ADVICE = `Go ${GO_VERSION} or newer is needed, or any from 1.21 on that may fetch that one (GOTOOLCHAIN=auto), with a way to the Go module proxy: https://go.dev/dl, \`brew install go\`, or \`sudo apt-get install golang-go\` where that is new enough.`;

async function build(folder: string, stopping?: AbortSignal): Promise<string> {
  const made = join(folder, 'made');
  await mkdir(made);
  const source = await checkedSource(MODULES.server, stopping);
  await checkedSource(MODULES.ui, stopping);
  const install = async (module: Module, command: string, name: string): Promise<void> => {
    const target = join(folder, name);
    await go(['install', `${module.path}/${command}@${module.version}`], { GOBIN: target }, stopping);
    await rename(join(target, command.split('/').at(-1) ?? command), join(made, name));
  };
  await install(MODULES.server, 'cmd/tools/sql', 'temporal-sql-tool');
  await install(MODULES.server, 'cmd/server', 'temporal-server');
  await install(MODULES.ui, 'cmd/server', 'temporal-ui-server');
  await copySchemas(join(source, 'schema/postgresql/v12'), join(made, 'schemas'));
  return made;
}

/** File by file: Go's own folders may not be written to, nor may a plain copy of them. */
async function copySchemas(from: string, to: string): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => /\.(sql|json)$/.test(file));
  for (const file of files) {
    await replaceFile(join(to, file), await readFile(join(from, file), 'utf8'));
  }
}

type Module = (typeof MODULES)[keyof typeof MODULES];

const downloadedSchema = z.object({ Dir: z.string(), Sum: z.string() });

/** @returns the folder of the module's source, which is exactly the one that we know */
async function checkedSource({ path, version, hash }: Module, stopping?: AbortSignal): Promise<string> {
  const answer = await go(['mod', 'download', '-json', `${path}@${version}`], {}, stopping);
  const { Dir, Sum } = downloadedSchema.parse(JSON.parse(answer));
  if (Sum !== hash) throw new Error(`${path}@${version} is not the source that it should be: ${Sum}`);
  return Dir;
}

async function go(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  stopping?: AbortSignal,
): Promise<string> {
  return run('go', words, {
    ...(stopping ? { signal: stopping } : {}),
    // whatever is set for other work: no vendored sources, and no module of a folder around us
    environment: { GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off', ...environment },
  });
}
