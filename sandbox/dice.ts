/** Chance that a seed repeats (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  /** Takes one out of a list; undefined when it is empty. */
  draw<T>(from: T[]): T | undefined {
    return from.length === 0 ? undefined : from.splice(this.roll(from.length), 1)[0];
  }
}
