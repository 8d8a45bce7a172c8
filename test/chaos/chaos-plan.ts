import fc from 'fast-check';
import { LONGEST_FREEZE_OF_MOBIFONE_MS } from './settings';
import { troubleAt, troubleDraw, type Place, type Trouble } from './trouble-plan';

/** What a strike waits for. */
export type StrikeMoment =
  | { when: 'after ledger entries'; entries: number }
  | { when: 'a request is unanswered' }
  | { when: 'right after the last strike' }
  | { when: 'the last one is back' }
  | { when: 'the last one is still silent' }
  | { when: 'it is starting' };

/** SIGKILL, or SIGSTOP and so much later SIGCONT. */
export type Blow = { kind: 'kill' } | { kind: 'freeze'; forMs: number };

export interface PlannedStrike {
  /** A part, or a place. */
  target: string;
  /** A place has troubles, a part blows. */
  blow: Blow | Trouble;
  moment: StrikeMoment;
  /** How long after the moment; part of what is drawn, nothing waits for it. */
  lagMs: number;
}

const ledgerEntries: fc.Arbitrary<StrikeMoment> = fc.record({
  when: fc.constant('after ledger entries'),
  entries: fc.integer({ min: 1, max: 12 }),
});
const moment: fc.Arbitrary<StrikeMoment> = fc.oneof(
  { weight: 4, arbitrary: ledgerEntries },
  {
    weight: 5,
    arbitrary: fc.constantFrom<StrikeMoment[]>(
      { when: 'a request is unanswered' },
      { when: 'right after the last strike' },
      { when: 'the last one is back' },
      { when: 'the last one is still silent' },
      { when: 'it is starting' },
    ),
  },
);
const lagMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }));
/** From the first breath of a process to about when it is ready. */
const startingLagMs = fc.integer({ min: 0, max: 3_000 });

const KILL: Blow = { kind: 'kill' };
/** Shorter than a lost heartbeat; longer; longer than a call; longer than an attempt. See `settings.ts`. */
const freezeMs = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 200, max: 1_500 }) },
  { weight: 4, arbitrary: fc.integer({ min: 2_300, max: 3_800 }) },
  { weight: 2, arbitrary: fc.integer({ min: 6_500, max: 9_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 21_500, max: 23_000 }) },
);
const blow: fc.Arbitrary<Blow> = fc.oneof(
  fc.constant(KILL),
  fc.record({ kind: fc.constant('freeze'), forMs: freezeMs }),
);

/** What is to be struck, beside the parts. */
export interface TroubledSurroundings {
  places: readonly Place[];
  /** No trouble lasts longer. */
  longestMs: number;
}

interface Draw {
  moment: StrikeMoment;
  lagMs: number;
  startingLagMs: number;
  blow: Blow;
}
const draw: fc.Arbitrary<Draw> = fc.record({ moment, lagMs, startingLagMs, blow });

const roundOfStrikes = (parts: readonly string[], { places, longestMs }: TroubledSurroundings) => {
  const targets = [...parts, ...places.map(({ name }) => name)];
  return fc
    .tuple(
      fc.shuffledSubarray(targets, { minLength: targets.length }),
      fc.infiniteStream(draw),
      fc.infiniteStream(troubleDraw),
    )
    .map(([shuffled, draws, troubleDraws]) => {
      const planned = draws.take(shuffled.length);
      const troubles = troubleDraws.take(shuffled.length);
      return shuffled.flatMap((target): PlannedStrike[] => {
        const drawn = planned.next().value;
        if (!drawn) return [];
        const place = places.find(({ name }) => name === target);
        if (!place) return strikesOfPart(target, drawn);
        const trouble = troubles.next().value;
        if (!trouble) return [];
        const moment = drawn.moment.when === 'it is starting' ? IN_A_REQUEST : drawn.moment;
        return [{ target, blow: troubleAt(place, trouble, longestMs), moment, lagMs: drawn.lagMs }];
      });
    });
};

const IN_A_REQUEST: StrikeMoment = { when: 'a request is unanswered' };

function strikesOfPart(target: string, { blow, moment, lagMs, startingLagMs }: Draw): PlannedStrike[] {
  const strike = { target, blow: endurable(target, blow), moment, lagMs };
  if (moment.when !== 'it is starting') return [strike];
  return [
    { ...strike, blow: KILL, moment: IN_A_REQUEST },
    { ...strike, lagMs: startingLagMs },
  ];
}

/** What MobiFone was sent lands when the sandbox wakes, which is to be within the time that MobiFone has for it. */
function endurable(part: string, drawn: Blow): Blow {
  if (part !== 'sandbox' || drawn.kind === 'kill') return drawn;
  return { ...drawn, forMs: Math.min(drawn.forMs, LONGEST_FREEZE_OF_MOBIFONE_MS) };
}

const NO_TROUBLES: TroubledSurroundings = { places: [], longestMs: 0 };

/**
 * The strikes that a seed draws among the parts and places: each has its turn in every round, so none is spared for
 * long.
 */
export function drawStrikes(
  seed: number,
  count: number,
  parts: readonly string[],
  surroundings: TroubledSurroundings = NO_TROUBLES,
): PlannedStrike[] {
  const numRuns = Math.ceil(count / (parts.length + surroundings.places.length));
  const rounds = fc.sample(fc.noBias(roundOfStrikes(parts, surroundings)), { seed, numRuns });
  return rounds
    .flat()
    .slice(0, count)
    .map((strike, at, all) =>
      canBeSilent(strike, all[at - 1], parts) ? strike : { ...strike, moment: AS_IT_COMES_BACK },
    );
}

const AS_IT_COMES_BACK: StrikeMoment = { when: 'the last one is back' };

/** A part that is still down cannot be struck again, and a place is never silent. */
function canBeSilent(
  { target, moment }: PlannedStrike,
  last: PlannedStrike | undefined,
  parts: readonly string[],
): boolean {
  if (moment.when !== 'the last one is still silent') return true;
  return last !== undefined && last.target !== target && parts.includes(last.target);
}
