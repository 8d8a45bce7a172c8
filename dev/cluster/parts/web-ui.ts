import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { temporalTarget } from '../../../runtime/configuration/temporal-target';
import { loadConfig } from '../../../config';
import { writeJsonFile } from '../../../runtime/json-file';
import { type Part, reportProgress, runPart } from '../../../runtime/process';
import { superviseProgram, untilReady } from '../../supervisor/program';
import { freePort } from '../../temporal/free-port';
import { behindDoor, hiddenPlace } from '../../temporal/ui-door';
import { clusterFolders, HOST } from '../layout';
import { temporalPrograms } from '../temporal-programs';

const KILL_AFTER_MS = 5_000;

/** Temporal's Web UI, which the production server does not bring along. */
runPart(async (stopping): Promise<Part> => {
  const config = loadConfig();
  const programs = await temporalPrograms(config, reportProgress, stopping);
  const port = await freePort(HOST, config.TEMPORAL_UI_PORT, 'TEMPORAL_UI_PORT');
  const ui = await hiddenPlace();
  const { all } = clusterFolders(config);
  const folder = join(all, 'web-ui');
  const { namespace } = temporalTarget(config);
  const settings = {
    temporalGrpcAddress: `${HOST}:${config.TEMPORAL_PORT}`,
    ...ui,
    enableUi: true,
    disableNewsFetch: true,
    defaultNamespace: namespace,
    ...(config.ENCRYPTION ? { codec: { endpoint: `http://${HOST}:${config.CODEC_SERVER_PORT}` } } : {}),
    cors: { cookieInsecure: true, allowOrigins: [`http://${HOST}:${port}`] },
  };
  await writeJsonFile(join(folder, 'cluster.yaml'), settings); // JSON is YAML as well
  const words = ['--root', folder, '--config', '.', '--env', 'cluster', 'start'];
  const child = spawn(programs.ui, words, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  const program = superviseProgram(child, { title: 'The Web UI', killAfterMs: KILL_AFTER_MS });
  await untilReady(program, answers(`http://${ui.host}:${ui.port}/`, stopping));
  const running = await behindDoor(program, { host: HOST, port }, ui);
  return { ...running, details: { port: running.port, pid: program.pid } };
});

async function answers(url: string, stopping: AbortSignal): Promise<void> {
  for (;;) {
    stopping.throwIfAborted();
    try {
      const { ok } = await fetch(url);
      if (ok) return;
    } catch {
      // not yet
    }
    await pause(50);
  }
}
