import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { typescriptEntry } from '../../runtime/typescript-entry';

/** A part did not come up, or died while it was measured. */
export class BenchPartDied extends Error {
  override readonly name = 'BenchPartDied';
}

/** How long a part may take to stop before it is killed, ms. */
const KILL_AFTER_MS = 20_000;

/**
 * One process of the stack that is measured. Unlike under `npm start` its log goes straight into a file, so that
 * reading it costs the process that makes the load nothing.
 */
export class BenchPart {
  /** Rejects when the process ends of itself. */
  readonly died: Promise<never>;
  private stopping = false;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    logFile: string,
  ) {
    this.died = once(child, 'exit').then(([code, signal]: unknown[]) => {
      if (this.stopping) return new Promise<never>(() => undefined);
      const lastWords = readFileSync(logFile, 'utf8').trim().split('\n').slice(-12).join('\n');
      throw new BenchPartDied(`${name} ended by itself (${String(code ?? signal)}):\n${lastWords}`);
    });
    this.died.catch(() => undefined); // told to whoever waits for something of this part
  }

  /**
   * Starts an entry point that ends in `runPart`, and waits until it says that it is ready.
   * @param environment the whole environment of the process
   * @returns the part, and what it said of itself
   * @throws BenchPartDied
   */
  static async start(
    name: string,
    entry: string,
    environment: NodeJS.ProcessEnv,
    logFile: string,
  ): Promise<{ part: BenchPart; details: Readonly<Record<string, unknown>> }> {
    const log = openSync(logFile, 'a', 0o600);
    const profile = environment['BENCH_CPU_PROFILES'];
    const nodeArguments = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
    const child = spawn(process.execPath, [...nodeArguments, ...typescriptEntry(entry)], {
      stdio: ['ignore', log, log, 'ipc'],
      env: environment,
      detached: true, // a Ctrl-C at the terminal is ours to pass on, in order
    });
    closeSync(log);
    const part = new BenchPart(name, child, logFile);
    const ready = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
      child.on('message', (message) => {
        if (typeof message !== 'object' || message === null || !('type' in message)) return;
        if (message.type === 'ready') resolve({ ...message });
      });
    });
    return { part, details: await Promise.race([ready, part.died]) };
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** SIGTERM, and waits until the process is gone; a second one kills. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), KILL_AFTER_MS);
    this.child.kill('SIGTERM');
    await gone;
    clearTimeout(impatience);
  }
}
