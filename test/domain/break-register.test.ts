import {
  emptyRegister,
  isTooLate,
  observed,
  type FoundBreak,
} from '../../domain/reconciliation/break-register';
import type { LocalDay } from '../../domain/local-time';

const DAY = '2026-11-23' as LocalDay; // a day
const AT = '2026-11-24T00:00:00.000Z';
const NONE = { count: 0, atStake: 0 };

function found(id: string): FoundBreak {
  return { id, kind: 'missing_there', purchaseId: `pur_${id}`, atStake: 90_000, detail: '', references: [] };
}

function seen(breaks: readonly FoundBreak[], more = NONE) {
  return { day: DAY, digest: 'digest', files: 'day sha256:1', breaks, more };
}

describe('a break that a later comparison does not name', () => {
  const before = observed(emptyRegister(DAY), seen([found('a'), found('b')]), AT);

  it('is closed by the files when the comparison names every break', () => {
    const after = observed(before, seen([found('a')]), AT);
    expect(after.breaks.map(({ id, closedBy }) => [id, closedBy])).toEqual([
      ['a', null],
      ['b', 'files'],
    ]);
  });

  it('stays open when there were too many to name', () => {
    const after = observed(before, seen([found('a')], { count: 1, atStake: 90_000 }), AT);
    expect(after.breaks.map(({ closedBy }) => closedBy)).toEqual([null, null]);
  });
});

describe('a comparison that was told by a clock that is ahead', () => {
  it('does not have later ones taken for earlier ones', () => {
    const ahead = observed(
      emptyRegister(DAY),
      { ...seen([found('a')]), toldAt: '2027-01-01T00:00:00.000Z' },
      AT,
    );
    expect(isTooLate(ahead, { toldAt: '2026-11-24T00:00:01.000Z' })).toBe(false);
    expect(isTooLate(ahead, { toldAt: '2026-11-23T23:59:59.000Z' })).toBe(true);
  });
});
