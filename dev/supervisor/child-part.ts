import { visibleText } from '../../domain/harmless-text';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { withLoopbackExcepted } from '../../runtime/proxy/settings';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { PartLog } from './part-log';

/** Details that a part reports when it is ready. */
export type ReadyDetails = Readonly<Record<string, unknown>>;

/** One part of the stack as it is to be started. */
export interface PartPlan {
  name: string;
  /** Full path of its entry point, which ends in `runPart`. */
  entry: string;
  /** Its own arguments. */
  words?: readonly string[];
  /** Whether it is restarted when it ends by itself after it was ready; else its end stops the whole stack. */
  isKept?: boolean;
  /** Additions to our environment, from the details of the parts before it. */
  environment?(ready: ReadonlyMap<string, ReadyDetails>): Readonly<Record<string, string>>;
}

/** How a part ended. */
export interface PartEnd {
  name: string;
  /** In words: `exit code 1` or `SIGKILL`. */
  how: string;
  clean: boolean;
  /** The last lines of its output. */
  lastLines: readonly string[];
}

/** Where a part's output goes. */
export interface PartListener {
  /** A line of its log. */
  onLine(part: string, line: string): void;
  /** A line for the person who waits for the start. */
  onProgress(line: string): void;
}

const LAST_LINES = 12;
/** Maximum size of a part's log unless given. */
const DEFAULT_LOG_MAX_BYTES = 200_000_000;

/**
 * Heaps that glibc gives to a process's threads, each of which keeps what was freed in it: with one for each thread, a
 * worker reserves 60 MB more and grows by some MB an hour (docs/performance.md). The image sets the same.
 */
const MALLOC_ARENA_MAX = '2';

/** A running part: a child process in a group of its own, so that the terminal's Ctrl-C does not reach it. */
export class ChildPart {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves with the part's details; never, when it ends before. */
  readonly ready: Promise<ReadyDetails>;
  /** Resolves when the process is gone and all of its output is in its log. */
  readonly ended: Promise<PartEnd>;
  readonly #child: ChildProcess;
  readonly #lastLines: { stream: 'stdout' | 'stderr'; line: string }[] = [];

  /**
   * @param environment the whole environment of the process
   * @param logFile its output is appended here
   * @param logMaxBytes maximum size of the log together with its older files, `<logFile>.1` and so on
   */
  constructor(
    plan: PartPlan,
    environment: NodeJS.ProcessEnv,
    logFile: string,
    listener: PartListener,
    logMaxBytes = DEFAULT_LOG_MAX_BYTES,
  ) {
    this.name = plan.name;
    this.#child = spawn(process.execPath, typescriptEntry(plan.entry, ...(plan.words ?? [])), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: withLoopbackExcepted({ MALLOC_ARENA_MAX, ...environment }),
    });
    this.pid = this.#child.pid;
    const log = new PartLog(plan.name, logFile, logMaxBytes, (line) => listener.onProgress(line));
    this.#collectLines(log, listener);
    this.ready = new Promise((resolve) => {
      this.#child.on('message', (message) => {
        if (typeof message !== 'object' || message === null || !('type' in message)) return;
        if (message.type === 'ready') resolve({ ...message });
        if (message.type === 'progress' && 'line' in message) listener.onProgress(String(message.line));
      });
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', () => this.kill()); // remaining processes of its group
      this.#child.once('error', (error) => resolve(this.#end(error.message, false)));
      this.#child.once('close', (code, signal) => {
        const end = this.#end(signal ?? `exit code ${String(code)}`, code === 0);
        void log.end().then(() => resolve(end));
      });
    });
  }

  /** Whether the process is still there. */
  get lives(): boolean {
    return this.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Requests a graceful stop; `ended` resolves afterwards. */
  requestStop(): void {
    this.#child.kill('SIGTERM');
  }

  /** Kills the part and all that it started in its group. */
  kill(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL'); // the group is gone, or the system has no process groups
    }
  }

  #collectLines(log: PartLog, listener: PartListener): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.#child[stream];
      if (!input) continue;
      createInterface({ input }).on('line', (line) => {
        log.write(line);
        this.#lastLines.push({ stream, line });
        if (this.#lastLines.length > 200) this.#lastLines.shift();
        listener.onLine(this.name, line);
      });
    }
  }

  #end(how: string, clean: boolean): PartEnd {
    // without stack lines, which would push the message out of sight; they are in the log
    const complaints = this.#lastLines.filter(
      ({ stream, line }) => stream === 'stderr' && !/^\s+at /.test(line),
    );
    const shown = complaints.length > 0 ? complaints : this.#lastLines;
    return {
      name: this.name,
      how,
      clean,
      lastLines: shown.slice(-LAST_LINES).map(({ line }) => visibleText(line)),
    };
  }
}
