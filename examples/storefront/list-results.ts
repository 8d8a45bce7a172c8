import { stringify } from 'csv-stringify/sync';
import type { BatchRow } from '../../sdk/index';

type Language = 'vi' | 'en';

const HEADER = {
  vi: ['Mã đơn', 'Số điện thoại', 'Gói', 'Kết quả', 'Lý do', 'Giá', 'Đã bán', 'Được hoàn'],
  en: ['Order id', 'Number', 'Package', 'Result', 'Reason', 'Price', 'Sold', 'Refunded'],
} as const;

/** The same words as on the page (`public/list-words.js`). */
const RESULTS: Readonly<Record<Language, Readonly<Record<BatchRow['result'], string>>>> = {
  vi: {
    succeeded: 'Thành công',
    rejected: 'MobiFone từ chối',
    rolled_back: 'Đã hủy đăng ký',
    cancelled: 'Đã hủy',
    given_up: 'Đã dừng xử lý',
    refused: 'Không nhận',
    repeated: 'Mã đơn đã dùng trước đó',
    open: 'Đang xử lý',
    not_begun: 'Chưa bắt đầu',
  },
  en: {
    succeeded: 'Succeeded',
    rejected: 'Refused by MobiFone',
    rolled_back: 'Registration undone',
    cancelled: 'Cancelled',
    given_up: 'Given up',
    refused: 'Not accepted',
    repeated: 'Order id used before',
    open: 'Under way',
    not_begun: 'Not begun',
  },
};

/** What a spreadsheet of the language takes for the end of a cell. */
const DELIMITER = { vi: ';', en: ',' } as const;

/**
 * The results for the customer, who knows nothing of the shop's discount: what a row costs, what was sold of it and what is
 * refunded, by the price that the customer has paid.
 * @param prices of the packages; the purchase's own price counts where there is one
 */
export function customersResults(
  rows: readonly BatchRow[],
  prices: ReadonlyMap<string, number>,
  language: Language,
): string {
  const lines = rows.map(({ externalId, msisdn, package: code, result, reason, faceValue, refund }) => {
    const price = faceValue || refund || (prices.get(code) ?? 0); // of the purchase, where there is one
    const isSold = result === 'succeeded';
    const isRefunded = !isSold && result !== 'open';
    const why = reason?.message[language] ?? '';
    return [
      externalId,
      msisdn,
      code,
      RESULTS[language][result],
      why,
      price,
      isSold ? price : 0,
      isRefunded ? price : 0,
    ];
  });
  const text = stringify([[...HEADER[language]], ...lines], {
    delimiter: DELIMITER[language],
    record_delimiter: 'windows',
    escape_formulas: true,
  });
  return `\uFEFF${text}`; // by which spreadsheets know that it is UTF-8
}
