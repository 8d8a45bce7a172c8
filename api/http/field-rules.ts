import type { BilingualText } from '../../domain/bilingual';

/** What the fields of a request must be, in the words that a channel is told. Schemas name the English ones. */
export const RULES = {
  text: { en: 'Must be a string.', vi: 'Giá trị phải là chuỗi ký tự.' },
  externalId: {
    en: 'Must begin with a letter or digit and contain only letters, digits, ".", "_", "~" and "-".',
    vi: 'Bắt đầu bằng chữ cái hoặc chữ số, chỉ gồm chữ cái không dấu, chữ số, ".", "_", "~" và "-".',
  },
  packageCode: {
    en: 'Must be a package code such as D90. GET /v1/packages lists the packages that you may sell now.',
    vi: 'Phải là mã gói, ví dụ D90. Xem GET /v1/packages để biết các gói đang bán.',
  },
  period: {
    en: 'Must be a calendar day such as 2026-11-24, or a month such as 2026-11.',
    vi: 'Phải là một ngày, ví dụ 2026-11-24, hoặc một tháng, ví dụ 2026-11.',
  },
  someText: {
    en: 'Must have at least 1 character, or be omitted.',
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
