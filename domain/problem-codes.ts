import type { BilingualText } from './bilingual';

/**
 * Every way in which the API says no: the one table from which the answers, the pages at `/problems/<code>` and the
 * OpenAPI document are made. Codes are for ever; a channel's code branches on them.
 */
export const PROBLEM_CODES = {
  malformed_request: {
    status: 400,
    retryable: false,
    title: { en: 'The request cannot be read', vi: 'Không đọc được yêu cầu' },
    whatToDo: {
      en: 'Send valid HTTP with a body of valid JSON in UTF-8.',
      vi: 'Gửi đúng chuẩn HTTP, nội dung là JSON hợp lệ mã hóa UTF-8.',
    },
  },
  request_timed_out: {
    status: 408,
    retryable: true,
    title: { en: 'The request took too long to arrive', vi: 'Yêu cầu gửi đến quá chậm' },
    whatToDo: {
      en: 'Send the head of a request within 10 seconds and all of it within 20. Nothing was sold.',
      vi: 'Gửi phần đầu yêu cầu trong 10 giây và toàn bộ trong 20 giây. Chưa có giao dịch nào được thực hiện.',
    },
  },
  headers_too_large: {
    status: 431,
    retryable: false,
    title: { en: 'The address and the headers are too large', vi: 'Địa chỉ và header quá lớn' },
    whatToDo: {
      en: 'Send 16 kB of address and headers at most. Nothing was sold.',
      vi: 'Gửi địa chỉ và header tối đa 16 kB. Chưa có giao dịch nào được thực hiện.',
    },
  },
  last_event_id_invalid: {
    status: 400,
    retryable: false,
    title: { en: 'There is no such event to go on from', vi: 'Không có sự kiện này để tiếp tục' },
    whatToDo: {
      en: 'Send the `id` of the last event that you received as "Last-Event-ID", or none to have all events.',
      vi: 'Gửi `id` của sự kiện cuối cùng đã nhận trong header "Last-Event-ID", hoặc bỏ trống để nhận tất cả.',
    },
  },
  list_query_invalid: {
    status: 400,
    retryable: false,
    title: { en: 'The list cannot be asked for like this', vi: 'Tham số danh sách không hợp lệ' },
    whatToDo: {
      en: 'Correct the parameters that `detail` names. A cursor is only good for the list that it came with.',
      vi: 'Sửa các tham số nêu trong `detail`. Con trỏ trang chỉ dùng được cho danh sách đã trả về nó.',
    },
  },
  unauthenticated: {
    status: 401,
    retryable: false,
    title: { en: 'The API key is missing or not known', vi: 'Thiếu khóa API hoặc khóa không đúng' },
    whatToDo: {
      en: 'Send your key as "Authorization: Bearer <key>". Nothing was sold.',
      vi: 'Gửi khóa trong header "Authorization: Bearer <key>". Chưa có giao dịch nào được thực hiện.',
    },
  },
  key_expired: {
    status: 401,
    retryable: false,
    title: { en: 'The API key has expired', vi: 'Khóa API đã hết hạn' },
    whatToDo: {
      en: 'Use your channel’s newer key, or ask us for one. Nothing was sold.',
      vi: 'Dùng khóa mới của kênh, hoặc yêu cầu chúng tôi cấp khóa mới. Chưa có giao dịch nào được thực hiện.',
    },
  },
  signature_missing: {
    status: 401,
    retryable: false,
    title: { en: 'The request is not signed', vi: 'Yêu cầu chưa được ký' },
    whatToDo: {
      en: 'Your channel signs its requests: send "X-Datacode-Timestamp" and "X-Datacode-Signature". Nothing was sold.',
      vi: 'Kênh của bạn phải ký yêu cầu: gửi "X-Datacode-Timestamp" và "X-Datacode-Signature". Chưa có giao dịch nào được thực hiện.',
    },
  },
  signature_invalid: {
    status: 401,
    retryable: false,
    title: { en: 'The request’s signature does not match', vi: 'Chữ ký của yêu cầu không khớp' },
    whatToDo: {
      en: 'Sign method, path with query, timestamp and the very bytes of the body with your signing secret. Nothing was sold.',
      vi: 'Ký đúng phương thức, đường dẫn kèm tham số, thời điểm và từng byte nội dung bằng khóa ký của bạn. Chưa có giao dịch nào được thực hiện.',
    },
  },
  timestamp_out_of_window: {
    status: 401,
    retryable: false,
    title: {
      en: 'The request was signed too long ago, or in the future',
      vi: 'Thời điểm ký đã quá cũ hoặc ở tương lai',
    },
    whatToDo: {
      en: 'Set your clock, and sign each attempt anew with the Unix seconds of now. Nothing was sold.',
      vi: 'Chỉnh lại đồng hồ và ký lại mỗi lần gửi với thời điểm hiện tại (giây Unix). Chưa có giao dịch nào được thực hiện.',
    },
  },
  channel_disabled: {
    status: 403,
    retryable: false,
    title: { en: 'The channel is not enabled', vi: 'Kênh bán đang bị tắt' },
    whatToDo: {
      en: 'Ask us to enable the channel. Nothing was sold.',
      vi: 'Liên hệ với chúng tôi để mở lại kênh. Chưa có giao dịch nào được thực hiện.',
    },
  },
  scope_missing: {
    status: 403,
    retryable: false,
    title: { en: 'The key may not do this', vi: 'Khóa này không có quyền thực hiện' },
    whatToDo: {
      en: 'Use a key with the scope that `detail` names, or ask us for one. Nothing was sold.',
      vi: 'Dùng khóa có quyền nêu trong `detail`, hoặc yêu cầu chúng tôi cấp. Chưa có giao dịch nào được thực hiện.',
    },
  },
  route_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'There is nothing at this address', vi: 'Địa chỉ này không tồn tại' },
    whatToDo: {
      en: 'Look the address up in the documentation at /docs.',
      vi: 'Xem lại địa chỉ trong tài liệu tại /docs.',
    },
  },
  purchase_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'There is no such purchase', vi: 'Không có giao dịch này' },
    whatToDo: {
      en: 'Check the external id. Where a reply to your order was lost, send the same order again: it is sold once.',
      vi: 'Kiểm tra mã đơn hàng. Nếu mất phản hồi, hãy gửi lại đúng đơn hàng đó: chỉ bán một lần.',
    },
  },
  package_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'You sell no such package now', vi: 'Kênh hiện không bán gói này' },
    whatToDo: {
      en: 'Choose a package of GET /v1/packages, which lists what you may sell now.',
      vi: 'Chọn gói trong GET /v1/packages (các gói đang bán).',
    },
  },
  notice_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'There is no such notice', vi: 'Không có thông báo này' },
    whatToDo: {
      en: 'Take the id from GET /v1/notices or from the `webhook-id` of a delivery.',
      vi: 'Lấy mã từ GET /v1/notices hoặc từ header `webhook-id` của lần gửi.',
    },
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    title: { en: 'This method is not offered here', vi: 'Phương thức không được hỗ trợ tại đây' },
    whatToDo: {
      en: 'Use a method of the "Allow" header.',
      vi: 'Dùng một phương thức có trong header "Allow".',
    },
  },
  external_id_conflict: {
    status: 409,
    retryable: false,
    title: {
      en: 'This external id is taken by an order with other content',
      vi: 'Mã đơn hàng đã được dùng cho đơn khác',
    },
    whatToDo: {
      en: 'Repeat an order with the same content, or give a new order an id of its own. Nothing new was sold.',
      vi: 'Gửi lại đúng nội dung cũ, hoặc dùng mã mới cho đơn mới. Không có giao dịch mới.',
    },
  },
  idempotency_key_in_use: {
    status: 409,
    retryable: true,
    title: {
      en: 'A request with this Idempotency-Key is still being accepted',
      vi: 'Một yêu cầu cùng Idempotency-Key đang được tiếp nhận',
    },
    whatToDo: {
      en: 'Send the same request again after "Retry-After" seconds: it is sold once.',
      vi: 'Gửi lại đúng yêu cầu đó sau "Retry-After" giây: chỉ bán một lần.',
    },
  },
  too_late_to_cancel: {
    status: 409,
    retryable: false,
    title: { en: 'The purchase can no longer be cancelled', vi: 'Không thể hủy giao dịch này nữa' },
    whatToDo: {
      en: 'Wait for the outcome: `state` tells how far it is. If nothing is sold, you are told to refund.',
      vi: 'Chờ kết quả: `state` cho biết giao dịch đang ở đâu. Nếu không bán được, bạn sẽ được báo hoàn tiền.',
    },
  },
  payload_too_large: {
    status: 413,
    retryable: false,
    title: { en: 'The body is too large', vi: 'Nội dung yêu cầu quá lớn' },
    whatToDo: {
      en: 'Send 16 kB at most.',
      vi: 'Gửi tối đa 16 kB.',
    },
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    title: { en: 'The body is not sent as JSON', vi: 'Nội dung không phải JSON' },
    whatToDo: {
      en: 'Send "Content-Type: application/json" in UTF-8, not compressed.',
      vi: 'Gửi "Content-Type: application/json" mã hóa UTF-8, không nén.',
    },
  },
  invalid_request: {
    status: 422,
    retryable: false,
    title: { en: 'The request has faults', vi: 'Yêu cầu có lỗi' },
    whatToDo: {
      en: 'Correct every fault of `errors`; each names its place in the body. Nothing was sold.',
      vi: 'Sửa tất cả lỗi trong `errors`; mỗi lỗi chỉ rõ vị trí. Chưa có giao dịch nào được thực hiện.',
    },
  },
  package_not_available: {
    status: 422,
    retryable: false,
    title: { en: 'This package cannot be bought', vi: 'Không thể mua gói này' },
    whatToDo: {
      en: 'Choose a package of GET /v1/packages, which lists what you may sell now. Nothing was sold.',
      vi: 'Chọn gói trong GET /v1/packages (các gói đang bán). Chưa có giao dịch nào được thực hiện.',
    },
  },
  idempotency_key_reused: {
    status: 422,
    retryable: false,
    title: {
      en: 'This Idempotency-Key was used for another order',
      vi: 'Idempotency-Key này đã dùng cho đơn khác',
    },
    whatToDo: {
      en: 'Send a new key with a new order, and the same key only with the very same order. Nothing new was sold.',
      vi: 'Dùng khóa mới cho đơn mới; chỉ dùng lại khóa cũ với đúng đơn cũ. Không có giao dịch mới.',
    },
  },
  rate_limited: {
    status: 429,
    retryable: true,
    title: { en: 'Too many requests', vi: 'Quá nhiều yêu cầu' },
    whatToDo: {
      en: 'Send the same request again after "Retry-After" seconds. Nothing was sold.',
      vi: 'Gửi lại đúng yêu cầu đó sau "Retry-After" giây. Chưa có giao dịch nào được thực hiện.',
    },
  },
  too_many_concurrent_requests: {
    status: 429,
    retryable: true,
    title: { en: 'Too many requests at the same time', vi: 'Quá nhiều yêu cầu đồng thời' },
    whatToDo: {
      en: 'Wait for answers before you send more, and send this one again after "Retry-After" seconds. Nothing was sold.',
      vi: 'Chờ các yêu cầu trước được trả lời rồi gửi lại sau "Retry-After" giây. Chưa có giao dịch nào được thực hiện.',
    },
  },
  too_many_streams: {
    status: 429,
    retryable: true,
    title: { en: 'Too many event streams at the same time', vi: 'Quá nhiều luồng sự kiện đồng thời' },
    whatToDo: {
      en: 'Close streams that you no longer read, take the events as a list ("Accept: application/json"), or subscribe to webhooks. Your sales are not affected.',
      vi: 'Đóng các luồng không còn đọc, lấy sự kiện dạng danh sách ("Accept: application/json"), hoặc đăng ký webhook. Việc bán hàng không bị ảnh hưởng.',
    },
  },
  internal_error: {
    status: 500,
    retryable: true,
    title: { en: 'We made a mistake', vi: 'Lỗi hệ thống' },
    whatToDo: {
      en: 'Send the same request again: it is sold once. If it stays so, tell us the `requestId`.',
      vi: 'Gửi lại đúng yêu cầu đó: chỉ bán một lần. Nếu vẫn lỗi, báo cho chúng tôi `requestId`.',
    },
  },
  sales_paused: {
    status: 503,
    retryable: true,
    title: { en: 'We have paused these sales', vi: 'Chúng tôi đang tạm dừng bán' },
    whatToDo: {
      en: 'Send the same order again after "Retry-After" seconds, or ask our operators. Nothing was sold.',
      vi: 'Gửi lại đúng đơn hàng đó sau "Retry-After" giây, hoặc hỏi bộ phận vận hành của chúng tôi. Chưa có giao dịch nào được thực hiện.',
    },
  },
  streams_exhausted: {
    status: 503,
    retryable: true,
    title: { en: 'No event stream is free at the moment', vi: 'Hiện không còn luồng sự kiện trống' },
    whatToDo: {
      en: 'Take the events as a list ("Accept: application/json"), subscribe to webhooks, or try again after "Retry-After" seconds. Your sales are not affected.',
      vi: 'Lấy sự kiện dạng danh sách ("Accept: application/json"), đăng ký webhook, hoặc thử lại sau "Retry-After" giây. Việc bán hàng không bị ảnh hưởng.',
    },
  },
  purchase_unreadable: {
    status: 503,
    retryable: true,
    title: { en: 'The purchase cannot be read at the moment', vi: 'Tạm thời không đọc được giao dịch' },
    whatToDo: {
      en: 'A key is missing on our side. The purchase is safe and nothing was sold twice: send the same request again later, never under another external id.',
      vi: 'Phía chúng tôi đang thiếu khóa giải mã. Giao dịch vẫn an toàn và không bị bán hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã đơn hàng khác.',
    },
  },
  purchase_erased: {
    status: 410,
    retryable: false,
    title: { en: 'The purchase was erased', vi: 'Giao dịch đã được xóa' },
    whatToDo: {
      en: 'It was accepted under this id and is over; what it was about has been erased. Nothing was sold now.',
      vi: 'Đơn hàng mang mã này đã được nhận và đã kết thúc; nội dung của nó đã được xóa. Lần này không có giao dịch nào được thực hiện.',
    },
  },
  temporarily_unavailable: {
    status: 503,
    retryable: true,
    title: { en: 'The service is not available at the moment', vi: 'Dịch vụ tạm thời gián đoạn' },
    whatToDo: {
      en: 'Send the same request again after "Retry-After" seconds: it is sold once, whatever became of this one.',
      vi: 'Gửi lại đúng yêu cầu đó sau "Retry-After" giây: chỉ bán một lần.',
    },
  },
} as const satisfies Record<string, ProblemKind>;

/** What is the same of all problems with one code. */
export interface ProblemKind {
  /** HTTP status. */
  status: number;
  /** Whether the very same request may succeed later. */
  retryable: boolean;
  title: BilingualText;
  whatToDo: BilingualText;
}

export type ProblemCode = keyof typeof PROBLEM_CODES;
export const PROBLEM_CODE_NAMES = Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]; // the literal's keys

/** Where a code is explained; `type` of a problem document (RFC 9457). */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_CODES, text);
}
