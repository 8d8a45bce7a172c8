import { formatDuration } from '../../domain/duration';

describe('how long something took', () => {
  it.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [1_000, '1.0 s'],
    [1_780, '1.7 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [1_707_252, '28 min 27 s'],
    [11_100_000, '3 h 5 min'],
  ])('is told in units that people use: %d ms', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});
