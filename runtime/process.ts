/** A running part of the stack, as its entry point hands it to `runPart`. */
export interface Part {
  /** Stops gracefully; called once. */
  stop(): Promise<void>;
  /** Rejects when the part dies of itself after its start. */
  failed?: Promise<never>;
  /** What the supervisor is told along with "ready", such as a port that the system chose. */
  details?: Readonly<Record<string, string | number>>;
}

/** npm passes on a Ctrl-C that the terminal has already sent: two signals so close together (ms) are one. */
export const SAME_KEY_PRESS = 400;

/** The exit code of a part that was stopped by force. */
const FORCED_EXIT = 130;

/**
 * Runs an entry point (`worker.ts`, `api/main.ts`, …) to its end, the same way alone and under `npm start`.
 *
 * - Ready: sends `{ type: 'ready', ...details }` to the parent that listens by IPC, if there is one.
 * - SIGTERM, SIGINT, or the parent gone: `stop()`, then exit code 0. A second signal exits at once with 130.
 * - A fault in `start`, `stop` or `failed`: one message on stderr, exit code 1.
 *
 * A library's own signal handlers must be off (Temporal: `Runtime.install({ shutdownSignals: [] })`).
 *
 * @param start brings the part up; its signal is aborted when a stop is asked for meanwhile, so that a long
 *   wait can be cut short. A part that still comes up is stopped right away.
 */
export function runPart(start: (stopping: AbortSignal) => Promise<Part>): void {
  ignoreLostReader();
  const stopping = new AbortController();
  whenStopIsAsked(() => stopping.abort());
  void run(start, stopping.signal).then(
    () => process.exit(0),
    (fault: unknown) => {
      if (stopping.signal.aborted && isAbort(fault)) process.exit(0);
      process.stderr.write(`${messageOf(fault)}\n`);
      process.exit(1);
    },
  );
}

/** How often it is looked whether npm's shell is still there, ms. */
const LOOK_FOR_NPM_EVERY = 500;

/**
 * Calls `stop` once, at the first SIGINT or SIGTERM or when the parent process has gone; at the second signal
 * calls `force`, which by default ends this process with code 130. A parent that neither speaks to us by IPC nor is
 * npm's shell may go: whoever starts a process from a terminal may leave it.
 */
export function whenStopIsAsked(stop: () => void, force = (): void => process.exit(FORCED_EXIT)): void {
  let asked = false;
  let firstSignalAt: number | undefined;
  const ask = (): void => {
    if (asked) return;
    asked = true;
    stop();
  };
  const onSignal = (): void => {
    firstSignalAt ??= performance.now();
    if (performance.now() - firstSignalAt > SAME_KEY_PRESS) force();
    else ask();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('disconnect', ask);
  whenNpmIsGone(ask);
}

/** npm passes a SIGTERM to the shell alone that it runs a script in, and that ends without a word to us. */
function whenNpmIsGone(ask: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    ask();
  }, LOOK_FOR_NPM_EVERY);
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
    await part.stop().catch(() => undefined); // the death is what must be told
    throw death;
  }
  await part.stop();
}

/**
 * Lets this process outlive whoever read its output: a supervisor that was killed, or a pager that was closed, leaves a
 * broken pipe behind.
 */
export function ignoreLostReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function isAbort(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'AbortError';
}

/** Faults that we raise explain themselves; a defect shows where it is. */
function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const isDefect = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => fault instanceof kind);
  return isDefect ? (fault.stack ?? fault.message) : fault.message;
}
