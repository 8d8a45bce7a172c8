import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChildPart, type PartEnd, type PartListener, type PartPlan, type ReadyDetails } from './child-part';

/** A part did not come up or died; the message says which, how, and its last words. */
export class PartDied extends Error {
  override readonly name = 'PartDied';
  constructor(end: PartEnd, wasReady: boolean, logFile: string) {
    super(
      [
        `${end.name} ${wasReady ? 'died' : 'could not start'} (${end.how}). Its log: ${logFile}`,
        ...end.lastLines.map((line) => `  ${line}`),
      ].join('\n'),
    );
  }
}

/** A part that has not stopped by itself after so long (ms) is killed, unless it is given another time. */
const STOP_LIMIT = 60_000;
/** Between the end of a kept part and its next start (ms), so that one that cannot come up does not use the machine up. */
const RESTART_PAUSE = 1_000;

/** Where the parts' logs go: each is `<part>.log`, with its older files `<part>.log.1` and so on. */
export interface LogFolder {
  folder: string;
  /** What all of them may have together. */
  maxBytes: number;
}

/** Starts parts in order, watches them, and stops them in the opposite order. */
export class Supervisor {
  readonly #logs: LogFolder;
  readonly #listener: PartListener;
  readonly #stopLimit: number;
  readonly #parts: ChildPart[] = [];
  #logMaxBytes = 0;
  readonly #readyParts = new Map<string, ReadyDetails>();
  #tellStop: () => void = () => undefined;
  readonly #stopAsked = new Promise<void>((resolve) => (this.#tellStop = resolve));
  #tellDeath: (death: PartDied) => void = () => undefined;
  readonly #death = new Promise<never>((_resolve, reject) => (this.#tellDeath = reject));
  #stopping = false;

  /**
   * @param stopLimit how long a part may take to stop before it is killed, ms
   */
  constructor(logs: LogFolder, listener: PartListener, stopLimit: number = STOP_LIMIT) {
    this.#stopLimit = stopLimit;
    this.#logs = logs;
    this.#listener = listener;
    this.#death.catch(() => undefined); // awaited only while running
  }

  /**
   * Runs the parts until a stop is asked for, and returns when all of them are gone.
   * @param onReady called once all parts are ready, with what each said of itself
   * @throws PartDied when one does not come up or dies; the rest has been brought down by then
   */
  async run(
    plans: readonly PartPlan[],
    onReady: (ready: ReadonlyMap<string, ReadyDetails>) => void | Promise<void>,
  ): Promise<void> {
    await mkdir(this.#logs.folder, { recursive: true });
    this.#logMaxBytes = Math.floor(this.#logs.maxBytes / Math.max(1, plans.length));
    try {
      for (const plan of plans) {
        if (this.#stopping) break;
        await Promise.race([this.#start(plan), this.#death, this.#stopAsked]);
      }
      if (!this.#stopping) await onReady(this.#readyParts);
      await Promise.race([this.#death, this.#stopAsked]);
    } finally {
      await this.#stopAll();
    }
  }

  /** The process of each part that lives, by name. */
  get pids(): ReadonlyMap<string, number | undefined> {
    return new Map(this.#parts.filter(({ lives }) => lives).map(({ name, pid }) => [name, pid]));
  }

  /** Asks for an orderly stop; `run` returns when it is done. */
  stop(): void {
    this.#stopping = true;
    this.#tellStop();
  }

  /** Kills every part at once; `run` returns soon after. */
  kill(): void {
    this.stop();
    for (const part of this.#parts) part.kill();
  }

  async #start(plan: PartPlan): Promise<void> {
    const logFile = join(this.#logs.folder, `${plan.name}.log`);
    const environment = { ...process.env, ...plan.environment?.(this.#readyParts) };
    const part = new ChildPart(plan, environment, logFile, this.#listener, this.#logMaxBytes);
    this.#parts.push(part);
    void part.ended.then((end) => {
      const wasReady = this.#readyParts.has(plan.name);
      if (!this.#stopping && plan.isKept && wasReady) void this.#startAgain(plan, end);
      else if (!this.#stopping) this.#tellDeath(new PartDied(end, wasReady, logFile));
      else if (!end.clean) this.#listener.onProgress(`${end.name} did not stop cleanly (${end.how}).`);
    });
    this.#readyParts.set(plan.name, await part.ready);
  }

  /** What a part said when it was ready first stays: its port is its own. */
  async #startAgain(plan: PartPlan, { how }: PartEnd): Promise<void> {
    this.#listener.onProgress(`${plan.name} ended (${how}); it is started again.`);
    await pause(RESTART_PAUSE);
    if (this.#stopping) return;
    await this.#start(plan);
    this.#listener.onProgress(`${plan.name} is back.`);
  }

  async #stopAll(): Promise<void> {
    this.#stopping = true;
    for (const part of this.#parts.toReversed().filter(({ lives }) => lives)) {
      this.#listener.onProgress(`Stopping ${part.name} …`);
      part.askToStop();
      const limit = setTimeout(() => part.kill(), this.#stopLimit);
      await part.ended;
      clearTimeout(limit);
    }
  }
}
