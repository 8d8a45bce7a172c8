import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const START_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** A server of another project, as a child process. */
export interface Daemon {
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 * @param answers whether it does by now
 * @param signal by which it is asked to stop
 * @throws Error with its last words when it ends, or does not answer within a minute
 */
export async function startDaemon(
  program: string,
  programArguments: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'uid' | 'gid' | 'cwd'> & { logFile: string },
  answers: () => Promise<boolean>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Daemon> {
  const { logFile, ...how } = options;
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(program, programArguments, { ...how, stdio: ['ignore', log, log] });
  closeSync(log);
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const until = performance.now() + START_LIMIT_MS;
  while (!(await answers().catch(() => false))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${program} did not come up:\n${readFileSync(logFile, 'utf8').slice(-1500)}`);
    }
    await pause(LOOK_EVERY_MS);
  }
  return {
    pid: child.pid ?? -1,
    async stop() {
      process.off('exit', killWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
