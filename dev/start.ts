import { temporalTarget } from '../client/connection';
import { loadConfig, type Config } from '../config';
import { reportProgress } from '../runtime/process';
import type { LockNote } from '../runtime/lock-file';
import { partPlans } from './part-plans';
import {
  exitAfter,
  prepareStack,
  reportLineOf,
  stackSupervisor,
  withDataFolder,
} from './supervisor/stack-command';
import { freePort } from './temporal/free-port';
import { apiUrl, welcome } from './welcome';

/** `npm start`: the whole stack, each part waited for by its own readiness and stopped in the opposite order. */
async function start(config: Config, noteAddress: LockNote): Promise<void> {
  if (config.ENCRYPTION) await chooseCodecPort(config);
  const target = temporalTarget(config);
  const channels = await prepareStack(config);
  const supervisor = stackSupervisor(config, { onLine: reportLineOf, onProgress: reportProgress });
  await supervisor.run(partPlans(config, channels.length > 0), async (ready) => {
    await noteAddress(apiUrl(config, ready));
    reportProgress(welcome(config, target, ready, channels));
  });
  reportProgress('Stopped.');
}

/** The Web UI must know the codec server's port before either is started; the parts read it from our environment. */
async function chooseCodecPort(config: Config): Promise<void> {
  const { CODEC_SERVER_HOST: host, CODEC_SERVER_PORT: port } = config;
  config.CODEC_SERVER_PORT = await freePort(host, port, 'CODEC_SERVER_PORT');
  process.env['CODEC_SERVER_PORT'] = String(config.CODEC_SERVER_PORT);
}

async function main(): Promise<void> {
  const config = loadConfig();
  await withDataFolder(config, (noteAddress) => start(config, noteAddress));
}

exitAfter(main());
