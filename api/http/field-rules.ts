import type { BilingualText } from '../../domain/bilingual';

/** What the fields of a request must be, in the words that a channel is told. Schemas name the English ones. */
export const RULES = {
  text: { en: 'It must be a text.', vi: 'Giá trị phải là chuỗi ký tự.' },
  externalId: {
    en: 'It must begin with a letter or digit, and hold letters, digits, ".", "_", "~" and "-" only.',
    vi: 'Bắt đầu bằng chữ cái hoặc chữ số, chỉ gồm chữ cái không dấu, chữ số, ".", "_", "~" và "-".',
  },
  packageCode: {
    en: 'It must be a package’s code such as D90. GET /v1/packages lists what you may sell now.',
    vi: 'Phải là mã gói, ví dụ D90. Xem GET /v1/packages để biết các gói đang bán.',
  },
  someText: {
    en: 'It must have 1 character at least, or be left out.',
    vi: 'Phải có ít nhất 1 ký tự, hoặc bỏ trường này.',
  },
} as const satisfies Record<string, BilingualText>;

const BY_ENGLISH: ReadonlyMap<string, BilingualText> = new Map(
  Object.values(RULES).map((rule) => [rule.en, rule]),
);

/** A schema's message in both languages; as it is when the table above does not know it. */
export function ruleInWords(english: string): string | BilingualText {
  return BY_ENGLISH.get(english) ?? english;
}
