import { formatLocalTime } from '../local-time';
import type { PurchaseOrder } from './purchase';
import { REASONS, type ReasonCode } from './reasons';
import { formatVndGsm7 } from '../vnd';

/** Characters of one GSM-7 segment. */
export const SEGMENT_LENGTH = 160;

/** Vietnamese without accents: GSM-7 safe, one segment each. In MobiFone's leaflets the "_" of a command is a space. */
export const messages = {
  /** Step (4): MobiFone refused the subscriber or the package. */
  rejection: (order: PurchaseOrder, refusal: ReasonCode): string =>
    oneSegment(
      `Quy khach khong dang ky duoc goi ${order.package.code} do ${REASONS[refusal].sms}. ` +
        `Tien se duoc hoan tai noi mua. LH 9090`,
    ),
  /** Step (7): what was paid, when, under which transaction. */
  transaction: (order: PurchaseOrder, at: Date): string =>
    oneSegment(
      `Quy khach da thanh toan ${formatVndGsm7(order.faceValue)} cho goi Datacode ${order.package.code} luc ` +
        `${formatLocalTime(at)}. Ma GD: ${order.purchaseId}. LH 9090`,
    ),
  /** Step (8): the package may be used; what it holds and for how long, as its name says it. */
  success: (order: PurchaseOrder): string => {
    const { code, name } = order.package;
    const told = (what: string): string =>
      `Quy khach da dang ky thanh cong ${what}, gia ${formatVndGsm7(order.faceValue)}. ` +
      `Kiem tra: KT DATAQT gui 999. Huy: HUY QT gui 999. LH 9090`;
    const byName = told(`goi ${withoutAccents(name)}`);
    const isSendable = PLAIN.test(byName) && byName.length <= SEGMENT_LENGTH;
    return isSendable ? byName : oneSegment(told(`goi Datacode ${code}`));
  },
};

/** The characters of ASCII that GSM-7 has in one place. */
const PLAIN = /^[ !"#%&'()*+,\-./0-9:;<=>?@A-Za-z]*$/;

function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[–—]/g, '-')
    .replace(/\s/g, ' ');
}

function oneSegment(text: string): string {
  if (text.length > SEGMENT_LENGTH)
    throw new RangeError(`an SMS of ${text.length} characters is two segments`);
  return text;
}
