import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program of somebody else that a part runs. */
export interface Program {
  pid: number;
  /** Rejects when the program ends of itself, with its last words. */
  failed: Promise<never>;
  /** Stops the program and waits until it is gone, so that its data is whole. */
  stop(): Promise<void>;
}

export interface ProgramWishes {
  /** As a message begins. */
  title: string;
  /** What asks it to stop in an orderly way. */
  stopSignal?: NodeJS.Signals;
  /** How long (ms) it may take to stop before it is killed. */
  stopLimit: number;
  /** The error that tells of its end. */
  fault: (message: string) => Error;
}

const LAST_WORDS = 1500;

/** Watches a child whose output is piped to us: passes its words on, and never lets it outlive this process. */
export function superviseProgram(
  child: ChildProcess,
  { title, stopSignal = 'SIGTERM', stopLimit, fault }: ProgramWishes,
): Program {
  let stopping = false;
  let lastWords = '';
  const hear = (text: string): void => {
    process.stdout.write(text);
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  };
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  // whatever ends this process, the program does not outlive it; only kill -9 gets past this
  const killProgram = (): void => void child.kill('SIGKILL');
  process.once('exit', killProgram);

  const closed = once(child, 'close').finally(() => process.off('exit', killProgram));
  const failed = closed.then(([code, signal]: unknown[]): never => {
    if (stopping) throw fault(`${title} was stopped.`);
    throw fault(`${title} ended by itself (${String(code ?? signal)}). Its last words:\n${lastWords.trim()}`);
  });
  failed.catch(() => undefined); // whoever cares awaits it; a wanted stop must not be an unhandled rejection

  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const kill = setTimeout(killProgram, stopLimit);
    child.kill(stopSignal);
    await closed.catch(() => undefined);
    clearTimeout(kill);
  };
  return { pid: child.pid ?? -1, failed, stop };
}
