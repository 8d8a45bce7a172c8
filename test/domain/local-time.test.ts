import fc from 'fast-check';
import { calendarDay, localDay, momentOf } from '../../domain/local-time';

describe('a day that somebody typed', () => {
  it('is one whenever the calendar has it', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (at) => {
        expect(calendarDay(localDay(at))).toBe(localDay(at));
      }),
    );
    expect(calendarDay('2028-02-29')).toBe('2028-02-29');
  });

  it.each([
    '2026-13-45',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '26-01-01',
    '2026-01-01T00:00:00Z',
    '0901234567',
    '',
  ])('is none where the calendar has no such day: %j', (text) => {
    expect(calendarDay(text)).toBeUndefined();
  });
});

describe('a moment that somebody typed', () => {
  it.each([
    '2030-01-31T08:00:00+07:00',
    '2030-01-31T01:00:00Z',
    '2030-01-31T01:00:00.000Z',
    '2030-01-31T01:00Z',
  ])('is one with its day, time and zone: %s', (text) => {
    expect(momentOf(text)).toEqual(new Date('2030-01-31T01:00:00Z'));
  });

  it.each([
    '2030',
    '2030-01-31',
    '2030-01-31T08:00:00',
    '2030-02-30T08:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T08:60:00Z',
    '2030-01-31T08:00:00+25:00',
    'tomorrow',
    '0901234567',
  ])('is none without one of them, or with one that is not there: %s', (text) => {
    expect(momentOf(text)).toBeUndefined();
  });
});
