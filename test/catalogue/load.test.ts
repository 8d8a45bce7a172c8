import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCatalogue, loadComparedRules, loadDiscountRules, loadPackages } from '../../catalogue/load';
import { discountGapInWords, discountGaps } from '../../domain/catalogue/discount-gaps';
import { discountInForce } from '../../domain/catalogue/discount';
import { packageCode, PAYMENT_FORMS, saleAvailability } from '../../domain/catalogue/packages';

const SHIPPED_PACKAGES = path.join(__dirname, '../../catalogue/packages.json');
const SHIPPED_DISCOUNTS = path.join(__dirname, '../../catalogue/discounts.json');

const folder = mkdtempSync(path.join(tmpdir(), 'catalogue-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: unknown): string {
  const file = path.join(folder, 'file.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The message of the fault that reading ends in. */
function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (fault) {
    if (fault instanceof Error) return fault.message;
  }
  throw new Error('it was read without a fault');
}

const D90 = {
  code: 'D90',
  name: 'D90',
  dataMegabytes: 30720,
  validityDays: 30,
  faceValue: 90000,
  paymentForms: ['postpaid'],
};
const RULE = {
  id: 'general',
  rateBasisPoints: 550,
  rounding: 'down',
  from: '2026-01-01T00:00:00+07:00',
};

describe('the catalogue that is shipped', () => {
  const packages = loadPackages(SHIPPED_PACKAGES);
  const rules = loadDiscountRules(SHIPPED_DISCOUNTS, packages);
  const today = new Date('2026-11-24T00:00:00+07:00');

  it('sells D90 in both forms, and keeps one that is over and one that is to come', () => {
    const d90 = packages.find(({ code }) => code === 'D90');
    if (!d90) throw new Error('no D90');
    for (const form of PAYMENT_FORMS) expect(saleAvailability(d90, form, today)).toBe('on_sale');
    const others = packages.map((offered) => saleAvailability(offered, 'postpaid', today));
    expect(new Set(others)).toEqual(
      new Set(['on_sale', 'not_yet_on_sale', 'no_longer_on_sale', 'not_sold_in_this_form']),
    );
  });

  it('has a discount in force for every package, less than its price', () => {
    for (const { code, faceValue } of packages) {
      const sale = { package: code, discountClass: 'standard', faceValue, at: today };
      const discount = discountInForce(rules, sale);
      expect(discount.ruleId).not.toBeNull();
      expect(discount.amount).toBeLessThan(faceValue);
    }
  });
});

describe('the catalogue that is shipped, where MobiFone itself is called', () => {
  const AT_MOBIFONE = 'https://gateway.example';
  const files = { PACKAGES_FILE: SHIPPED_PACKAGES, DISCOUNTS_FILE: SHIPPED_DISCOUNTS };
  const ignored = () => undefined;

  it.each([
    ['to sell', loadCatalogue],
    ['to compare days', loadComparedRules],
  ])('is refused with the way out, since its prices are made up: %s', (_what, load) => {
    const sold = { ...files, MOBIFONE_BASE_URL: AT_MOBIFONE };
    expect(faultOf(() => load(sold, ignored))).toMatch(/\/sample: .*set PACKAGES_FILE/);
    const own = { ...sold, PACKAGES_FILE: written({ packages: loadPackages(SHIPPED_PACKAGES) }) };
    expect(faultOf(() => load(own, ignored))).toMatch(/\/sample: .*set DISCOUNTS_FILE/);
  });

  it('sells at the sandbox, named by its address or not', () => {
    for (const MOBIFONE_BASE_URL of [undefined, 'http://127.0.0.1:4999', 'http://sandbox:4999'])
      expect(() => loadCatalogue({ ...files, MOBIFONE_BASE_URL }, ignored)).not.toThrow();
  });
});

describe('a catalogue with faults', () => {
  it('is refused with all of them at once, each by its place', () => {
    const file = written({
      packages: [
        { ...D90, faceValue: 90000.5, paymentForms: ['cash'], colour: 'red' },
        { ...D90, code: 'd10', onSaleFrom: '2026-01-01' },
      ],
    });
    const fault = faultOf(() => loadPackages(file));
    expect(fault).toContain(file);
    for (const pointer of [
      '/packages/0/faceValue',
      '/packages/0/paymentForms/0',
      '/packages/0: ',
      '/packages/1/code',
      '/packages/1/onSaleFrom',
    ]) {
      expect(fault).toContain(pointer);
    }
    expect(fault).toContain('colour');
  });

  it.each([
    ['a price whose sums are not exact', 'faceValue', { faceValue: 9_007_199_254_740_991 }],
    ['a name that a spreadsheet runs', 'name', { name: '=HYPERLINK("http://evil.example","x")' }],
    ['a name that a terminal obeys', 'name', { name: 'D90\u001b[2J' }],
    ['a name that a page obeys', 'name', { name: 'D90 <b>' }],
    ['a name that turns what follows', 'name', { name: 'D90 \u202e' }],
  ])('is refused for %s', (_, field, change) => {
    const file = written({ packages: [{ ...D90, ...change }] });
    expect(faultOf(() => loadPackages(file))).toContain(`/packages/0/${field}: It must `);
  });

  it('is refused for a code that is given twice, and for a sale that ends before it begins', () => {
    expect(faultOf(() => loadPackages(written({ packages: [D90, D90] })))).toContain(
      '/packages/1/code: "D90" is given twice.',
    );
    const backwards = {
      ...D90,
      onSaleFrom: '2026-02-01T00:00:00+07:00',
      onSaleUntil: '2026-01-01T00:00:00+07:00',
    };
    expect(faultOf(() => loadPackages(written({ packages: [backwards] })))).toContain(
      '/packages/0/onSaleUntil',
    );
  });

  it('is refused in words when it is not there or not JSON', () => {
    expect(faultOf(() => loadPackages(path.join(folder, 'none.json')))).toMatch(
      /none\.json is not there: set PACKAGES_FILE/,
    );
    expect(faultOf(() => loadPackages(written('{')))).toMatch(/is not JSON/);
    expect(faultOf(() => loadPackages(folder))).toMatch(/cannot be read \(EISDIR\)/);
  });
});

describe('discount rules that could not be told apart', () => {
  it('are refused when both would apply to the same sales at the same time', () => {
    const rival = { ...RULE, id: 'rival', from: '2026-06-01T00:00:00+07:00' };
    expect(faultOf(() => loadDiscountRules(written({ rules: [RULE, rival] }), undefined))).toContain(
      '/rules/1: It applies to the same sales as rule "general"',
    );
  });

  it('are taken when one ends as the other begins, or applies to something more particular', () => {
    const ended = { ...RULE, until: '2026-06-01T00:00:00+07:00' };
    const next = { ...RULE, id: 'next', from: '2026-06-01T00:00:00+07:00' };
    const ofPackage = { ...RULE, id: 'of-package', package: 'D90' };
    const ofClass = { ...RULE, id: 'of-class', discountClass: 'gold' };
    expect(loadDiscountRules(written({ rules: [next, ended, ofPackage, ofClass] }), undefined)).toHaveLength(
      4,
    );
  });

  it('are refused for an id given twice, a rate above the price and a package that is not in the catalogue', () => {
    expect(
      faultOf(() => loadDiscountRules(written({ rules: [{ ...RULE, rateBasisPoints: 10001 }] }), undefined)),
    ).toContain('/rules/0/rateBasisPoints');
    const rules = [RULE, { ...RULE, package: 'D91' }];
    const fault = faultOf(() => loadDiscountRules(written({ rules }), loadPackages(SHIPPED_PACKAGES)));
    expect(fault).toContain('/rules/1/id: "general" is given twice.');
    expect(fault).toContain(`/rules/1/package: The catalogue has no package ${packageCode('D91')}.`);
  });
});

describe('discount rules that leave out sales', () => {
  const now = new Date('2026-06-01T00:00:00+07:00');
  const packages = [{ code: packageCode('D10') }, { code: packageCode('D90') }];
  const gapsOf = (rules: readonly object[]) =>
    discountGaps(loadDiscountRules(written({ rules }), undefined), packages, now).map(discountGapInWords);

  it('are told of a gap between two rules, and of the end of the last', () => {
    const first = { ...RULE, until: '2026-07-01T00:00:00+07:00' };
    const second = {
      ...RULE,
      id: 'second',
      from: '2026-07-02T00:00:00+07:00',
      until: '2027-01-01T00:00:00+07:00',
    };
    expect(gapsOf([second, first])).toEqual([
      'no discount rule applies from 2026-06-30T17:00:00.000Z to 2026-07-01T17:00:00.000Z: sales of D10, D90 get no discount',
      'no discount rule applies from 2026-12-31T17:00:00.000Z on: sales of D10, D90 get no discount',
    ]);
  });

  it('are not told of what a general rule covers, of what is over, or of the time before the first rule', () => {
    const over = {
      ...RULE,
      id: 'over',
      from: '2025-01-01T00:00:00+07:00',
      until: '2025-12-01T00:00:00+07:00',
    };
    const special = { ...RULE, id: 'special', package: 'D90', until: '2026-08-01T00:00:00+07:00' };
    expect(gapsOf([over, RULE, special])).toEqual([]);
  });

  it('are told by class where only some classes have a rule', () => {
    const gold = { ...RULE, id: 'gold', discountClass: 'gold', until: '2026-09-01T00:00:00+07:00' };
    const standard = { ...RULE, id: 'standard', discountClass: 'standard' };
    expect(gapsOf([gold, standard])).toEqual([
      'no discount rule applies from 2026-08-31T17:00:00.000Z on for channels of class gold: sales of D10, D90 get no discount',
    ]);
  });

  it('are told of a package that is not sold where days are compared, which goes on', () => {
    const warnings: string[] = [];
    const files = {
      PACKAGES_FILE: SHIPPED_PACKAGES,
      DISCOUNTS_FILE: written({ rules: [{ ...RULE, package: 'D91' }] }),
    };
    expect(loadComparedRules(files, (line) => warnings.push(line))).toHaveLength(1);
    expect(warnings).toEqual([
      'discount rule "general" is for D91, a package that PACKAGES_FILE does not have',
    ]);
  });
});
