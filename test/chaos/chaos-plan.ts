import fc from 'fast-check';
import { PAYMENT_FORMS, type PaymentForm } from '../../domain/packages';
import { TEST_NUMBERS } from '../../mobifone/sandbox/test-numbers';

/** What a kill waits for. */
export type KillMoment =
  | { when: 'after ledger entries'; entries: number }
  | { when: 'a request is unanswered' }
  | { when: 'right after the last kill' }
  | { when: 'the last one is back' }
  | { when: 'the last one is still down' }
  | { when: 'it is starting' };

export interface PlannedKill {
  part: string;
  moment: KillMoment;
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

const ledgerEntries: fc.Arbitrary<KillMoment> = fc.record({
  when: fc.constant('after ledger entries'),
  entries: fc.integer({ min: 1, max: 12 }),
});
const moment: fc.Arbitrary<KillMoment> = fc.oneof(
  { weight: 4, arbitrary: ledgerEntries },
  {
    weight: 5,
    arbitrary: fc.constantFrom<KillMoment[]>(
      { when: 'a request is unanswered' },
      { when: 'right after the last kill' },
      { when: 'the last one is back' },
      { when: 'the last one is still down' },
      { when: 'it is starting' },
    ),
  },
);
const lagMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }));
/** From the first breath of a process to about when it is ready. */
const startingLagMs = fc.integer({ min: 0, max: 3_000 });

const roundOfKills = (mortal: readonly string[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...mortal], { minLength: mortal.length }),
      fc.infiniteStream(fc.tuple(moment, lagMs, startingLagMs)),
    )
    .map(([parts, draws]) => {
      const planned = draws.take(parts.length);
      return parts.flatMap((part): PlannedKill[] => {
        const [drawn, lag, startingLag] = planned.next().value ?? [];
        if (!drawn || lag === undefined || startingLag === undefined) return [];
        if (drawn.when !== 'it is starting') return [{ part, moment: drawn, lagMs: lag }];
        return [
          { part, moment: { when: 'a request is unanswered' }, lagMs: lag },
          { part, moment: drawn, lagMs: startingLag },
        ];
      });
    });

/** The kills that a seed draws among the parts: each has its turn in every round, so none is spared for long. */
export function drawKills(seed: number, count: number, parts: readonly string[]): PlannedKill[] {
  const numRuns = Math.ceil(count / parts.length);
  const rounds = fc.sample(fc.noBias(roundOfKills(parts)), { seed, numRuns });
  return rounds
    .flat()
    .slice(0, count)
    .map((kill, at, all) =>
      isAboutItself(kill, all[at - 1]) ? { ...kill, moment: AS_IT_COMES_BACK } : kill,
    );
}

const AS_IT_COMES_BACK: KillMoment = { when: 'the last one is back' };

/** A part that is still down cannot be killed again. */
function isAboutItself({ part, moment }: PlannedKill, last: PlannedKill | undefined): boolean {
  return moment.when === 'the last one is still down' && (last === undefined || last.part === part);
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
