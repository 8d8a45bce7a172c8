import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig, type Config } from '../../../config';
import { type Part, reportProgress, runPart } from '../../../runtime/process';
import { superviseProgram, untilReady } from '../../supervisor/program';
import { run } from '../../temporal/command';
import { freePort } from '../../temporal/free-port';
import { prepareDatabaseFolder } from '../database-folder';
import { clusterFolders, databasePort, HOST } from '../layout';
import { postgresqlFolder, unprivilegedUser } from '../postgresql-programs';
import { DATABASE_USER, DATABASES, POSTGRESQL_SETTINGS } from '../settings';
import { temporalPrograms, type TemporalPrograms } from '../temporal-programs';

/** Long enough for a checkpoint of all that is in memory. */
const KILL_AFTER_MS = 60_000;

/** PostgreSQL with Temporal's databases in it. */
runPart(async (stopping): Promise<Part> => {
  const config = loadConfig();
  const folder = postgresqlFolder();
  const owner = unprivilegedUser();
  const temporal = await temporalPrograms(config, reportProgress, stopping);
  const port = await freePort(HOST, databasePort(config), 'CLUSTER_PORT');
  const password = await prepareDatabaseFolder(config, folder, owner);
  const { database } = clusterFolders(config);
  const where = ['-D', database, '-h', HOST, '-p', `${port}`, '-k', '']; // no socket: its folder may be another's
  const how = Object.entries(POSTGRESQL_SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(folder, 'postgres'), [...where, ...how], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: database,
    ...(owner ? { uid: owner.uid, gid: owner.gid } : {}),
  });
  const program = superviseProgram(child, {
    title: 'PostgreSQL',
    stopSignal: 'SIGINT', // fast: ends connections in an orderly way; SIGTERM would wait for the clients
    killAfterMs: KILL_AFTER_MS,
  });
  const ready = accepts(port, stopping).then(() => bringUpSchemas(config, temporal, password, stopping));
  await untilReady(program, ready);
  return { ...program, details: { port, pid: program.pid } };
});

/**
 * Makes both of Temporal's databases, or brings their schemas up to this version; changes nothing where they are.
 * @throws CommandFailed
 */
async function bringUpSchemas(
  config: Config,
  programs: TemporalPrograms,
  password: string,
  stopping?: AbortSignal,
): Promise<void> {
  for (const { name, schema } of Object.values(DATABASES)) {
    const tool = (...words: readonly string[]): Promise<string> =>
      run(programs.sqlTool, ['--db', name, ...words], {
        environment: {
          SQL_PLUGIN: 'postgres12',
          SQL_HOST: HOST,
          SQL_PORT: `${databasePort(config)}`,
          SQL_USER: DATABASE_USER,
          SQL_PASSWORD: password,
        },
        ...(stopping ? { signal: stopping } : {}),
      });
    const update = () => tool('update-schema', '-d', join(programs.schemas, schema, 'versioned'));
    try {
      await update();
    } catch {
      stopping?.throwIfAborted();
      await tool('create').catch(() => undefined); // it exists, or the next line fails with the reason
      await tool('setup-schema', '-v', '0.0');
      await update();
    }
  }
}

async function accepts(port: number, stopping: AbortSignal): Promise<void> {
  while (!(await listens(port))) {
    stopping.throwIfAborted();
    await pause(50);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
