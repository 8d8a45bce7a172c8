import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureDemoChannels } from '../channel/demo';
import { temporalTarget } from '../client/connection';
import { type Config, loadConfig } from '../config';
import { whenStopIsAsked } from '../process';
import type { PartPlan, ReadyDetails } from './supervisor/child-part';
import { Supervisor } from './supervisor/supervisor';
import { terminalLine } from './supervisor/terminal-line';
import { welcome } from './welcome';

const ROOT = resolve(__dirname, '..');

/** `npm start`: the whole stack, each part waited for by its own readiness and stopped in the opposite order. */
async function start(): Promise<void> {
  const config = loadConfig();
  const target = temporalTarget(config);
  await mkdir(config.DATA_DIR, { recursive: true });
  const channels = await ensureDemoChannels(config);
  const supervisor = new Supervisor(join(config.DATA_DIR, 'logs'), {
    onLine: (part, line) => {
      const short = terminalLine(part, line);
      if (short) say(short);
    },
    onProgress: say,
  });
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
  await supervisor.run(parts(config), (ready) => say(welcome(config, target, ready, channels)));
  say('Stopped.');
}

/** What runs, in order; what is configured to be outside is not started. */
function parts(config: Config): PartPlan[] {
  const sandbox: PartPlan[] = config.MOBIFONE_BASE_URL
    ? []
    : [{ name: 'sandbox', entry: join(ROOT, 'mobifone/sandbox/main.ts') }];
  return [
    { name: 'temporal', entry: join(ROOT, 'scripts/temporal.ts') }, // an outside server's namespace is prepared by it
    ...sandbox,
    { name: 'worker', entry: join(ROOT, 'worker.ts'), environment: (ready) => surroundings(config, ready) },
    { name: 'api', entry: join(ROOT, 'api/main.ts'), environment: (ready) => surroundings(config, ready) },
  ];
}

/** The demo inbox is on loopback, and a port of 0 was chosen by the system. */
function surroundings(
  config: Config,
  ready: ReadonlyMap<string, ReadyDetails>,
): Readonly<Record<string, string>> {
  const surroundings: Record<string, string> = {};
  const temporalPort = ready.get('temporal')?.['port'];
  if (typeof temporalPort === 'number') surroundings['TEMPORAL_PORT'] = `${temporalPort}`;
  if (config.MOBIFONE_BASE_URL === undefined) {
    const sandboxPort = portOf(ready.get('sandbox'), config.SANDBOX_PORT);
    surroundings['MOBIFONE_BASE_URL'] = `http://127.0.0.1:${sandboxPort}`;
    surroundings['WEBHOOK_ALLOW_PRIVATE_ADDRESSES'] = 'true';
  }
  return surroundings;
}

function portOf(details: ReadyDetails | undefined, configured: number): number {
  const port = details?.['port'];
  return typeof port === 'number' ? port : configured;
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
