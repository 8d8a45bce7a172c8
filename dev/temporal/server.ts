import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../../config';
import { makeDataFolder } from '../../runtime/folder';
import { replaceFile } from '../../runtime/whole-file';
import { CLOSED_TO_BROWSERS } from '../cluster/settings';
import { type Program, superviseProgram, untilReady } from '../supervisor/program';
import { type ExecutableConfig, type Report, temporalCli } from './executable';
import { prepareWhenReady } from './ready';
import { freePort } from './free-port';
import { behindDoor, hiddenPlace, type UiAddress } from './ui-door';

/** The settings of the embedded server. */
export type ServerConfig = ExecutableConfig &
  Pick<Config, 'DATA_DIR' | 'TEMPORAL_PORT' | 'TEMPORAL_UI_PORT' | 'TEMPORAL_RETENTION'> &
  Pick<Config, 'ENCRYPTION' | 'CODEC_SERVER_PORT'>;

/** A running embedded server. */
export interface TemporalServer extends Program {
  address: string;
  port: number;
  uiPort: number;
}

const HOST = '127.0.0.1';
/**
 * The server's HTTP API cannot be turned off, checks no origin and listens on a port that it chooses itself. It answers under
 * one name only, which no URL can hold.
 */
const NO_HTTP_API = `frontend.httpAllowedHosts=["${CLOSED_TO_BROWSERS}"]`;
/** How long it may take to stop before it is killed. */
const KILL_AFTER_MS = 15_000;

/** Settings of the dev server beyond its defaults. */
export interface ServerTuning {
  /** `key=value` of the server's dynamic configuration. */
  dynamicConfig: readonly string[];
  /** `pragma=value` of its database. */
  sqlitePragmas: readonly string[];
}

/** Measured against the stock dev server: see docs/performance.md. */
export const EMBEDDED_TUNING: ServerTuning = {
  dynamicConfig: [
    'history.transferProcessorMaxPollRPS=5000', // stock 20: each step of a workflow takes 50 ms
    'matching.numTaskqueueWritePartitions=1', // stock 4, each with turns of its own: who goes next was left to chance
    'frontend.namespaceRPS.visibility=100', // stock 10: searches and counts of all that we look at, readiness and lists among them
    'matching.enableFairness=true', // priority is on by default, fairness among channels is not
    // stock 60s and 10s: a task handed to the poll of a dead connection waits until somebody times out
    'frontend.keepAliveTime="10s"',
    'frontend.keepAliveTimeout="5s"',
  ],
  sqlitePragmas: ['journal_mode=wal', 'synchronous=2'], // 1 survives a crash of the process, but not a power cut
};

/**
 * Starts a real Temporal server with its Web UI on loopback, its database a file in DATA_DIR, and makes the
 * namespace fit for purchases.
 * @param stopping aborted when the start is no longer wanted
 * @param tuning the bench passes that of the stock server
 * @throws PortTaken, NoTemporalExecutable, ProgramFailed, NamespaceNotReady
 */
export async function startTemporalServer(
  config: ServerConfig,
  namespace: string,
  report: Report,
  stopping?: AbortSignal,
  tuning: ServerTuning = EMBEDDED_TUNING,
): Promise<TemporalServer> {
  const pidFile = join(config.DATA_DIR, 'temporal.pid');
  await makeDataFolder(config.DATA_DIR);
  const orphan = await livingServer(pidFile);
  const port = await freePort(HOST, config.TEMPORAL_PORT, 'TEMPORAL_PORT', orphan);
  const uiPort = await freePort(HOST, config.TEMPORAL_UI_PORT, 'TEMPORAL_UI_PORT', orphan);
  const ui = await hiddenPlace();
  const executable = await temporalCli(config, report, stopping);
  stopping?.throwIfAborted();
  const child = spawn(
    executable,
    [
      ...serverArguments(resolve(config.DATA_DIR, 'temporal.db'), port, ui, namespace, tuning),
      ...(config.ENCRYPTION ? ['--ui-codec-endpoint', `http://${HOST}:${config.CODEC_SERVER_PORT}`] : []),
    ],
    {
      // it keeps our stdout open, so that waiting for our end includes its end: ports, database
      stdio: ['ignore', 'pipe', 'pipe', process.stdout.fd],
      // alone at a terminal, a Ctrl-C must reach us only; under the supervisor we share its way of killing a group
      detached: process.send === undefined,
    },
  );
  const program = superviseProgram(child, { title: 'The Temporal server', killAfterMs: KILL_AFTER_MS });
  const address = `${HOST}:${port}`;
  const noted = replaceFile(pidFile, `${program.pid}\n`);
  await untilReady(
    program,
    noted.then(() => prepareWhenReady(address, namespace, config, stopping)),
  );
  const { port: uiDoorPort, ...running } = await behindDoor(program, { host: HOST, port: uiPort }, ui);
  return { ...running, address, port, uiPort: uiDoorPort };
}

/** The server of an earlier start that still runs, if any. It is named in a message, never stopped. */
async function livingServer(pidFile: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

function serverArguments(
  database: string,
  port: number,
  ui: UiAddress,
  namespace: string,
  tuning: ServerTuning,
): string[] {
  const where = `server start-dev --ip ${HOST} --port ${port} --ui-ip ${ui.host} --ui-port ${ui.port}`.split(
    ' ',
  );
  const how = '--ui-disable-news-fetch --log-level warn --log-format json'.split(' ');
  const settings = [
    ...[NO_HTTP_API, ...tuning.dynamicConfig].flatMap((value) => ['--dynamic-config-value', value]),
    ...tuning.sqlitePragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
  ];
  return [...where, '--db-filename', database, '--namespace', namespace, ...how, ...settings];
}
