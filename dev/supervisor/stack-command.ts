import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDemoChannels, type DemoChannel } from '../../sandbox/demo-channels/registry';
import { ensureKeyRing, openEncryption } from '../../client/encryption';
import type { Config } from '../../config';
import { LockedFault, withLockFile } from '../../runtime/lock-file';
import { whenStopIsAsked } from '../../runtime/process';
import type { PartListener } from './child-part';
import { Supervisor } from './supervisor';
import { terminalLine } from './terminal-line';

/** What a part may take to stop beyond the grace that it is configured to give, ms. */
const BEYOND_GRACE = 30_000;

/** Of all log files of a stack together: days of a busy machine, and no disk that fills. */
export const LOG_FILES_MAX_BYTES = 1_000_000_000;

/** The exit code of a stack that was killed. */
const FORCED_EXIT = 130;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A part's line, as far as it is worth the terminal's room. */
export function sayLineOf(part: string, line: string): void {
  const short = terminalLine(part, line);
  if (short) say(short);
}

/**
 * Runs a stack in its data folder, which no other stack uses meanwhile.
 * @throws Error when one does, or when nothing can be written there
 */
export async function withDataFolder(
  config: Pick<Config, 'DATA_DIR'>,
  work: () => Promise<void>,
): Promise<void> {
  const folder = config.DATA_DIR;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code ?? String(fault); // Node's own errors carry a code
    throw new Error(`DATA_DIR: ${folder} cannot be written (${code}). Set it to a folder of your own.`, {
      cause: fault,
    });
  }
  try {
    await withLockFile(join(folder, 'running.lock'), work);
  } catch (fault) {
    if (!(fault instanceof LockedFault)) throw fault;
    throw new Error(
      `Already running here: process ${fault.processId} uses ${folder}. Stop it, or set DATA_DIR for a second one.`,
      { cause: fault },
    );
  }
}

/**
 * Makes what every part of a stack needs before the first of them starts.
 * @throws when the key ring is missing or faulty, or the channel registry cannot be used
 */
export async function prepareStack(config: Config): Promise<readonly DemoChannel[]> {
  await ensureKeyRing(config);
  openEncryption(config); // a key ring that is missing or faulty is told before anything is started
  return ensureDemoChannels(config);
}

/** A supervisor of a stack's parts: the first Ctrl-C stops them, the second kills them. */
export function stackSupervisor(
  config: Pick<Config, 'DATA_DIR' | 'API_SHUTDOWN_GRACE' | 'WORKER_SHUTDOWN_GRACE'>,
  listener: PartListener,
): Supervisor {
  const longestGrace = Math.max(config.API_SHUTDOWN_GRACE, config.WORKER_SHUTDOWN_GRACE);
  const logs = { folder: join(config.DATA_DIR, 'logs'), maxBytes: LOG_FILES_MAX_BYTES };
  const supervisor = new Supervisor(logs, listener, longestGrace + BEYOND_GRACE);
  whenStopIsAsked(
    () => {
      say('Stopping; press Ctrl-C again to kill.');
      supervisor.stop();
    },
    () => {
      process.exitCode = FORCED_EXIT;
      supervisor.kill();
    },
  );
  return supervisor;
}

/** Ends this process with its work, with one line on stderr when that fails. */
export function exitAfter(work: Promise<unknown>): void {
  work.then(
    () => process.exit(),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
      process.exit(process.exitCode ?? 1);
    },
  );
}
