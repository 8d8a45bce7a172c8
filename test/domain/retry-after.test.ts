import { retryAfterMs } from '../../domain/retry-after';

const NOW = new Date('2026-03-01T00:00:00Z');
const HOUR_MS = 3_600_000;

describe('the wait that a Retry-After asks for', () => {
  it.each([
    ['1', 1_000],
    [' 120 ', 120_000],
    ['86400', HOUR_MS],
    ['Sun, 01 Mar 2026 00:00:30 GMT', 30_000],
    ['Sunday, 01-Mar-26 00:00:30 GMT', 30_000],
    ['Mon, 01 Mar 2027 00:00:00 GMT', HOUR_MS],
  ])('of %p is understood, and never kept for longer than an hour', (header, pause) => {
    expect(retryAfterMs(header, NOW)).toBe(pause);
  });

  it('of a date without its zone is one in GMT, wherever we are (RFC 9110, the form of asctime)', () => {
    expect(retryAfterMs('Sun Mar  1 00:00:30 2026', NOW)).toBe(30_000);
  });

  it.each([
    undefined,
    '',
    '0',
    '-1',
    '1.5',
    '+7',
    '1e3',
    '0x10',
    'soon',
    'soon 2099',
    '2099-01-01',
    'Xxx, 99 Yyy 2099 99:99:99 GMT',
    'Sat, 28 Feb 2026 00:00:00 GMT',
    '9'.repeat(400), // nobody means more than a year
  ])('of %p is none', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
