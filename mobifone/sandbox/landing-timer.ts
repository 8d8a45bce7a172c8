import type { SandboxGateway } from './gateway';

/** The longest pause that a timer of Node takes, milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Lets held commands land when they are due, also while nobody asks anything; those of an earlier life at once. */
export class LandingTimer {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly gateway: Pick<SandboxGateway, 'landDue' | 'nextDueMs' | 'now' | 'onHeld'>) {
    gateway.onHeld = () => this.arm();
    this.land();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private land(): void {
    this.gateway.landDue();
    this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const due = this.gateway.nextDueMs;
    if (due === undefined) return;
    this.timer = setTimeout(
      () => this.land(),
      Math.min(Math.max(due - this.gateway.now(), 1), LONGEST_TIMER_MS),
    );
    this.timer.unref();
  }
}
