import type { BilingualText } from './bilingual';

const SEE_PACKAGES = {
  en: 'GET /v1/packages lists what you may sell now.',
  vi: 'Xem GET /v1/packages để biết các gói đang bán.',
} as const;

/** What can be wrong with one field of a request, besides what `MSISDN_FAULTS` tells of a number. */
export const FIELD_FAULTS = {
  missing: { en: 'A value is required here.', vi: 'Bắt buộc phải có giá trị.' },
  unknown_field: {
    en: 'There is no such field; nothing was ignored in silence.',
    vi: 'Không có trường này; không trường nào bị bỏ qua âm thầm.',
  },
  wrong_type: { en: 'The value is of the wrong type.', vi: 'Giá trị sai kiểu dữ liệu.' },
  invalid_format: {
    en: 'The value is not in the form that is asked for.',
    vi: 'Giá trị không đúng định dạng yêu cầu.',
  },
  too_long: { en: 'The value is too long.', vi: 'Giá trị quá dài.' },
  too_short: { en: 'The value is too short.', vi: 'Giá trị quá ngắn.' },
  contains_msisdn: {
    en: 'An id must not contain the subscriber’s number: ids are written into logs and addresses.',
    vi: 'Mã không được chứa số thuê bao, vì mã được ghi vào nhật ký và địa chỉ.',
  },
  foreign_cursor: {
    en: 'This cursor is not one of a list with these filters. Send it as it was given, or begin without it.',
    vi: 'Con trỏ trang không thuộc danh sách với các bộ lọc này. Gửi lại đúng như đã nhận, hoặc bắt đầu không có con trỏ.',
  },
  unknown_package: {
    en: `There is no such package. ${SEE_PACKAGES.en}`,
    vi: `Không có gói này. ${SEE_PACKAGES.vi}`,
  },
  package_not_yet_on_sale: {
    en: `This package is not on sale yet. ${SEE_PACKAGES.en}`,
    vi: `Gói này chưa mở bán. ${SEE_PACKAGES.vi}`,
  },
  package_no_longer_on_sale: {
    en: `This package is no longer on sale. ${SEE_PACKAGES.en}`,
    vi: `Gói này đã ngừng bán. ${SEE_PACKAGES.vi}`,
  },
  package_not_sold_in_this_form: {
    en: `This package is not sold in your contract’s payment form. ${SEE_PACKAGES.en}`,
    vi: `Gói này không bán theo hình thức thanh toán trong hợp đồng của bạn. ${SEE_PACKAGES.vi}`,
  },
} as const satisfies Record<string, BilingualText>;

export type FieldFault = keyof typeof FIELD_FAULTS;
export const FIELD_FAULT_CODES = Object.keys(FIELD_FAULTS) as [FieldFault, ...FieldFault[]]; // the literal's keys
