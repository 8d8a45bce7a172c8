import { setTimeout } from 'node:timers/promises';
import { MAIN_PARTS, type EmbeddedStack, type MainPart } from '../support/embedded-stack';
import { eventually } from '../support/eventually';

type Standing = 'ready' | 'starting' | 'down';

/** Between two starts of a part that cannot come up, as a supervisor has it; another part may be missing. */
const RESTART_PAUSE_MS = 200;

/** The parts of a running stack, each started again whenever it ended, as an orchestrator does. */
export class KeptParts {
  readonly kills: Record<MainPart, number> = { temporal: 0, sandbox: 0, worker: 0, api: 0 };
  /** Parts that ended though nobody had killed them. */
  readonly deaths: string[] = [];
  private readonly standing: Record<MainPart, Standing> = {
    temporal: 'ready',
    sandbox: 'ready',
    worker: 'ready',
    api: 'ready',
  };
  private readonly killed = new Set<MainPart>();
  private readonly held = new Set<MainPart>();
  private over = false;

  /** @param stack all of whose parts are up */
  constructor(private readonly stack: EmbeddedStack) {
    for (const part of MAIN_PARTS) void this.keep(part);
  }

  /** @param hold keeps the part down until `release` */
  async kill(part: MainPart, hold: boolean): Promise<void> {
    this.kills[part] += 1;
    this.killed.add(part);
    if (hold) this.held.add(part);
    await this.stack.killPart(part);
  }

  /** Lets every part that was held down be started again. */
  release(): void {
    this.held.clear();
  }

  /** Waits until the part has said that it is ready. */
  async untilReady(part: MainPart): Promise<void> {
    await this.untilIt(part, ['ready']);
  }

  /** Waits until a process of the part is there. */
  async untilThere(part: MainPart): Promise<void> {
    await this.untilIt(part, ['starting', 'ready']);
  }

  /** Starts nothing any more. */
  stopKeeping(): void {
    this.over = true;
    this.release();
  }

  private async untilIt(part: MainPart, wanted: readonly Standing[]): Promise<void> {
    await eventually(`${part} to be ${wanted.join(' or ')}`, () =>
      wanted.includes(this.standing[part]) ? true : undefined,
    );
  }

  private async keep(part: MainPart): Promise<void> {
    for (;;) {
      const wasReady = this.standing[part] === 'ready';
      const { how, lastLines } = await this.stack.endOfPart(part);
      this.standing[part] = 'down';
      if (this.over) return;
      const wasKilled = this.killed.delete(part);
      if (wasReady && !wasKilled) this.deaths.push(`${part} ended (${how}):\n${lastLines.join('\n')}`);
      while (this.held.has(part)) await setTimeout(RESTART_PAUSE_MS / 10);
      if (!wasKilled) await setTimeout(RESTART_PAUSE_MS);
      if (this.over) return;
      await this.start(part);
    }
  }

  private async start(part: MainPart): Promise<void> {
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
