import { setTimeout } from 'node:timers/promises';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';

type Standing = 'ready' | 'starting' | 'down';

/** A part is held down no longer, since another that is waited for may need it to come up. */
const HOLD_LIMIT_MS = 15_000;

/** Between two starts of a part that cannot come up, as a supervisor has it; another part may be missing. */
const RESTART_PAUSE_MS = 200;

interface Freeze {
  waking: AbortController;
  /** Resolves when the part was thawed, or is not to be any more. */
  over: Promise<void>;
}

/** The parts of a running stack, each started again whenever it ended, as an orchestrator does. */
export class KeptParts {
  readonly kills: Record<string, number> = {};
  readonly freezes: Record<string, number> = {};
  /** Parts that ended though nobody had killed them. */
  readonly deaths: string[] = [];
  private readonly standing: Record<string, Standing> = {};
  private readonly killed = new Set<string>();
  /** Until when each part is held down, ms of `performance.now()`. */
  private readonly held = new Map<string, number>();
  /** Parts that must not be there while something of theirs is mended. */
  private readonly mending = new Set<string>();
  private readonly frozen = new Map<string, Freeze>();
  private over = false;

  /** @param stack all of whose parts are up */
  constructor(private readonly stack: EmbeddedStack) {
    for (const part of stack.parts) {
      this.kills[part] = 0;
      this.freezes[part] = 0;
      this.standing[part] = 'ready';
      void this.keep(part);
    }
  }

  /** @param hold keeps the part down until `release` */
  async kill(part: string, hold: boolean): Promise<void> {
    this.kills[part] = (this.kills[part] ?? 0) + 1;
    this.killed.add(part);
    if (hold) this.held.set(part, performance.now() + HOLD_LIMIT_MS);
    await this.end(part);
  }

  /** Ends the part as a person would who mends its machine, and has it started again when the work is done. */
  async whileDown(part: string, work: () => Promise<void>): Promise<void> {
    if (this.standing[part] !== 'down') this.killed.add(part);
    this.mending.add(part);
    try {
      await this.end(part);
      await work();
    } finally {
      this.mending.delete(part);
    }
  }

  /** Freezes the part, and thaws it so much later; it counts as ready meanwhile. One that is frozen wakes first. */
  async freeze(part: string, forMs: number): Promise<void> {
    await this.frozen.get(part)?.over;
    this.freezes[part] = (this.freezes[part] ?? 0) + 1;
    this.stack.freezePart(part);
    const waking = new AbortController();
    const over = setTimeout(forMs, undefined, { signal: waking.signal }).then(
      () => this.stack.thawPart(part),
      () => undefined, // killed in its sleep
    );
    this.frozen.set(part, { waking, over });
  }

  /** Waits until the part runs: it is awake, and has said that it is ready. */
  async untilBack(part: string): Promise<void> {
    await this.frozen.get(part)?.over;
    await this.untilReady(part);
  }

  /** Lets every part that was held down by a strike be started again. */
  release(): void {
    this.held.clear();
  }

  /** Waits until the part has said that it is ready; it may be frozen since. */
  async untilReady(part: string): Promise<void> {
    await this.untilIt(part, ['ready']);
  }

  /** Waits until a process of the part is there. */
  async untilThere(part: string): Promise<void> {
    await this.untilIt(part, ['starting', 'ready']);
  }

  /** Starts nothing any more. */
  stopKeeping(): void {
    this.over = true;
    this.held.clear();
    for (const { waking } of this.frozen.values()) waking.abort();
  }

  private async end(part: string): Promise<void> {
    this.frozen.get(part)?.waking.abort(); // the next process of this name is another one
    await this.stack.killPart(part);
  }

  private async untilIt(part: string, wanted: readonly Standing[]): Promise<void> {
    await eventually(`${part} to be ${wanted.join(' or ')}`, () =>
      wanted.includes(this.standing[part] ?? 'down') ? true : undefined,
    );
  }

  private async keep(part: string): Promise<void> {
    for (;;) {
      const wasReady = this.standing[part] === 'ready';
      const { how, lastLines } = await this.stack.endOfPart(part);
      this.standing[part] = 'down';
      if (this.over) return;
      const wasKilled = this.killed.delete(part);
      if (wasReady && !wasKilled) this.deaths.push(`${part} ended (${how}):\n${lastLines.join('\n')}`);
      if (!wasKilled) await setTimeout(RESTART_PAUSE_MS);
      // the last look before the start: whoever mends something has ended the part and needs it gone
      while (this.isKeptDown(part)) await setTimeout(RESTART_PAUSE_MS / 10);
      if (this.over) return;
      await this.start(part);
    }
  }

  private isKeptDown(part: string): boolean {
    return !this.over && (this.mending.has(part) || performance.now() < (this.held.get(part) ?? 0));
  }

  private async start(part: string): Promise<void> {
    const started = this.stack.startPart(part);
    this.standing[part] = 'starting';
    try {
      await started;
      this.standing[part] = 'ready';
    } catch {
      // killed while it started, or a part that it needs is down: its end is dealt with like any other
    }
  }
}
