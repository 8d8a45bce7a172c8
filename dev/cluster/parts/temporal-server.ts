import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { loadConfig } from '../../../config';
import { writeJsonFile } from '../../../runtime/json-file';
import { type Part, reportProgress, runPart } from '../../../runtime/process';
import { superviseProgram, untilReady } from '../../supervisor/program';
import { connectWhenUp } from '../../temporal/ready';
import { freePort } from '../../temporal/free-port';
import { databasePassword } from '../database-folder';
import { clusterFolders, HOST, serverPorts } from '../layout';
import { SERVER_IS_WHOLE, serverConfiguration } from '../server-configuration';
import { dynamicConfiguration } from '../settings';
import { temporalPrograms } from '../temporal-programs';

/** How long a server may take to hand over its shards and stop. */
const KILL_AFTER_MS = 30_000;
/** Characters of its log that are searched at a time. */
const MAX_LINE_CHARS = 20_000;

/** One of the cluster's Temporal servers: its number, from 1, is its argument. */
runPart(async (stopping): Promise<Part> => {
  const server = Number(process.argv[2] ?? 1);
  const config = loadConfig();
  const programs = await temporalPrograms(config, reportProgress, stopping);
  const ports = serverPorts(config, server);
  for (const { rpc, membership } of Object.values(ports)) {
    await freePort(HOST, rpc, 'CLUSTER_PORT');
    await freePort(HOST, membership, 'CLUSTER_PORT');
  }
  const { all } = clusterFolders(config);
  const dynamicFile = join(all, `dynamic-${server}.yaml`);
  const file = join(all, `temporal-${server}.yaml`);
  const password = await databasePassword(config);
  // JSON is YAML as well
  await writeJsonFile(dynamicFile, dynamicConfiguration());
  const configuration = serverConfiguration({ config, server, password, dynamicFile });
  await writeJsonFile(file, configuration);
  const child = spawn(programs.server, ['--config-file', file, '--allow-no-auth', 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: all,
  });
  const program = superviseProgram(child, { title: `Temporal server ${server}`, killAfterMs: KILL_AFTER_MS });
  const port = ports.frontend.rpc;
  const up = isWhole(child.stdout).then(() => connectWhenUp(`${HOST}:${port}`, stopping));
  const connected = up.then((connection) => connection.close());
  await untilReady(program, Promise.race([connected, stopRequested(stopping)]));
  return { ...program, details: { port, pid: program.pid } };
});

/** Resolves at the log line that reports it. */
function isWhole(words: Readable): Promise<void> {
  return new Promise((resolve) => {
    let output = '';
    words.on('data', function onData(text: string) {
      output = (output + text).slice(-MAX_LINE_CHARS);
      if (!output.includes(SERVER_IS_WHOLE)) return;
      words.off('data', onData);
      resolve();
    });
  });
}

/** Rejects when the start is no longer wanted. */
function stopRequested(stopping: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(stopping.reason as Error); // an AbortError, as nothing else is given
    stopping.addEventListener('abort', stop, { once: true });
    if (stopping.aborted) stop();
  });
}
