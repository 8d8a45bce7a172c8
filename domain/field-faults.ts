import type { BilingualText } from './bilingual';

const SEE_PACKAGES = {
  en: 'GET /v1/packages lists the packages that you may sell now.',
  vi: 'Xem GET /v1/packages để biết các gói đang bán.',
} as const;

/** Errors of one field of a request; `MSISDN_FAULTS` has those of a number. */
export const FIELD_FAULTS = {
  missing: { en: 'This field is required.', vi: 'Trường này là bắt buộc.' },
  unknown_field: {
    en: 'Unknown field. Unknown fields are rejected, not ignored.',
    vi: 'Trường không tồn tại. Hệ thống từ chối trường lạ chứ không bỏ qua.',
  },
  duplicate_field: {
    en: 'This field occurs more than once. Send it once.',
    vi: 'Trường này bị lặp lại. Chỉ gửi một lần.',
  },
  wrong_type: { en: 'The value has the wrong type.', vi: 'Giá trị sai kiểu dữ liệu.' },
  invalid_format: {
    en: 'The value does not have the required format.',
    vi: 'Giá trị không đúng định dạng yêu cầu.',
  },
  too_long: { en: 'The value is too long.', vi: 'Giá trị quá dài.' },
  too_short: { en: 'The value is too short.', vi: 'Giá trị quá ngắn.' },
  contains_msisdn: {
    en: 'The id must not contain a mobile number, because ids appear in logs and URLs.',
    vi: 'Mã không được chứa số di động, vì mã xuất hiện trong nhật ký và URL.',
  },
  repeated_external_id: {
    en: 'An earlier row has the same externalId.',
    vi: 'Một dòng trước có cùng externalId.',
  },
  repeated_sale: {
    en: 'An earlier row has the same number and package. If both are wanted, set "allowDuplicate": true.',
    vi: 'Một dòng trước có cùng số thuê bao và gói. Nếu muốn mua cả hai, đặt "allowDuplicate": true.',
  },
  foreign_cursor: {
    en: 'This cursor is not, or no longer, valid for a list with these filters. Send it unchanged, or omit it to start from the first page.',
    vi: '`cursor` không hợp lệ hoặc không còn hiệu lực với các bộ lọc này. Gửi lại nguyên vẹn, hoặc bỏ trống để bắt đầu từ trang đầu.',
  },
  unknown_package: {
    en: `Unknown package. ${SEE_PACKAGES.en}`,
    vi: `Gói không tồn tại. ${SEE_PACKAGES.vi}`,
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
    vi: `Gói này không bán cho loại thuê bao (trả trước/trả sau) trong hợp đồng của bạn. ${SEE_PACKAGES.vi}`,
  },
} as const satisfies Record<string, BilingualText>;

export type FieldFault = keyof typeof FIELD_FAULTS;
export const FIELD_FAULT_CODES = Object.keys(FIELD_FAULTS) as [FieldFault, ...FieldFault[]]; // the literal's keys
