import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { SettlementFileFault } from '../settlement-text';
import type { FromReader, ToReader } from './messages';

/** How much work one file may cause. */
export interface ReadingLimits {
  /** Milliseconds that the reader may be busy with it. */
  workMs: number;
  /** Megabytes of heap. */
  memoryMb: number;
  /** Ends the reading. */
  signal?: AbortSignal;
}
/** A workbook of 150 MB takes half a minute on an idle core, and less than 2 GB. */
export const READING_LIMITS: ReadingLimits = { workMs: 5 * 60_000, memoryMb: 2_000 };

const ENTRY = path.join(__dirname, 'main.ts');
/** All that it gets of our environment: no key, secret or address. */
const ENVIRONMENT = ['CACHE_DIR', 'PATH', 'TMPDIR', 'TZ'];
/** How it ends when its memory is full: V8 aborts the process. */
const OUT_OF_MEMORY = new Set<unknown>(['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS', 133, 134]);
/** So long it waits for the next file, which then needs no start of a process. */
const IDLE_MS = 5_000;
const TICK_MS = 1_000;

/**
 * A process of its own: no file can hold up or end the caller's, which sells. (A thread would end it with itself: V8 aborts
 * the whole process at some allocations.)
 */
export class ReaderProcess {
  private static idle: ReaderProcess | undefined;
  private readonly child: ChildProcess;
  private hasSpoken = false;
  private stopWaiting: NodeJS.Timeout | undefined;

  private constructor(private readonly memoryMb: number) {
    this.child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, ...typescriptEntry(ENTRY)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      env: Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
    });
    this.child.on('error', () => this.child.kill('SIGKILL')); // of a message to one that has ended
  }

  /** One that waits for work, or a new one. */
  static take(memoryMb: number): ReaderProcess {
    const { idle } = ReaderProcess;
    ReaderProcess.idle = undefined;
    if (idle?.memoryMb !== memoryMb || !idle.child.connected) {
      idle?.end();
      return new ReaderProcess(memoryMb);
    }
    clearTimeout(idle.stopWaiting);
    idle.child.ref();
    idle.child.channel?.ref();
    return idle;
  }

  /** It has come to the end of a file: it may read another one. */
  release(): void {
    ReaderProcess.idle?.end();
    ReaderProcess.idle = this;
    this.child.unref();
    this.child.channel?.unref();
    this.stopWaiting = setTimeout(() => {
      if (ReaderProcess.idle === this) ReaderProcess.idle = undefined;
      this.end();
    }, IDLE_MS).unref();
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  /**
   * Sends a message and waits for the answer.
   * @throws SettlementFileFault when the file takes too much time or memory; the signal's reason
   */
  ask(message: ToReader, budget: Budget, signal?: AbortSignal): Promise<FromReader> {
    return new Promise((resolve, reject) => {
      const { child } = this;
      const settle = (act: () => void): void => {
        clearInterval(timer);
        budget.spend(TICK_MS);
        child.off('message', heard).off('exit', ended).off('error', failed);
        signal?.removeEventListener('abort', aborted);
        act();
      };
      const heard = (answer: FromReader): void => {
        this.hasSpoken = true;
        settle(() => resolve(answer));
      };
      const ended = (...[code, by]: [number | null, NodeJS.Signals | null]): void =>
        settle(() => reject(this.whyEnded(by ?? code)));
      const failed = (fault: Error): void => settle(() => reject(fault));
      const aborted = (): void => settle(() => reject(signal?.reason as Error));
      const timer = setInterval(
        () => {
          if (budget.spend(TICK_MS)) settle(() => reject(budget.fault()));
        },
        Math.min(TICK_MS, budget.limitMs),
      );
      child.on('message', heard).on('exit', ended).on('error', failed);
      signal?.addEventListener('abort', aborted);
      budget.begin();
      if (signal?.aborted) aborted();
      else if (child.exitCode !== null || child.signalCode !== null) ended(child.exitCode, child.signalCode);
      else child.send(message);
    });
  }

  private whyEnded(how: NodeJS.Signals | number | null): Error {
    if (this.hasSpoken && OUT_OF_MEMORY.has(how)) {
      return new SettlementFileFault(
        `The settlement file takes more than ${this.memoryMb} MB of memory to read: it was not compared.`,
      );
    }
    return new Error(`the process that reads settlement files ended (${how ?? 'unknown'})`);
  }
}

/** The time that a reader may be busy with one file; a stop of the whole machine is no work of it. */
export class Budget {
  private spentMs = 0;
  private since = 0;

  constructor(readonly limitMs: number) {}

  begin(): void {
    this.since = performance.now();
  }

  /** @returns whether it is used up */
  spend(atMostMs: number): boolean {
    const now = performance.now();
    this.spentMs += Math.min(now - this.since, 2 * atMostMs);
    this.since = now;
    return this.spentMs >= this.limitMs;
  }

  fault(): SettlementFileFault {
    const seconds = this.limitMs / 1000;
    return new SettlementFileFault(
      `The settlement file takes more than ${seconds} s to read: it was not compared.`,
    );
  }
}
