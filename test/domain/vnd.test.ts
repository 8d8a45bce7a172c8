import * as fc from 'fast-check';
import { formatVndGsm7, vnd } from '../../domain/vnd';

describe('an amount in đồng', () => {
  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('cannot be %d', (amount) => {
    expect(() => vnd(amount)).toThrow(RangeError);
  });

  it.each([
    [0, '0d'],
    [5000, '5.000d'],
    [50000, '50.000d'],
    [1234567, '1.234.567d'],
    [999, '999d'],
  ])('%d is printed as %s', (amount, text) => {
    expect(formatVndGsm7(vnd(amount))).toBe(text);
  });

  it('is printed so that it can be read back', () => {
    fc.assert(
      fc.property(fc.nat(), (amount) => {
        expect(Number(formatVndGsm7(vnd(amount)).replace(/[.d]/g, ''))).toBe(amount);
      }),
    );
  });
});
