import type { ServerClock } from './server-clock';

/** Interval of the check, ms; it sends no request. */
const LOOK_EVERY_MS = 5_000;

export interface ClockListener {
  /** Called at each check with how far this machine's clock is ahead of Temporal's, seconds. */
  onOffset?: (seconds: number) => void;
  logger: {
    error(facts: object, message: string): void;
    info(facts: object, message: string): void;
  };
}

/**
 * Reports how far this machine's clock is from Temporal's, and logs when it becomes wrong and when it is right again.
 * @returns a function that stops the watch
 */
export function watchClock(clock: ServerClock, { onOffset, logger }: ClockListener): () => void {
  let wasWrong = false;
  const timer = setInterval(() => {
    const offsetMs = clock.offsetMs;
    if (offsetMs === undefined) return;
    onOffset?.(offsetMs / 1000);
    const isWrong = clock.faultMs !== undefined;
    if (isWrong === wasWrong) return;
    wasWrong = isWrong;
    const facts = {
      event: isWrong ? 'clock.off' : 'clock.right',
      offsetSeconds: Math.round(offsetMs / 1000),
    };
    if (isWrong) logger.error(facts, clockFault(offsetMs));
    else logger.info(facts, 'the clock of this machine matches Temporal’s again');
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

export function clockFault(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const where = offsetMs < 0 ? 'behind' : 'ahead of';
  return `the clock of this machine is ${seconds} s ${where} Temporal’s: prices, signatures and days may be wrong`;
}
