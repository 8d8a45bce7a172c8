import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit';

/**
 * Requests of each key in its current window, in the memory of this process. The library's own store ends its windows
 * by the wall clock, so that a clock set back by two hours refuses a key for two hours; these end by a clock that never
 * steps.
 */
export class RateWindows implements Store {
  /** The library is told that no other process counts the same keys. */
  readonly localKeys = true;
  private windowMs = 60_000;
  /** In the order in which the windows began, so that those that are over are in front. */
  private readonly windows = new Map<string, Window>();

  /** @param now milliseconds on a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  init({ windowMs }: Pick<Options, 'windowMs'>): void {
    this.windowMs = windowMs;
  }

  increment(key: string): ClientRateLimitInfo {
    const now = this.now();
    this.dropEnded(now);
    const window = this.windows.get(key) ?? { hits: 0, endsAt: now + this.windowMs };
    window.hits += 1;
    this.windows.set(key, window);
    // The library turns the date into seconds from now at once, so it is one of the wall clock as it is now.
    return { totalHits: window.hits, resetTime: new Date(Date.now() + window.endsAt - now) };
  }

  decrement(key: string): void {
    const window = this.windows.get(key);
    if (window && window.hits > 0) window.hits -= 1;
  }

  resetKey(key: string): void {
    this.windows.delete(key);
  }

  private dropEnded(now: number): void {
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now) return;
      this.windows.delete(key);
    }
  }
}

interface Window {
  hits: number;
  /** Milliseconds of the clock. */
  endsAt: number;
}
