import * as fc from 'fast-check';
import {
  discountAmount,
  discountInForce,
  NO_DISCOUNT,
  type DiscountRule,
} from '../../domain/catalogue/discount';
import { packageCode } from '../../domain/catalogue/packages';
import { vnd } from '../../domain/vnd';

const D90 = packageCode('D90');
const D10 = packageCode('D10');
const at = new Date('2026-11-24T03:00:00Z');

function rule(id: string, over: Partial<DiscountRule> = {}): DiscountRule {
  return { id, rateBasisPoints: 500, rounding: 'down', from: new Date('2020-01-01T00:00:00Z'), ...over };
}

function inForce(rules: DiscountRule[], sale: { at?: Date; package?: typeof D90 } = {}) {
  const bought = { package: D90, discountClass: 'standard', faceValue: vnd(90000), at, ...sale };
  return discountInForce(rules, bought).ruleId;
}

describe('a discount that is not a whole number of đồng', () => {
  it.each([
    ['down', 90000, 650, 5850],
    ['down', 5000, 333, 166],
    ['half_up', 5000, 333, 167],
    ['half_up', 5000, 329, 165],
    ['half_up', 5000, 328, 164],
    ['down', 0, 650, 0],
    ['half_up', 7, 10000, 7],
  ] as const)('is rounded %s: %d at %d basis points is %d', (rounding, faceValue, rate, amount) => {
    expect(discountAmount(vnd(faceValue), rate, rounding)).toBe(amount);
  });

  it('is never more than a đồng off, never negative and never above the price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.integer({ min: 0, max: 10000 }),
        (faceValue, rate) => {
          const exact = (BigInt(faceValue) * BigInt(rate)) / 10000n;
          const down = discountAmount(vnd(faceValue), rate, 'down');
          const near = discountAmount(vnd(faceValue), rate, 'half_up');
          expect(BigInt(down)).toBe(exact);
          expect(near - down === 0 || near - down === 1).toBe(true);
          expect(near).toBeLessThanOrEqual(faceValue);
        },
      ),
    );
  });
});

describe('several rules that apply to one sale', () => {
  const general = rule('general');
  const ofClass = rule('class', { discountClass: 'standard' });
  const ofPackage = rule('package', { package: D90 });
  const ofBoth = rule('both', { package: D90, discountClass: 'standard' });

  it('leave the most specific in force, in whatever order they are written', () => {
    const order = [ofBoth, ofPackage, ofClass, general];
    order.forEach((winner, at) => {
      fc.assert(
        fc.property(
          fc.shuffledSubarray(order.slice(at), { minLength: order.length - at }),
          (rules) => inForce(rules) === winner.id,
        ),
        { numRuns: 20 },
      );
    });
  });

  it('leave the one in force that came last, among equals', () => {
    const later = rule('later', { from: new Date('2026-01-01T00:00:00Z') });
    expect(inForce([general, later])).toBe('later');
    expect(inForce([later, general])).toBe('later');
  });

  it('do not count for another package or another class', () => {
    expect(inForce([rule('other', { package: D10 }), rule('gold', { discountClass: 'gold' })])).toBeNull();
  });
});

describe('the dates of a rule', () => {
  const year = rule('2026', {
    from: new Date('2026-01-01T00:00:00+07:00'),
    until: new Date('2027-01-01T00:00:00+07:00'),
  });

  it.each([
    ['the last moment before', '2025-12-31T16:59:59.999Z', null],
    ['the first moment of', '2025-12-31T17:00:00.000Z', '2026'],
    ['the last moment of', '2026-12-31T16:59:59.999Z', '2026'],
    ['the first moment after', '2026-12-31T17:00:00.000Z', null],
  ])('hold at %s', (_, moment, expected) => {
    expect(inForce([year], { at: new Date(moment) })).toBe(expected);
  });

  it('leave no discount where no rule is in force', () => {
    const sale = { package: D90, discountClass: 'standard', faceValue: vnd(90000), at };
    expect(discountInForce([], sale)).toEqual(NO_DISCOUNT);
  });
});
