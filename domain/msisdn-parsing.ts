import type { BilingualText } from './bilingual';
import { msisdn, type Msisdn } from './msisdn';

/** Why a string is not a Vietnamese mobile number, in one sentence that says what to send. */
export const MSISDN_FAULTS = {
  not_a_number: {
    en: 'Must be digits, optionally with spaces, dots, hyphens, parentheses and one leading "+".',
    vi: 'Chỉ gồm chữ số, có thể kèm dấu cách, dấu chấm, dấu gạch nối, dấu ngoặc hoặc một dấu "+" ở đầu.',
  },
  not_vietnamese: {
    en: 'Only Vietnamese numbers can be sold to: 0…, 84… or +84….',
    vi: 'Số phải bắt đầu bằng 0, 84 hoặc +84.',
  },
  wrong_length: {
    en: 'A Vietnamese mobile number has ten digits including the leading 0, e.g. 0901234567.',
    vi: 'Số di động Việt Nam có mười chữ số, kể cả số 0 ở đầu, ví dụ 0901234567.',
  },
  retired_prefix: {
    en: 'Eleven-digit numbers that begin with 01 were replaced in 2018. Send the new ten-digit number.',
    vi: 'Số 11 chữ số đầu 01 đã được đổi từ năm 2018; hãy gửi số mới 10 chữ số.',
  },
  shortened_number: {
    en: 'A spreadsheet shortened this number to a form such as 9.01E+08, and its last digits are lost. Format the column as text, enter the number again, and save the file.',
    vi: 'Bảng tính đã rút gọn số này thành dạng như 9,01E+08 và làm mất các chữ số cuối. Định dạng cột là văn bản (Text), nhập lại số rồi lưu tệp.',
  },
  not_mobile: {
    en: 'A Vietnamese mobile number begins with 03, 05, 07, 08 or 09.',
    vi: 'Số di động Việt Nam bắt đầu bằng 03, 05, 07, 08 hoặc 09.',
  },
} as const satisfies Record<string, BilingualText>;

export type MsisdnFault = keyof typeof MSISDN_FAULTS;
export type MsisdnParsing = { ok: true; msisdn: Msisdn } | { ok: false; fault: MsisdnFault };

/** What people, and the programs that they copy from, write between digits; the last are direction marks. */
const SEPARATORS = /[\s.()\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]/gu;
const DIGITS = /^\+?\d+$/;
/** How a number can begin: as abroad, dialled from abroad, or at home. Some write the 0 behind 84 too. */
const LEAD = /^(?:(?:00)?840?|0)/;
/** What a spreadsheet makes of a number for which its column is too narrow. */
const SHORTENED = /^\s*\d(?:[.,]\d+)?E\+?\d{1,2}\s*$/i;
/** Digits of a number without its leading 0, and too few of them. */
const TOO_FEW = /^[35789]\d{0,7}$/;
/** The subscriber numbers of mobile networks, by the numbering plan's first digit: ranges are opened every year. */
const MOBILE = /^[35789]/;
/** Until 2018 mobile numbers that began with 01 had eleven digits. */
const RETIRED = /^1\d{9}$/;
const SUBSCRIBER_DIGITS = 9;

/**
 * Reads a number as people spell it: `0901234567`, `(090) 123-4567`, `+84 90 123 45 67`. Only the form is judged: with
 * number portability, and ranges newer than any table, only MobiFone's check can decide.
 */
export function parseMsisdn(text: string): MsisdnParsing {
  if (SHORTENED.test(text)) return { ok: false, fault: 'shortened_number' };
  const spelling = text.replace(SEPARATORS, '');
  if (!DIGITS.test(spelling)) return { ok: false, fault: 'not_a_number' };
  if (TOO_FEW.test(spelling)) return { ok: false, fault: 'wrong_length' };
  const digits = spelling.replace('+', '');
  const lead = LEAD.exec(digits)?.[0];
  if (lead === undefined || (spelling !== digits && !digits.startsWith('84')))
    return { ok: false, fault: 'not_vietnamese' };
  const subscriber = digits.slice(lead.length);
  if (RETIRED.test(subscriber)) return { ok: false, fault: 'retired_prefix' };
  if (subscriber.length !== SUBSCRIBER_DIGITS) return { ok: false, fault: 'wrong_length' };
  if (!MOBILE.test(subscriber)) return { ok: false, fault: 'not_mobile' };
  return { ok: true, msisdn: msisdn(`84${subscriber}`) };
}
