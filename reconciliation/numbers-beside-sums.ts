/**
 * Numbers in a line of totals that are no sums, as Vietnamese protocols write them. Each is passed over only where it cannot be
 * the beginning of a longer number: `ngày 23`, and not `ngày 23.000`.
 */
const BEGINS = String.raw`(?<![\d.,])`;
const ENDS = String.raw`(?![\d/]|[.,]\d)`;
/** Nor of one whose thousands a blank divides. */
const ENDS_IN_WORDS = String.raw`(?!\d|[.,]\d|\s\d{3}(?![\d.,]))`;

const YEAR = String.raw`(?:19|20)\d{2}`;
const ONE_OR_TWO = String.raw`\d{1,2}`;
const MONTH_NAME = String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg\s?\d{1,2})\p{L}*`;
const TIME_OF_DAY = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?`;
const DAYS = [
  // 23/11, 23/11/26, 23.11.2026, and the first day of 01-23/11/2026
  String.raw`(?:\d{1,2}\s?[-–]\s?)?\d{1,2}\s?(?:/\s?\d{1,2}(?:\s?/\s?(?:\d{4}|\d{2}))?|(?<mark>[.-])\d{1,2}\k<mark>(?:\d{4}|\d{2}))`,
  String.raw`\d{4}(?<other>[/.-])\d{1,2}\k<other>\d{1,2}`,
  String.raw`\d{1,2}\s?/\s?\d{4}|\d{1,2}[.-]${YEAR}|${YEAR}[/-]\d{1,2}`,
  String.raw`\d{1,2}[ -]${MONTH_NAME}(?:[ -](?:${YEAR}|\d{2}))?|(?<!\p{L})${MONTH_NAME}\.? \d{1,2}(?:,? ${YEAR})?`,
  // 202611, 20261123, with a time of day behind it or not
  String.raw`20\d{2}(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?)?`,
];
const RATE = String.raw`\d+(?:[.,]\d+)?\s*%`;

/** Words before a number, with accents or without. */
const PERIOD = String.raw`(?:ngày|tháng|năm|quý|tuần|ngay|thang|nam|quy|tuan|day|month|year|quarter|week|(?:k[ỳìyi])(?:\s(?:cước|đối soát|thanh toán|cuoc|doi soat|thanh toan))?)(?:\sthứ|\sthu)?`;
const COUNTED = String.raw`(?:đợt|lần|trang|tờ|dot|lan|page)(?:\s(?:số|so|thứ|thu))?`;
const DOCUMENT = String.raw`(?:phụ lục|phu luc|mẫu|mau|bảng|bang|biểu|bieu|biên bản|bien ban|hợp đồng|hop dong|hóa đơn|hoá đơn|hoa don|công văn|cong van)`;
/** Not more, so that a line of blanks takes no time. */
const BETWEEN = String.raw`[\s:]{0,3}`;
const NAMED = [
  // tháng 11, tháng 11-2026, tháng 11 2026, kỳ cước 202611
  String.raw`${PERIOD}${BETWEEN}(?:${ONE_OR_TWO}\s?-\s?${ONE_OR_TWO}\s?-\s?${YEAR}|${YEAR}(?:0[1-9]|1[0-2])?|${ONE_OR_TWO}(?:[./-]${ONE_OR_TWO}){0,2}(?:(?:[./-]|,?\s)${YEAR})?)`,
  String.raw`(?:từ|đến|tu|den)${BETWEEN}${ONE_OR_TWO}`,
  String.raw`${COUNTED}${BETWEEN}\d{1,4}(?:\s?(?:/|of|trên)\s?\d{1,4})?`,
  String.raw`${DOCUMENT}(?:\s(?:số|so)${BETWEEN}\d{1,8}|${BETWEEN}\d{1,3})`,
];
/** 23 before tháng, 30 before ngày, 10 giờ 05 phút, 10h05. */
const BEFORE_WORDS = String.raw`${BEGINS}(?:${ONE_OR_TWO}|(?<!\d\s)\d{3})(?:(?=\s?(?:ngày|tháng|giờ|phút|giây|ngay|thang|gio|phut|giay)(?!\p{L}))|\s?h(?:\s?\d{2})?(?![\p{L}\d]))`;
/** 12/BB-MBF, 123/2026/HĐ. */
const LETTER = String.raw`${BEGINS}\d{1,4}(?:/${YEAR})?/(?=\p{L})`;
/** (1+2), of columns. */
const COLUMNS = String.raw`\(\d{1,2}(?:\s?\+\s?\d{1,2})+\)`;

const OTHER_NUMBERS = new RegExp(
  [
    `(?<!\\p{L})(?:${NAMED.join('|')})${ENDS_IN_WORDS}`,
    BEFORE_WORDS,
    `${BEGINS}(?:${[...DAYS, TIME_OF_DAY, RATE].join('|')})${ENDS}`,
    LETTER,
    COLUMNS,
  ].join('|'),
  'giu',
);
/** D90, IV/2026. */
const NAMES = new RegExp(String.raw`\p{L}[\p{L}\p{N}_]*(?:/${YEAR}${ENDS})?`, 'gu');

export function withoutOtherNumbers(text: string): string {
  return text.replace(OTHER_NUMBERS, ';');
}

/** Without words, and without names that have a number in them, such as a package. */
export function withoutNames(text: string): string {
  return text.replace(NAMES, ';');
}
