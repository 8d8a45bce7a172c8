import fc from 'fast-check';
import { PAYMENT_FORMS, type PaymentForm } from '../../domain/catalogue/packages';
import { TEST_NUMBERS } from '../../sandbox/test-numbers';

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
