import { temporalTarget } from '../runtime/configuration/temporal-target';
import { loadConfig, type Config } from '../config';
import { writeForOwnerOnly } from '../runtime/owner-only';
import { exitAfter, reportProgress } from '../runtime/process';
import type { LockNote } from '../runtime/lock-file';
import { partPlans } from './part-plans';
import { prepareStack, reportLineOf, stackSupervisor, withDataFolder } from './supervisor/stack-command';
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

const USAGE = `npm start takes no arguments. It starts Temporal with its Web UI, a worker, the API, the sandbox and the demo shop,
prints where each is, and stops all of them on Ctrl-C. Data is kept in DATA_DIR.
Settings are environment variables: docs/configuration.md lists them.
`;

async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) return answerArgument(argument);
  const config = loadConfig();
  await withDataFolder(config, (noteAddress) => start(config, noteAddress));
}

/** Whoever asks for help, or misspells a setting as an argument, does not want the stack started. */
function answerArgument(argument: string): void {
  if (argument === '--help' || argument === '-h') return void process.stdout.write(USAGE);
  process.stderr.write(`Unknown argument ${argument}. ${USAGE}`);
  process.exitCode = 1;
}

writeForOwnerOnly();
exitAfter(main());
