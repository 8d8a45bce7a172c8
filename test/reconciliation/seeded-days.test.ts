import fc from 'fast-check';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import { localDayStart } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { SEEDABLE_KINDS, seedDifferences } from '../../sandbox/seeded-differences';
import { DAY, nothing, internalPurchase, reconciled, settlementLinesOf } from './synthetic-day';

/** So many synthetic days; more on demand. */
const DAYS = Number(process.env['RECONCILIATION_DAYS'] ?? 2000);

const purchase = fc.record({
  state: fc.constantFrom(
    'succeeded',
    'succeeded',
    'succeeded',
    'rolled_back',
    'rejected',
    'cancelled',
    'given_up',
  ),
  paymentForm: fc.constantFrom('prepaid', 'postpaid'),
  package: fc.constantFrom(packageCode('D10'), packageCode('D90')),
  // Away from midnight: what a sale near it may be awaited for has stories of its own.
  minute: fc.integer({ min: 0, max: 23 * 60 }),
});
const syntheticDay = fc.record({
  purchases: fc.array(purchase, { maxLength: 40 }),
  wanted: fc.array(fc.constantFrom(...SEEDABLE_KINDS), { maxLength: 12 }),
  open: fc.nat({ max: 2 }),
  seed: fc.integer(),
});

function purchasesOf(day: typeof syntheticDay extends fc.Arbitrary<infer D> ? D : never): InternalPurchase[] {
  const settled = day.purchases.map(({ minute, ...rest }, index) => {
    const acceptedAt = localDayStart(DAY) + minute * 60_000;
    const refundNotice = rest.state === 'succeeded' ? 'not_due' : 'delivered';
    return internalPurchase(`order-${index}`, {
      ...rest,
      refundNotice,
      acceptedAt,
      closedAt: acceptedAt + 900,
    });
  });
  const open = Array.from({ length: day.open }, (_, index) =>
    internalPurchase(`open-${index}`, { state: 'charging', closedAt: null }),
  );
  return [...settled, ...open];
}

const listed = (differences: readonly { kind: string; purchaseId: string }[]) =>
  differences.map(({ kind, purchaseId }) => `${kind} ${purchaseId}`).toSorted();

describe('synthetic days with differences seeded at random', () => {
  it('are reported with exactly those differences, none invented, and the difference explained to the đồng', async () => {
    await fc.assert(
      fc.asyncProperty(syntheticDay, async (day) => {
        const ours = purchasesOf(day);
        const settled = ours.filter(({ state }) => state !== 'charging');
        const {
          seeded,
          day: lines,
          nextDay,
          corrections,
        } = seedDifferences(settled.flatMap(settlementLinesOf), day.wanted, day.seed);
        const open = ours
          .filter(({ state }) => state === 'charging')
          .map(({ purchaseId }) => ({ kind: 'open_here', purchaseId }));

        const report = await reconciled(ours, { day: lines, next_day: nextDay, correction: corrections });

        expect(listed(report.breaks)).toEqual(listed([...seeded, ...open]));
        expect(report.unexplained).toEqual(nothing);
        const timingOnly = [...seeded, ...open].every(({ kind }) =>
          ['cut_off', 'late_correction'].includes(kind),
        );
        expect(report.clean).toBe(timingOnly);
      }),
      { numRuns: DAYS },
    );
  });

  it('give the same report, byte for byte, in whatever order both sides come', async () => {
    await fc.assert(
      fc.asyncProperty(syntheticDay, fc.integer(), async (day, salt) => {
        const ours = purchasesOf(day);
        const settled = ours.filter(({ state }) => state !== 'charging');
        const files = seedDifferences(settled.flatMap(settlementLinesOf), day.wanted, day.seed);
        const report = (turn: <T>(items: T[]) => T[]) =>
          reconciled(turn([...ours]), {
            day: turn([...files.day]),
            next_day: turn([...files.nextDay]),
            correction: files.corrections,
          });
        const turned = <T>(items: T[]): T[] => {
          const at = Math.abs(salt) % Math.max(items.length, 1);
          return [...items.slice(at), ...items.slice(0, at)].toReversed();
        };

        const [one, other] = [await report((items) => items), await report(turned)];

        // The digest of a file is of its bytes, which another order changes.
        expect(JSON.stringify({ ...other, files: [] })).toBe(JSON.stringify({ ...one, files: [] }));
      }),
      { numRuns: DAYS / 10 },
    );
  });
});
