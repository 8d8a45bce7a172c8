import { join } from 'node:path';
import { ensureDemoChannels, type DemoChannel } from '../../sandbox/demo-channels';
import { openEncryption } from '../../client/encryption';
import { ensureKeyRing } from '../../encryption/key-ring-of-folder';
import type { Config } from '../../config';
import { makeDataFolder } from '../../runtime/folder';
import { LockedFault, withLockFile, type LockNote } from '../../runtime/lock-file';
import { FORCED_EXIT_CODE, reportProgress, whenStopIsAsked } from '../../runtime/process';
import type { PartListener } from './child-part';
import { Supervisor } from './supervisor';
import { terminalLine } from './terminal-line';

/** How long a part may take to stop beyond its configured grace. */
const KILL_AFTER_GRACE_MS = 30_000;

/** Maximum size of all log files of a stack together: days of a busy machine, and no disk that fills. */
export const LOG_FILES_MAX_BYTES = 1_000_000_000;

/** Shows a line of a part's log at the terminal, if a person should see it. */
export function reportLineOf(part: string, line: string): void {
  const short = terminalLine(part, line);
  if (short) reportProgress(short);
}

/**
 * Runs a stack in its data folder, which no other stack uses meanwhile.
 * @param work gets a function that sets the address to show when a second stack is refused
 * @throws Error when another stack uses the folder, or when it cannot be written
 */
export async function withDataFolder(
  config: Pick<Config, 'DATA_DIR'>,
  work: (noteAddress: LockNote) => Promise<void>,
): Promise<void> {
  const folder = config.DATA_DIR;
  await makeDataFolder(folder);
  try {
    await withLockFile(join(folder, 'running.lock'), work);
  } catch (fault) {
    if (!(fault instanceof LockedFault)) throw fault;
    const where = fault.note ? `, at ${fault.note}` : ', still starting or stopping';
    throw new Error(
      `Already running here: process ${fault.processId} uses ${folder}${where}.\n` +
        `Stop it with Ctrl-C or \`kill ${fault.processId}\`, or set DATA_DIR and the ports for a second one.`,
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
  openEncryption(config); // fails before anything is started when the key ring is missing or faulty
  return ensureDemoChannels(config);
}

/** A supervisor of a stack's parts: the first Ctrl-C stops them, the second kills them. */
export function stackSupervisor(
  config: Pick<Config, 'DATA_DIR' | 'WORKER_SHUTDOWN_GRACE' | 'fixed'>,
  listener: PartListener,
): Supervisor {
  const longestGrace = Math.max(config.fixed.apiShutdownGraceMs, config.WORKER_SHUTDOWN_GRACE);
  const logs = { folder: join(config.DATA_DIR, 'logs'), maxBytes: LOG_FILES_MAX_BYTES };
  const supervisor = new Supervisor(logs, listener, longestGrace + KILL_AFTER_GRACE_MS);
  whenStopIsAsked(
    () => {
      reportProgress('Stopping; press Ctrl-C again to kill.');
      supervisor.stop();
    },
    () => {
      process.exitCode = FORCED_EXIT_CODE;
      supervisor.kill();
    },
  );
  return supervisor;
}
