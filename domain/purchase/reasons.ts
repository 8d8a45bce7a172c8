/**
 * Every reason for which a purchase ends without a sale, in the words that a channel may show its customer.
 * The gateway's result codes, the workflow, the SMS texts, the API and the docs all take the reason from here.
 */
export const REASONS = {
  subscriber_not_found: {
    en: 'The number is not a MobiFone subscriber.',
    vi: 'Số thuê bao không thuộc mạng MobiFone.',
    sms: 'thue bao khong thuoc mang MobiFone',
  },
  subscriber_suspended: {
    en: 'The subscriber is barred or suspended.',
    vi: 'Thuê bao đang bị khóa hoặc tạm ngưng.',
    sms: 'thue bao dang bi khoa 1 chieu/2 chieu',
  },
  payment_form_mismatch: {
    en: 'The subscriber has the other payment form (prepaid or postpaid) than this channel sells to.',
    vi: 'Gói này không áp dụng cho loại thuê bao này (trả trước/trả sau).',
    sms: 'goi khong ap dung cho loai thue bao nay (tra truoc/tra sau)',
  },
  package_not_allowed: {
    en: 'The subscriber may not have this package.',
    vi: 'Thuê bao không thuộc đối tượng đăng ký gói này.',
    sms: 'thue bao khong thuoc doi tuong dang ky goi',
  },
  package_already_active: {
    en: 'The subscriber already has this package.',
    vi: 'Thuê bao đang sử dụng gói này.',
    sms: 'thue bao dang su dung goi nay',
  },
  registration_refused: {
    en: 'MobiFone refused the registration.',
    vi: 'MobiFone từ chối đăng ký gói.',
    sms: 'MobiFone tu choi dang ky',
  },
  insufficient_balance: {
    en: 'The subscriber’s balance or credit limit does not cover the package.',
    vi: 'Tài khoản (hoặc hạn mức cước) của thuê bao không đủ để trừ cước gói.',
    sms: 'so du hoac han muc khong du',
  },
  charging_barred: {
    en: 'The subscriber’s account cannot be charged.',
    vi: 'Không trừ được cước từ tài khoản của thuê bao.',
    sms: 'khong tru duoc cuoc tu tai khoan thue bao',
  },
  mobifone_unavailable: {
    en: 'MobiFone cannot take sales at the moment; the order was not sent on.',
    vi: 'Hệ thống MobiFone tạm thời gián đoạn; đơn hàng chưa được chuyển tới MobiFone.',
    sms: 'he thong tam thoi gian doan',
  },
  duplicate_order: {
    en: 'MobiFone has already closed a transaction under this order’s id.',
    vi: 'Mã đơn hàng này trùng với một giao dịch đã kết thúc tại MobiFone.',
    sms: 'ma giao dich da duoc su dung',
  },
  cancelled_by_channel: {
    en: 'The channel cancelled the purchase.',
    vi: 'Nơi bán đã hủy giao dịch.',
    sms: 'giao dich da bi huy',
  },
  cancelled_by_operator: {
    en: 'An operator cancelled the purchase.',
    vi: 'Bộ phận hỗ trợ đã hủy giao dịch.',
    sms: 'giao dich da bi huy',
  },
  charge_settled_as_not_done: {
    en: 'An operator stated that the charge was not made.',
    vi: 'Bộ phận hỗ trợ khẳng định thuê bao không bị trừ cước.',
    sms: 'thue bao khong bi tru cuoc',
  },
  given_up_by_operator: {
    en: 'An operator gave the purchase up; the customer is to be refunded.',
    vi: 'Giao dịch đã bị dừng; khách hàng được hoàn tiền.',
    sms: 'giao dich da bi cham dut',
  },
} as const satisfies Record<string, { en: string; vi: string; sms: string }>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]; // keys of the literal above, non-empty
