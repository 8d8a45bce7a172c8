import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../../../config';
import { type Part, reportProgress, runPart } from '../../../runtime/process';
import { superviseProgram } from '../../supervisor/program';
import { freePort } from '../../temporal/free-port';
import { prepareDatabaseFolder } from '../database-folder';
import { clusterFolders, databasePort, HOST } from '../layout';
import { postgresqlFolder, unprivilegedUser } from '../postgresql-programs';
import { bringUpSchemas } from '../schemas';
import { POSTGRESQL_SETTINGS } from '../settings';
import { temporalPrograms } from '../temporal-programs';

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
  try {
    const ready = accepts(port, stopping).then(() => bringUpSchemas(config, temporal, password, stopping));
    await Promise.race([ready, program.failed]);
  } catch (fault) {
    await program.stop();
    throw fault;
  }
  return { stop: () => program.stop(), failed: program.failed, details: { port, pid: program.pid } };
});

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
