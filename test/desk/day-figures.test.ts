import fc from 'fast-check';
import { figuresOf, type Row } from '../../desk/day/day-figures';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName } from '../../domain/identifiers';
import { localDayStart } from '../../domain/local-time';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import {
  DAY,
  internalPurchase,
  internalSide,
  reconciled,
  settlementLinesOf,
} from '../reconciliation/synthetic-day';

const CHANNELS = [channelName('demo'), channelName('shop'), channelName('app')] as const;

const purchase = fc.record({
  state: fc.constantFrom('succeeded', 'succeeded', 'rolled_back', 'rejected', 'charging'),
  package: fc.constantFrom(packageCode('D10'), packageCode('D90')),
  channel: fc.constantFrom(...CHANNELS),
  minute: fc.integer({ min: 0, max: 24 * 60 - 1 }),
});

function purchasesOf(day: readonly (typeof purchase extends fc.Arbitrary<infer P> ? P : never)[]) {
  return day.map(({ minute, ...rest }, index): InternalPurchase => {
    const acceptedAt = localDayStart(DAY) + minute * 60_000;
    const closedAt = rest.state === 'charging' ? null : acceptedAt + 900;
    return internalPurchase(`order-${index}`, { ...rest, acceptedAt, closedAt });
  });
}

/** What was sold, by key; rows in which nothing was sold are of the desk alone. */
const sold = (rows: readonly Row[]) =>
  Object.fromEntries(rows.flatMap(({ key, sold: tally }) => (tally.count > 0 ? [[key, tally]] : [])));

describe('the desk’s day', () => {
  it('has the figures that the day’s reconciliation has for our side: in all, by hour and by channel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(purchase, { maxLength: 60 }), async (day) => {
        const ours = purchasesOf(day);
        const figures = await figuresOf(internalSide(ours), DAY);
        const { totals } = await reconciled(ours, { day: ours.flatMap(settlementLinesOf) });
        expect(figures.total.sold).toEqual(totals.ours);
        for (const [mine, theirs] of [
          [figures.byHour, totals.by.hour],
          [figures.byChannel, totals.by.channel],
        ] as const) {
          const reported = theirs.flatMap(({ key, ours: tally }) => (tally.count > 0 ? [[key, tally]] : []));
          expect(sold(mine)).toEqual(Object.fromEntries(reported));
        }
        const { refunded, open } = figures.total;
        expect(figures.total.sold.count + refunded.count + open.count).toBe(ours.length); // none is in no figure
      }),
      { numRuns: 200 },
    );
  });
});
