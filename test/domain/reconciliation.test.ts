import type { LocalDay } from '../../domain/local-time';
import {
  daysLookedAt,
  dueDays,
  type DayStatus,
  type KnownDay,
} from '../../domain/reconciliation/reconciliation';

/** Days from the 1st on, as they stand; the last one is yesterday. */
function standing(...standings: readonly DayStatus[]): KnownDay[] {
  return standings.map((standing, place) => ({ day: day(place + 1), standing }));
}

function day(date: number): LocalDay {
  return `2026-11-${String(date).padStart(2, '0')}` as LocalDay;
}

describe('which days a morning reconciles', () => {
  it('is yesterday alone on a system that has never reconciled, which has no earlier days', () => {
    expect(dueDays(standing('never_tried', 'never_tried', 'never_tried'))).toEqual([day(3)]);
  });

  it('is yesterday, when every day before was done', () => {
    expect(dueDays(standing('reconciled', 'reconciled', 'never_tried'))).toEqual([day(3)]);
  });

  it('is nothing, when yesterday was done as well, or is being done', () => {
    expect(dueDays(standing('reconciled', 'reconciled'))).toEqual([]);
    expect(dueDays(standing('reconciled', 'running'))).toEqual([]);
  });

  it('is every day that an outage made it miss, the earliest first', () => {
    const known = standing('never_tried', 'reconciled', 'never_tried', 'never_tried', 'never_tried');
    expect(dueDays(known)).toEqual([day(3), day(4), day(5)]);
  });

  it('is again every day that could not be reconciled, or was cut off', () => {
    const known = standing('not_reconciled', 'reconciled', 'failed', 'reconciled');
    expect(dueDays(known)).toEqual([day(1), day(3)]);
  });

  it('looks at so many days up to yesterday, over the end of a month too', () => {
    expect(daysLookedAt('2026-12-02' as LocalDay, 3)).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
  });
});
