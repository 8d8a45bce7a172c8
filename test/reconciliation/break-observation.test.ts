import { accountedForBy, observationOf } from '../../reconciliation/break-observation';
import type { Report } from '../../reconciliation/report';
import { caseId } from '../../domain/identifiers';
import { daysAfter } from '../../domain/local-time';
import { MOST_BREAKS_KEPT } from '../../domain/reconciliation/break-register';
import { DAY, internalPurchase, reconciled, settlementLinesOf } from './synthetic-day';

const NEXT_DAY = daysAfter(DAY, 1);

describe('what a report tells the register of its day', () => {
  it('is every break but timing, the largest first, and more than are kept by name as a sum', async () => {
    const lost = Array.from({ length: MOST_BREAKS_KEPT + 2 }, (_, at) => internalPurchase(`lost-${at}`));
    const small = internalPurchase('small', { package: 'D10' as (typeof lost)[0]['package'] });
    const report = await reconciled([small, ...lost], { day: [] }, { cutOffMinutes: 0 });
    const seen = observationOf(report, 'digest');
    expect(seen.breaks).toHaveLength(MOST_BREAKS_KEPT);
    expect(seen.breaks.every(({ atStake }) => atStake === 90_000)).toBe(true);
    expect(seen.more).toEqual({ count: 3, atStake: 190_000 });
    expect(JSON.stringify(seen)).not.toMatch(/8490\d{7}/);
  });

  it('names the case that settled a break, once every case about it is over', async () => {
    const sold = internalPurchase('sold');
    const report = await reconciled([sold], { day: [] }, { cutOffMinutes: 0 });
    const id = caseId(sold.purchaseId, { kind: 'make_good' });
    const withCase = (state: 'open' | 'refunded'): Report => ({
      ...report,
      breaks: report.breaks.map((row) => ({ ...row, cases: [{ id, state, webUiLink: null }] })),
    });
    expect(observationOf(withCase('open'), 'digest').breaks[0]?.settledBy).toBeUndefined();
    expect(observationOf(withCase('refunded'), 'digest').breaks[0]?.settledBy).toBe(`${id} is refunded`);
  });

  it('is no break where a day accounts for another’s sale: that day’s break is closed by the line', async () => {
    const sold = internalPurchase('sold');
    const report = await reconciled(
      [sold],
      { day: settlementLinesOf(sold), last_day: [] },
      { day: NEXT_DAY },
    );
    expect(observationOf(report, 'digest').breaks).toEqual([]);
    expect(accountedForBy(report)).toEqual([
      {
        day: DAY,
        purchaseId: sold.purchaseId,
        how: `in MobiFone’s file of ${NEXT_DAY}, line MF-sold-charge`,
      },
    ]);
  });
});
