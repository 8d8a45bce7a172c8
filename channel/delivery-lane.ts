/** Clock and randomness, replaceable in tests. */
export interface LaneWorld {
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
}

/** Shortest and longest wait before a held delivery is retried. */
export const FIRST_TURN_MS = 1_000;
export const LAST_TURN_MS = 5 * 60_000;
const LAST_TURNS_FROM = 0.8;
/** At most ten held deliveries a second are retried. */
const SHORTEST_SPACING_MS = 100;
/** Assumed duration of a delivery until one has ended. */
const FIRST_GUESS_MS = 1_000;
/** Weight of the latest delivery in the mean duration. */
const LATEST_SHARE = 0.2;

/** Spread over the last part of the longest wait, so that such deliveries are not retried all at once. */
function lateTurnMs({ random }: Pick<LaneWorld, 'random'>): number {
  return Math.round(LAST_TURN_MS * (LAST_TURNS_FROM + (1 - LAST_TURNS_FROM) * random()));
}

/**
 * Limits concurrent deliveries to one receiver. Each delivery without a place gets a turn after all earlier ones, at the
 * rate at which places become free: they are retried in order of arrival, and rarely in vain.
 */
export class DeliveryLane {
  /** When each delivery that is under way began, the oldest first. */
  private readonly underWay = new Set<{ readonly at: number }>();
  /** The turns that were given and are still to come, the next one first. */
  private turns: number[] = [];

  /** @param meanMs how long a delivery takes, as far as that is known */
  constructor(
    private readonly places: number,
    private readonly world: LaneWorld,
    private meanMs = FIRST_GUESS_MS,
  ) {}

  get count(): number {
    return this.underWay.size;
  }

  /** @param cameBack whether the delivery had to wait already: from a new one, those who wait keep their places free */
  hasPlace(cameBack: boolean): boolean {
    const waiting = cameBack ? 0 : this.turnsToCome(this.world.now()).length;
    return this.underWay.size + waiting < this.places;
  }

  /** Takes a place, whether there is one or not. @returns to be called once, when the delivery has ended */
  enter(): () => void {
    const delivery = { at: this.world.now() };
    this.underWay.add(delivery);
    return () => {
      this.underWay.delete(delivery);
      this.meanMs += LATEST_SHARE * (this.world.now() - delivery.at - this.meanMs);
    };
  }

  /**
   * Gives a delivery that found no place its turn: in how many milliseconds it should come back.
   * @param comesBack a turn of one that does not would keep a place free for nobody
   */
  turnAfterMs(comesBack = true): number {
    const now = this.world.now();
    const turnAt = Math.max(this.turnsToCome(now).at(-1) ?? 0, now + FIRST_TURN_MS) + this.spacingMs(now);
    if (turnAt - now > LAST_TURN_MS) return lateTurnMs(this.world);
    if (comesBack) this.turns.push(turnAt);
    return Math.round(turnAt - now);
  }

  private turnsToCome(now: number): readonly number[] {
    const passed = this.turns.findIndex((turnAt) => turnAt > now);
    this.turns.splice(0, passed < 0 ? this.turns.length : passed);
    return this.turns;
  }

  /** How often a place becomes free. What hangs now counts before it has ended. */
  private spacingMs(now: number): number {
    const [oldest] = this.underWay;
    const takesMs = Math.max(this.meanMs, oldest ? now - oldest.at : 0);
    return Math.max(takesMs / this.places, SHORTEST_SPACING_MS);
  }
}
