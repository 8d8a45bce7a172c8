import * as fc from 'fast-check';
import { maskMsisdn, msisdn } from '../../domain/msisdn';
import { parseMsisdn } from '../../domain/msisdn-parsing';

/** Nine digits after the leading 0, of old and new ranges: MobiFone's, and others' (numbers are portable). */
const significant = fc
  .tuple(
    fc.constantFrom(
      '90',
      '93',
      '890',
      '895',
      '70',
      '79',
      '78',
      '32',
      '39',
      '81',
      '98',
      '520',
      '550',
      '558',
      '59',
      '992',
    ),
    fc.stringMatching(/^\d{7}$/),
  )
  .map(([prefix, rest]) => (prefix + rest).slice(0, 9));

describe('a Vietnamese mobile number as people spell it', () => {
  it.each([
    '0901234567',
    '84901234567',
    '+84901234567',
    '090 123 4567',
    '0901.234.567',
    '+84 90 123 45 67',
    '84.901.234.567',
    '  0901234567  ',
    '0901-234-567',
    '(090) 123 4567',
    '(+84) 90 123 45 67',
    '+84 (0)90 123 45 67',
    '84 0901234567',
    '0084 901 234 567',
    '090\u00a0123\u202f4567',
    '\u202a0901234567\u202c',
    '090\u2011123\u20114567',
  ])('is read from %j', (spelling) => {
    expect(parseMsisdn(spelling)).toEqual({ ok: true, msisdn: '84901234567' });
  });

  it('is the same number in every spelling, whoever issued it', () => {
    const separators = fc.array(fc.constantFrom('', '', ' ', '.', '-'), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(significant, fc.constantFrom('0', '84', '+84'), separators, (digits, lead, between) => {
        const spelling =
          lead +
          Array.from(digits)
            .map((digit, at) => `${between[at]}${digit}`)
            .join('');
        expect(parseMsisdn(spelling)).toEqual({ ok: true, msisdn: `84${digits}` });
      }),
    );
  });

  it('is not read twice differently: what was read is read as itself', () => {
    fc.assert(
      fc.property(significant, (digits) => {
        expect(parseMsisdn(`84${digits}`)).toEqual(parseMsisdn(`+84${digits}`));
      }),
    );
  });
});

describe('a text that is no Vietnamese mobile number', () => {
  it.each([
    ['', 'not_a_number'],
    ['abc', 'not_a_number'],
    ['0901234567x', 'not_a_number'],
    ['++84901234567', 'not_a_number'],
    ['090123456７', 'not_a_number'],
    ['+66812345678', 'not_vietnamese'],
    ['901234567', 'not_vietnamese'],
    ['+0901234567', 'not_vietnamese'],
    ['090123456', 'wrong_length'],
    ['09012345678', 'wrong_length'],
    ['0', 'wrong_length'],
    ['01201234567', 'retired_prefix'],
    ['841201234567', 'retired_prefix'],
    ['+84 01201234567', 'retired_prefix'],
    ['0241234567', 'not_mobile'],
    ['0001234567', 'not_mobile'],
  ])('is refused with its reason: %j is %s', (text, fault) => {
    expect(parseMsisdn(text)).toEqual({ ok: false, fault });
  });

  it('never makes the parser fail, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[\d .]{0,40}$/)), (text) => {
        const parsed = parseMsisdn(text);
        if (parsed.ok) expect(parsed.msisdn).toMatch(/^84[1-9]\d{8}$/);
      }),
    );
  });
});

describe('a number that is shown', () => {
  it('is enough to recognise it, and too little to call it', () => {
    expect(maskMsisdn(msisdn('84901234567'))).toBe('8490****567');
  });

  it('is held as 84 and nine digits or not at all', () => {
    for (const text of ['0901234567', '+84901234567', '8490123456', '84012345678'])
      expect(() => msisdn(text)).toThrow(RangeError);
  });
});
