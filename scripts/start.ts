import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDemoChannels } from '../channel/demo';
import { temporalTarget } from '../client/connection';
import { ensureKeyRing, openEncryption } from '../client/encryption';
import { loadConfig, type Config } from '../config';
import { whenStopIsAsked } from '../process';
import { partPlans } from './part-plans';
import type { PartListener } from './supervisor/child-part';
import { Supervisor } from './supervisor/supervisor';
import { terminalLine } from './supervisor/terminal-line';
import { freePort } from './temporal/taken-port';
import { welcome } from './welcome';

/** What a part may take to stop beyond the grace that it is configured to give, ms. */
const BEYOND_GRACE = 30_000;

/** `npm start`: the whole stack, each part waited for by its own readiness and stopped in the opposite order. */
async function start(): Promise<void> {
  const config = loadConfig();
  if (config.ENCRYPTION) await chooseCodecPort(config);
  const target = temporalTarget(config);
  await mkdir(config.DATA_DIR, { recursive: true });
  ensureKeyRing(config);
  openEncryption(config); // a key ring that is missing or faulty is told before anything is started
  const channels = await ensureDemoChannels(config);
  const listener: PartListener = {
    onLine: (part, line) => {
      const short = terminalLine(part, line);
      if (short) say(short);
    },
    onProgress: say,
  };
  const longestGrace = Math.max(config.API_SHUTDOWN_GRACE, config.WORKER_SHUTDOWN_GRACE);
  const supervisor = new Supervisor(join(config.DATA_DIR, 'logs'), listener, longestGrace + BEYOND_GRACE);
  whenStopIsAsked(
    () => {
      say('Stopping; press Ctrl-C again to kill.');
      supervisor.stop();
    },
    () => {
      process.exitCode = 130;
      supervisor.kill();
    },
  );
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

start().then(
  () => process.exit(),
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(process.exitCode ?? 1);
  },
);
