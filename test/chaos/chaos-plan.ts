import fc from 'fast-check';
import { PAYMENT_FORMS, type PaymentForm } from '../../domain/packages';
import { TEST_NUMBERS } from '../../mobifone/sandbox/test-numbers';
import { LONGEST_FREEZE_OF_MOBIFONE_MS } from './settings';

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
  part: string;
  blow: Blow;
  moment: StrikeMoment;
  /** How long after the moment; part of what is drawn, nothing waits for it. */
  lagMs: number;
}

/** One order of a channel, and how its client behaves. */
export interface PlannedPurchase {
  paymentForm: PaymentForm;
  msisdn: string;
  /** How often the same order is submitted, all at once. */
  submissions: number;
  /** How long each submission asks to be held, seconds; the client never waits for the outcome beyond it. */
  waitSeconds: number;
  /** The client submits once and never again, whatever comes of it. */
  givesUp: boolean;
  cancels: boolean;
  /** How long until the same customer's next order. */
  pauseMs: number;
}

/** A number without a story of its own; it may buy. */
const ANY_NUMBER = '0901234567';

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

const roundOfStrikes = (parts: readonly string[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...parts], { minLength: parts.length }),
      fc.infiniteStream(fc.record({ moment, lagMs, startingLagMs, blow })),
    )
    .map(([shuffled, draws]) => {
      const planned = draws.take(shuffled.length);
      return shuffled.flatMap((part): PlannedStrike[] => {
        const drawn = planned.next().value;
        if (!drawn) return [];
        const strike = { part, blow: endurable(part, drawn.blow), moment: drawn.moment, lagMs: drawn.lagMs };
        if (drawn.moment.when !== 'it is starting') return [strike];
        return [
          { ...strike, blow: KILL, moment: { when: 'a request is unanswered' } },
          { ...strike, lagMs: drawn.startingLagMs },
        ];
      });
    });

/** What MobiFone was sent lands when the sandbox wakes, which is to be within the time that MobiFone has for it. */
function endurable(part: string, drawn: Blow): Blow {
  if (part !== 'sandbox' || drawn.kind === 'kill') return drawn;
  return { ...drawn, forMs: Math.min(drawn.forMs, LONGEST_FREEZE_OF_MOBIFONE_MS) };
}

/** The strikes that a seed draws among the parts: each has its turn in every round, so none is spared for long. */
export function drawStrikes(seed: number, count: number, parts: readonly string[]): PlannedStrike[] {
  const numRuns = Math.ceil(count / parts.length);
  const rounds = fc.sample(fc.noBias(roundOfStrikes(parts)), { seed, numRuns });
  return rounds
    .flat()
    .slice(0, count)
    .map((strike, at, all) =>
      isAboutItself(strike, all[at - 1]) ? { ...strike, moment: AS_IT_COMES_BACK } : strike,
    );
}

const AS_IT_COMES_BACK: StrikeMoment = { when: 'the last one is back' };

/** A part that is still down cannot be struck again. */
function isAboutItself({ part, moment }: PlannedStrike, last: PlannedStrike | undefined): boolean {
  return moment.when === 'the last one is still silent' && (last === undefined || last.part === part);
}

const plannedPurchase: fc.Arbitrary<PlannedPurchase> = fc.record({
  paymentForm: fc.constantFrom(...PAYMENT_FORMS),
  msisdn: fc.oneof(fc.constant(ANY_NUMBER), fc.constantFrom(...TEST_NUMBERS.map(({ number }) => number))),
  submissions: fc.constantFrom(1, 1, 2, 3),
  waitSeconds: fc.constantFrom(0, 0, 2),
  givesUp: fc.constantFrom(false, false, false, false, true),
  cancels: fc.constantFrom(false, false, false, false, true),
  pauseMs: fc.integer({ min: 100, max: 900 }),
});

/** The purchases that a seed draws, without end. */
export function* drawPurchases(seed: number): Generator<PlannedPurchase> {
  for (let page = 0; ; page += 1) {
    yield* fc.sample(fc.noBias(plannedPurchase), { seed: seed * 1_000 + page, numRuns: 100 });
  }
}
