import type { BilingualText, Language } from '../../domain/bilingual';
import { spreadsheetText } from '../../domain/harmless-text';
import type { Steps } from '../http/slices';
import type { StatementEnd, StatementPart, StatementSums } from './account';
import { refundResource, type StatementHead } from './json';
import { workbookFile, type Row } from './workbook-file';

/** A workbook is made in memory; a statement with more refunds names the rest by their number, and is whole as CSV. */
export const MAX_REFUND_ROWS = 20_000;

const WORDS = {
  title: { en: 'Statement', vi: 'Sao kê' },
  refunds: { en: 'Refunds', vi: 'Hoàn tiền' },
  channel: { en: 'Channel', vi: 'Kênh' },
  period: { en: 'Period', vi: 'Kỳ' },
  asOf: { en: 'As of', vi: 'Tại thời điểm' },
  final: { en: 'Final.', vi: 'Số liệu cuối cùng.' },
  notOver: {
    en: 'Not final: the period is not over.',
    vi: 'Chưa phải số cuối cùng: kỳ sao kê chưa kết thúc.',
  },
  notSettled: {
    en: 'Not final: purchases are open or cannot be read.',
    vi: 'Chưa phải số cuối cùng: còn giao dịch đang xử lý hoặc không đọc được.',
  },
  day: { en: 'Day', vi: 'Ngày' },
  opening: { en: 'Opening balance', vi: 'Dư đầu kỳ' },
  sold: { en: 'Sold', vi: 'Số giao dịch bán' },
  faceValue: { en: 'Face value', vi: 'Doanh thu theo mệnh giá' },
  discount: { en: 'Discount', vi: 'Chiết khấu' },
  payable: { en: 'Payable', vi: 'Phải trả' },
  closing: { en: 'Closing balance', vi: 'Dư cuối kỳ' },
  refunded: { en: 'Refunded', vi: 'Số giao dịch hoàn' },
  refundedAmount: { en: 'Refunded amount', vi: 'Số tiền hoàn cho khách' },
  undelivered: { en: 'Notices not delivered', vi: 'Thông báo chưa nhận' },
  open: { en: 'Open', vi: 'Đang xử lý' },
  unreadable: { en: 'Cannot be read', vi: 'Không đọc được' },
  total: { en: 'Total', vi: 'Cộng' },
  externalId: { en: 'Your order', vi: 'Mã đơn hàng của bạn' },
  purchaseId: { en: 'Purchase', vi: 'Mã giao dịch' },
  package: { en: 'Package', vi: 'Gói' },
  outcome: { en: 'Outcome', vi: 'Kết quả' },
  amount: { en: 'Amount', vi: 'Số tiền' },
  noticeId: { en: 'Notice', vi: 'Mã thông báo' },
  delivered: { en: 'Delivered', vi: 'Đã nhận' },
  yes: { en: 'yes', vi: 'có' },
  no: { en: 'no', vi: 'chưa' },
  more: { en: 'Further refunds, which the CSV lists:', vi: 'Số giao dịch hoàn khác, xem tệp CSV:' },
} as const satisfies Record<string, BilingualText>;
type Word = keyof typeof WORDS;

const DAY_COLUMNS = [
  'day',
  'opening',
  'sold',
  'faceValue',
  'discount',
  'payable',
  'closing',
  'refunded',
  'refundedAmount',
  'undelivered',
  'open',
  'unreadable',
] as const satisfies Word[];
const REFUND_COLUMNS = [
  'day',
  'externalId',
  'purchaseId',
  'package',
  'outcome',
  'amount',
  'noticeId',
  'delivered',
] as const satisfies Word[];

/**
 * A statement as a workbook: its days, and on a second sheet its refunds.
 * @returns how the file is made, once all is read
 */
export async function statementWorkbook(
  head: StatementHead,
  parts: AsyncIterable<StatementPart>,
  language: Language,
): Promise<Steps<Buffer>> {
  const say = (word: Word): string => WORDS[word][language];
  const days: Row[] = [];
  const refunds: Row[] = [];
  let unlisted = 0;
  for await (const part of parts) {
    if (part.kind === 'day') days.push(row(figures(part.day.day, part.day)));
    if (part.kind === 'end') {
      days.push(heading(figures(say('total'), part.end)));
      days.unshift(row([say(stateOf(part.end))]));
    }
    if (part.kind !== 'purchases') continue;
    for (const refund of part.purchases.flatMap(refundResource)) {
      if (refunds.length >= MAX_REFUND_ROWS) unlisted += 1;
      else {
        const { externalId, purchaseId, package: code, outcome, amount, noticeId, delivered } = refund;
        const told = say(delivered ? 'yes' : 'no');
        refunds.push(row([part.day, externalId, purchaseId, code, outcome, amount, noticeId, told]));
      }
    }
  }
  if (unlisted > 0) refunds.push(row([say('more'), unlisted]));
  const [state = row([]), ...listed] = days;
  const about = [
    heading([say('title')]),
    row([say('channel'), head.channel]),
    row([say('period'), head.period]),
    row([say('asOf'), head.asOf]),
    state,
    heading(DAY_COLUMNS.map(say)),
  ];
  return workbookFile([
    { name: say('title'), rows: [...about, ...listed] },
    { name: say('refunds'), rows: [heading(REFUND_COLUMNS.map(say)), ...refunds] },
  ]);
}

function stateOf({ over, final }: StatementEnd): Word {
  if (final) return 'final';
  return over ? 'notSettled' : 'notOver';
}

function figures(
  name: string,
  {
    opening,
    closing,
    sold,
    refunded,
    open,
    unreadable,
  }: StatementSums & { opening: number; closing: number },
): (string | number)[] {
  return [
    name,
    opening,
    sold.count,
    sold.faceValue,
    sold.discount,
    sold.payable,
    closing,
    refunded.count,
    refunded.amount,
    refunded.undelivered,
    open.count,
    unreadable,
  ];
}

function heading(cells: readonly (string | number)[]): Row {
  return { cells, bold: true };
}

function row(cells: readonly (string | number)[]): Row {
  return { cells: cells.map((value) => (typeof value === 'string' ? spreadsheetText(value) : value)) };
}
