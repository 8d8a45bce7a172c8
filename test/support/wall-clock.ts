const RealDate = Date;
let offsetMs = 0;

/** The wall clock after somebody has set it; all else that tells time goes on as it was. */
class SetDate extends RealDate {
  static override now(): number {
    return RealDate.now() + offsetMs;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof RealDate;
  }

  constructor(...parts: [] | [number | string | Date]) {
    if (parts.length === 0) super(SetDate.now());
    else super(parts[0]);
  }
}

/** Sets the wall clock of this test file forward or back; `afterEach(restoreWallClock)` goes with it. */
export function setWallClock(byMs: number): void {
  offsetMs += byMs;
  globalThis.Date = SetDate as DateConstructor; // no code of ours builds a date of several numbers, or calls it without new
}

export function restoreWallClock(): void {
  offsetMs = 0;
  globalThis.Date = RealDate;
}

export const HOUR_MS = 60 * 60 * 1000;
