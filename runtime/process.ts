import { visibleLines } from '../domain/harmless-text';
import { writeForOwnerOnly } from './owner-only';

/** A running part of the stack, as its entry point hands it to `runPart`. */
export interface Part {
  /** Stops gracefully; called once. */
  stop(): Promise<void>;
  /** Rejects when the part fails after its start. */
  failed?: Promise<never>;
  /** Sent to the supervisor with "ready", such as a port that the system chose. */
  details?: Readonly<Record<string, string | number>>;
}

/** A line for the person who waits: under the supervisor it goes to the supervisor's terminal, else to stdout. */
export function reportProgress(line: string): void {
  const shown = visibleLines(line);
  if (process.send && process.connected) process.send({ type: 'progress', line: shown });
  else process.stdout.write(`${shown}\n`);
}

/** npm repeats a Ctrl-C that the terminal has already sent: two signals within this time count as one. */
export const DOUBLED_SIGNAL_MS = 400;

/** The exit code of a process that was stopped by force. */
export const FORCED_EXIT_CODE = 130;

/**
 * Runs an entry point (`worker.ts`, `api/main.ts`, …) to its end, the same way alone and under `npm start`.
 *
 * - Ready: sends `{ type: 'ready', ...details }` to the parent that listens by IPC, if there is one.
 * - SIGTERM, SIGINT, or the parent gone: `stop()`, then exit code 0. A second signal exits at once with 130.
 * - A fault in `start`, `stop` or `failed`: one message on stderr, exit code 1.
 *
 * A library's own signal handlers must be off (Temporal: `Runtime.install({ shutdownSignals: [] })`).
 *
 * @param start brings the part up; its signal is aborted when a stop is requested meanwhile, so that a long wait can
 *   end early. A part that comes up all the same is stopped at once.
 */
export function runPart(start: (stopping: AbortSignal) => Promise<Part>): void {
  writeForOwnerOnly();
  ignoreLostReader();
  const stopping = new AbortController();
  whenStopIsAsked(() => stopping.abort());
  void run(start, stopping.signal).then(
    () => process.exit(0),
    (fault: unknown) => {
      if (stopping.signal.aborted && isAbort(fault)) process.exit(0);
      sayFault(messageOf(fault));
      process.exit(1);
    },
  );
}

/** How often we check that npm's shell is still there. */
const CHECK_NPM_EVERY_MS = 500;

/**
 * Calls `stop` once, at the first SIGINT or SIGTERM or when the parent process has gone; at the second signal
 * calls `force`, which by default ends this process with code 130. Only a parent with an IPC channel and npm's shell
 * count as parents: a process that was started from a terminal outlives it.
 */
export function whenStopIsAsked(stop: () => void, force = (): void => process.exit(FORCED_EXIT_CODE)): void {
  let asked = false;
  let firstSignalAt: number | undefined;
  const ask = (): void => {
    if (asked) return;
    asked = true;
    stop();
  };
  const onSignal = (): void => {
    firstSignalAt ??= performance.now();
    if (performance.now() - firstSignalAt > DOUBLED_SIGNAL_MS) force();
    else ask();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('disconnect', ask);
  whenNpmIsGone(ask);
}

/** npm sends SIGTERM only to the shell that it runs a script in; that shell ends without passing it on. */
function whenNpmIsGone(ask: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    ask();
  }, CHECK_NPM_EVERY_MS);
  look.unref();
}

async function run(start: (stopping: AbortSignal) => Promise<Part>, stopping: AbortSignal): Promise<void> {
  const part = await start(stopping);
  const stopAsked = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  if (!stopping.aborted && process.connected) process.send?.({ type: 'ready', ...part.details });
  try {
    await (part.failed ? Promise.race([stopAsked, part.failed]) : stopAsked);
  } catch (death) {
    await part.stop().catch(() => undefined); // the failure is what must be reported
    throw death;
  }
  await part.stop();
}

/** Lets this process go on after EPIPE: a killed supervisor or a closed pager leaves a broken pipe. */
export function ignoreLostReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Ends this process with its work, with one line on stderr when that fails. */
export function exitAfter(work: Promise<unknown>): void {
  work.then(
    () => process.exit(),
    (fault: unknown) => {
      sayFault(fault instanceof Error ? fault.message : String(fault));
      process.exit(process.exitCode ?? 1);
    },
  );
}

/** It may quote a file or an answer, none of which a terminal must obey. */
function sayFault(message: string): void {
  process.stderr.write(`${visibleLines(message)}\n`);
}

function isAbort(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'AbortError';
}

/** Our own errors explain themselves; a defect is shown with its stack. */
function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const isDefect = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => fault instanceof kind);
  return isDefect ? (fault.stack ?? fault.message) : fault.message;
}
