import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** An external program did not come up, or ended by itself; the message carries its last output. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

/** An external program that a part runs, such as Temporal's server. */
export interface Program {
  pid: number;
  /** Rejects with `ProgramFailed` when the program ends. */
  failed: Promise<never>;
  /** Stops the program and waits for its end, so that its data is complete. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** Begins the messages about it. */
  title: string;
  /** What asks it to stop in an orderly way. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to stop before it is killed. */
  killAfterMs: number;
}

const OUTPUT_TAIL_CHARS = 1500;

/**
 * Waits until a program is ready. One that does not come up is stopped.
 * @throws the failure of `ready`, or ProgramFailed
 */
export async function untilReady(program: Program, ready: Promise<unknown>): Promise<void> {
  try {
    await Promise.race([ready, program.failed]);
  } catch (fault) {
    await program.stop();
    throw fault;
  }
}

/** Watches a child whose output is piped to us: passes its output on, and kills it when this process ends. */
export function superviseProgram(
  child: ChildProcess,
  { title, stopSignal = 'SIGTERM', killAfterMs }: ProgramOptions,
): Program {
  let stopping = false;
  let outputTail = '';
  const passOn = (text: string): void => {
    process.stdout.write(text);
    outputTail = (outputTail + text).slice(-OUTPUT_TAIL_CHARS);
  };
  child.stdout?.setEncoding('utf8').on('data', passOn);
  child.stderr?.setEncoding('utf8').on('data', passOn);
  // the program ends with this process, unless that is killed with -9
  const killProgram = (): void => void child.kill('SIGKILL');
  process.once('exit', killProgram);

  const closed = once(child, 'close').finally(() => process.off('exit', killProgram));
  const failed = closed.then(([code, signal]: unknown[]): never => {
    if (stopping) throw new ProgramFailed(`${title} was stopped.`);
    throw new ProgramFailed(
      `${title} ended by itself (${String(code ?? signal)}). Its last output:\n${outputTail.trim()}`,
    );
  });
  failed.catch(() => undefined); // awaited where it matters; a requested stop must not be an unhandled rejection

  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const kill = setTimeout(killProgram, killAfterMs);
    child.kill(stopSignal);
    await closed.catch(() => undefined);
    clearTimeout(kill);
  };
  return { pid: child.pid ?? -1, failed, stop };
}
