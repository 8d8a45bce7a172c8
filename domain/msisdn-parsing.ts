import { parsePhoneNumberWithError, ParseError } from 'libphonenumber-js/mobile';
import type { BilingualText } from './bilingual';
import { msisdn, type Msisdn } from './msisdn';

/** Why a string is not a Vietnamese mobile number, in one sentence that says what to send. */
export const MSISDN_FAULTS = {
  not_a_number: {
    en: 'Must be digits, optionally with spaces, dots and one leading "+".',
    vi: 'Chỉ gồm chữ số, có thể kèm dấu cách, dấu chấm hoặc một dấu "+" ở đầu.',
  },
  not_vietnamese: {
    en: 'Only Vietnamese numbers can be sold to: 0…, 84… or +84….',
    vi: 'Chỉ bán cho số Việt Nam: 0…, 84… hoặc +84….',
  },
  wrong_length: {
    en: 'A Vietnamese mobile number has ten digits including the leading 0, e.g. 0901234567.',
    vi: 'Số di động Việt Nam có mười chữ số, kể cả số 0 ở đầu, ví dụ 0901234567.',
  },
  retired_prefix: {
    en: 'Eleven-digit numbers that begin with 01 were replaced in 2018. Send the new ten-digit number.',
    vi: 'Số 11 chữ số đầu 01 đã được đổi từ năm 2018; hãy gửi số mới 10 chữ số.',
  },
  not_mobile: {
    en: 'The number is not in a Vietnamese mobile range.',
    vi: 'Số này không thuộc dải số di động Việt Nam.',
  },
} as const satisfies Record<string, BilingualText>;

export type MsisdnFault = keyof typeof MSISDN_FAULTS;
export type MsisdnParsing = { ok: true; msisdn: Msisdn } | { ok: false; fault: MsisdnFault };

const SPELLING = /^\+?[\d .]+$/;
const RETIRED_PREFIX = /^(?:84|0)1\d{9}$/;

/**
 * Reads a number as people spell it: `0901234567`, `84 901 234 567`, `+84.901.234.567`.
 * A number that MobiFone did not issue passes: with number portability only MobiFone's check can decide.
 */
export function parseMsisdn(text: string): MsisdnParsing {
  const trimmed = text.trim();
  if (!SPELLING.test(trimmed)) return { ok: false, fault: 'not_a_number' };
  const digits = trimmed.replace(/\D/g, '');
  if (trimmed.startsWith('+') && !digits.startsWith('84')) return { ok: false, fault: 'not_vietnamese' };
  if (!digits.startsWith('84') && !digits.startsWith('0')) return { ok: false, fault: 'not_vietnamese' };
  if (RETIRED_PREFIX.test(digits)) return { ok: false, fault: 'retired_prefix' };
  return parseNational(digits.startsWith('84') ? `+${digits}` : digits);
}

function parseNational(spelling: string): MsisdnParsing {
  try {
    const number = parsePhoneNumberWithError(spelling, 'VN');
    if (number.nationalNumber.length !== 9) return { ok: false, fault: 'wrong_length' };
    if (!number.isValid() || number.getType() !== 'MOBILE') return { ok: false, fault: 'not_mobile' };
    return { ok: true, msisdn: msisdn(number.number.slice(1)) };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, fault: 'wrong_length' };
    throw error;
  }
}
