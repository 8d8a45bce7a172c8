import type { SandboxGateway } from './gateway';
import { LedgerNotWritten } from './ledger-store';

/** The longest delay of a timer in Node. */
const MAX_TIMER_MS = 2_147_483_647;
/** Pause between two attempts to write what is due. */
const RETRY_MS = 1_000;

/** Lets held commands take effect when they are due, also without requests; those that fell due before a restart at once. */
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
    try {
      this.gateway.landDue();
      this.arm();
    } catch (fault) {
      if (!(fault instanceof LedgerNotWritten)) throw fault;
      this.landAfter(RETRY_MS); // what is due waits for the disk
    }
  }

  private arm(): void {
    clearTimeout(this.timer);
    const due = this.gateway.nextDueMs;
    if (due === undefined) return;
    this.landAfter(Math.min(Math.max(due - this.gateway.now(), 1), MAX_TIMER_MS));
  }

  private landAfter(ms: number): void {
    this.timer = setTimeout(() => this.land(), ms);
    this.timer.unref();
  }
}
