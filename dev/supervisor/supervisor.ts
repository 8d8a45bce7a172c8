import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../../runtime/folder';
import { ChildPart, type PartEnd, type PartListener, type PartPlan, type ReadyDetails } from './child-part';

/** A part failed to start, or died; the message names it, the cause and its last output. */
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

/** A part that has not stopped after this time is killed, unless the caller sets another time. */
const KILL_AFTER_MS = 60_000;
/** Pause before a kept part is restarted, so that one that cannot come up does not take all of the machine. */
const RESTART_AFTER_MS = 1_000;
/** How often a start that takes long is reported. */
const REPORT_WAIT_EVERY_MS = 10_000;

/** Where the parts' logs go: each is `<part>.log`, with its older files `<part>.log.1` and so on. */
export interface LogFolder {
  folder: string;
  /** Maximum size of all of them together. */
  maxBytes: number;
}

/** Starts parts in order, watches them, and stops them in the opposite order. */
export class Supervisor {
  private readonly parts: ChildPart[] = [];
  private logMaxBytes = 0;
  private readonly readyParts = new Map<string, ReadyDetails>();
  private resolveStop: () => void = () => undefined;
  private readonly stopAsked = new Promise<void>((resolve) => (this.resolveStop = resolve));
  private rejectDeath: (death: PartDied) => void = () => undefined;
  private readonly death = new Promise<never>((_resolve, reject) => (this.rejectDeath = reject));
  private stopping = false;

  /** @param killAfterMs how long a part may take to stop before it is killed */
  constructor(
    private readonly logs: LogFolder,
    private readonly listener: PartListener,
    private readonly killAfterMs: number = KILL_AFTER_MS,
  ) {
    this.death.catch(() => undefined); // awaited only while running
  }

  /**
   * Runs the parts until a stop is asked for, and returns when all of them are gone.
   * @param onReady called once all parts are ready, with the details of each
   * @throws PartDied when one does not come up or dies; the rest has been brought down by then
   */
  async run(
    plans: readonly PartPlan[],
    onReady: (ready: ReadonlyMap<string, ReadyDetails>) => void | Promise<void>,
  ): Promise<void> {
    await makeFolder(this.logs.folder);
    this.logMaxBytes = Math.floor(this.logs.maxBytes / Math.max(1, plans.length));
    try {
      for (const [index, plan] of plans.entries()) {
        if (this.stopping) break;
        await this.startAndReport(plan, `${index + 1}/${plans.length}`);
      }
      if (!this.stopping) await onReady(this.readyParts);
      await Promise.race([this.death, this.stopAsked]);
    } finally {
      await this.stopAll();
    }
  }

  /** The process of each part that lives, by name. */
  get pids(): ReadonlyMap<string, number | undefined> {
    return new Map(this.parts.filter(({ lives }) => lives).map(({ name, pid }) => [name, pid]));
  }

  /** Asks for an orderly stop; `run` returns when it is done. */
  stop(): void {
    this.stopping = true;
    this.resolveStop();
  }

  /** Kills every part at once; `run` returns soon after. */
  kill(): void {
    this.stop();
    for (const part of this.parts) part.kill();
  }

  /** @param position such as `2/6` */
  private async startAndReport(plan: PartPlan, position: string): Promise<void> {
    const { name } = plan;
    const report = (words: string): void => this.listener.onProgress(`[${position}] ${words}`);
    const startedAt = performance.now();
    const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(0);
    report(`Starting ${name} …`);
    const waiting = setInterval(
      () => report(`Still waiting for ${name} (${seconds()} s). Its log: ${this.logOf(name)}`),
      REPORT_WAIT_EVERY_MS,
    );
    try {
      await Promise.race([this.start(plan), this.death, this.stopAsked]);
    } finally {
      clearInterval(waiting);
    }
    if (!this.stopping) report(`${name} is ready (${seconds()} s).`);
  }

  private logOf(name: string): string {
    return join(this.logs.folder, `${name}.log`);
  }

  private async start(plan: PartPlan): Promise<void> {
    const logFile = this.logOf(plan.name);
    const environment = { ...process.env, ...plan.environment?.(this.readyParts) };
    const part = new ChildPart(plan, environment, logFile, this.listener, this.logMaxBytes);
    this.parts.push(part);
    void part.ended.then((end) => {
      const wasReady = this.readyParts.has(plan.name);
      if (!this.stopping && plan.isKept && wasReady) void this.startAgain(plan, end);
      else if (!this.stopping) this.rejectDeath(new PartDied(end, wasReady, logFile));
      else if (!end.clean && wasReady)
        this.listener.onProgress(`${end.name} did not stop cleanly (${end.how}).`);
    });
    this.readyParts.set(plan.name, await part.ready);
  }

  /** The part keeps the details of its first start, such as its port. */
  private async startAgain(plan: PartPlan, { how }: PartEnd): Promise<void> {
    this.listener.onProgress(`${plan.name} ended (${how}); restarting it.`);
    await pause(RESTART_AFTER_MS);
    if (this.stopping) return;
    await this.start(plan);
    this.listener.onProgress(`${plan.name} is running again.`);
  }

  private async stopAll(): Promise<void> {
    this.stopping = true;
    for (const part of this.parts.toReversed().filter(({ lives }) => lives)) {
      this.listener.onProgress(`Stopping ${part.name} …`);
      part.requestStop();
      const limit = setTimeout(() => part.kill(), this.killAfterMs);
      await part.ended;
      clearTimeout(limit);
    }
  }
}
