import fc from 'fast-check';

/** Troubles of the machine, by the words of CHAOS_TROUBLES. */
export const TROUBLE_KINDS = [
  'full_disk',
  'failing_disk',
  'swallow',
  'delay',
  'reset',
  'trickle',
  'clock_step',
] as const;
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/** One trouble; it heals so long after it began. */
export type Trouble = { forMs: number } & (
  | { kind: 'full_disk' | 'failing_disk' | 'swallow' | 'reset' }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'trickle'; bytesPerSecond: number }
  | { kind: 'clock_step'; bySeconds: number }
);

/** What troubles strike beside the parts: the database's disk, a line between two parts, the clock of one. */
export interface Place {
  name: string;
  kinds: readonly TroubleKind[];
}

/** What is drawn for a place, whatever its kinds are. */
export interface TroubleDraw {
  pick: number;
  forMs: number;
  delayMs: number;
  bytesPerSecond: number;
  bySeconds: number;
}

/**
 * A command must be at MobiFone, if it gets there at all, within MOBIFONE_FINAL_AFTER of `settings.ts`, also where the
 * sandbox is frozen besides: so lines are slow for a command by less than the rest of it.
 */
const LONGEST_DELAY_MS = 500;
const SLOWEST_BYTES_PER_SECOND = 2_000;

const HOUR_SECONDS = 3_600;

export const troubleDraw: fc.Arbitrary<TroubleDraw> = fc.record({
  pick: fc.nat({ max: 1_000_000 }),
  forMs: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 500, max: 4_000 }) },
    { weight: 4, arbitrary: fc.integer({ min: 4_000, max: 15_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 30_000, max: 60_000 }) },
  ),
  delayMs: fc.integer({ min: 20, max: LONGEST_DELAY_MS }),
  bytesPerSecond: fc.integer({ min: SLOWEST_BYTES_PER_SECOND, max: 20_000 }),
  bySeconds: fc.oneof(
    fc.constantFrom(-2 * HOUR_SECONDS, 2 * HOUR_SECONDS),
    fc.integer({ min: -300, max: 300 }).filter((seconds) => seconds !== 0),
  ),
});

/**
 * The trouble that was drawn for a place.
 * @param longestMs no trouble lasts longer
 * @throws Error for a place that has no kind of trouble
 */
export function troubleAt({ name, kinds }: Place, draw: TroubleDraw, longestMs: number): Trouble {
  const kind = kinds[draw.pick % kinds.length];
  if (kind === undefined) throw new Error(`nothing can happen to ${name}`);
  const forMs = Math.min(draw.forMs, longestMs);
  if (kind === 'delay') return { kind, forMs, delayMs: draw.delayMs };
  if (kind === 'trickle') return { kind, forMs, bytesPerSecond: draw.bytesPerSecond };
  if (kind === 'clock_step') return { kind, forMs, bySeconds: draw.bySeconds };
  return { kind, forMs };
}

/** A trouble in words, for whoever watches the run. */
export function inWords(trouble: Trouble): string {
  const how = { ...trouble, kind: undefined, forMs: undefined };
  const details = Object.entries(how).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return [`${trouble.kind} for ${trouble.forMs} ms`, ...details].join(', ');
}

/**
 * What CHAOS_TROUBLES asks for: `all`, `none`, or some kinds separated by commas.
 * @throws Error that lists the kinds
 */
export function troubleKinds(text: string): TroubleKind[] {
  if (text === 'all') return [...TROUBLE_KINDS];
  if (text === 'none' || text === '') return [];
  return text.split(',').map((word) => {
    const kind = TROUBLE_KINDS.find((known) => known === word);
    if (!kind) throw new Error(`CHAOS_TROUBLES: "${word}" is none of all, none, ${TROUBLE_KINDS.join(', ')}`);
    return kind;
  });
}
