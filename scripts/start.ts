import { join } from 'node:path';
import { temporalTarget } from '../client/connection';
import { loadConfig, type Config } from '../config';
import { partPlans } from './part-plans';
import type { PartListener } from './supervisor/child-part';
import {
  exitAfter,
  partStopLimit,
  prepareStack,
  say,
  sayLineOf,
  stopByTerminal,
} from './supervisor/stack-command';
import { Supervisor } from './supervisor/supervisor';
import { freePort } from './temporal/taken-port';
import { welcome } from './welcome';

/** `npm start`: the whole stack, each part waited for by its own readiness and stopped in the opposite order. */
async function start(): Promise<void> {
  const config = loadConfig();
  if (config.ENCRYPTION) await chooseCodecPort(config);
  const target = temporalTarget(config);
  const channels = await prepareStack(config);
  const listener: PartListener = { onLine: sayLineOf, onProgress: say };
  const supervisor = new Supervisor(join(config.DATA_DIR, 'logs'), listener, partStopLimit(config));
  stopByTerminal(supervisor);
  await supervisor.run(partPlans(config, channels.length > 0), (ready) =>
    say(welcome(config, target, ready, channels)),
  );
  say('Stopped.');
}

/** The Web UI must know the codec server's port before either is started; the parts read it from our environment. */
async function chooseCodecPort(config: Config): Promise<void> {
  const { CODEC_SERVER_HOST: host, CODEC_SERVER_PORT: port } = config;
  config.CODEC_SERVER_PORT = await freePort(host, port, 'CODEC_SERVER_PORT');
  process.env['CODEC_SERVER_PORT'] = String(config.CODEC_SERVER_PORT);
}

exitAfter(start());
