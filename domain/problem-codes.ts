import type { BilingualText } from './bilingual';

/**
 * Every problem that the API answers with: the one source of the answers, the pages at `/problems/<code>` and the
 * OpenAPI document. A code never changes, because channels' programs branch on it.
 */
export const PROBLEM_CODES = {
  malformed_request: {
    status: 400,
    retryable: false,
    title: { en: 'The request is malformed', vi: 'Không đọc được yêu cầu' },
    whatToDo: {
      en: 'Send a valid HTTP request whose body is valid JSON in UTF-8.',
      vi: 'Gửi đúng chuẩn HTTP, nội dung là JSON hợp lệ mã hóa UTF-8.',
    },
  },
  request_timed_out: {
    status: 408,
    retryable: true,
    title: { en: 'The request took too long to arrive', vi: 'Hết thời gian chờ nhận yêu cầu' },
    whatToDo: {
      en: 'Send the request headers within 10 seconds and the whole request within 20 seconds. Nothing was sold.',
      vi: 'Gửi phần header trong 10 giây và toàn bộ yêu cầu trong 20 giây. Chưa có giao dịch nào được thực hiện.',
    },
  },
  headers_too_large: {
    status: 431,
    retryable: false,
    title: { en: 'The URL and the headers are too large', vi: 'URL và header quá lớn' },
    whatToDo: {
      en: 'The URL and the headers may have 16 kB in total. Nothing was sold.',
      vi: 'URL và header có tổng dung lượng tối đa 16 kB. Chưa có giao dịch nào được thực hiện.',
    },
  },
  last_event_id_invalid: {
    status: 400,
    retryable: false,
    title: { en: 'Unknown Last-Event-ID', vi: 'Last-Event-ID không hợp lệ' },
    whatToDo: {
      en: 'Send the `id` of the last event that you received as "Last-Event-ID", or omit the header to get all events.',
      vi: 'Gửi `id` của sự kiện cuối cùng đã nhận trong header "Last-Event-ID", hoặc bỏ header này để nhận tất cả sự kiện.',
    },
  },
  list_query_invalid: {
    status: 400,
    retryable: false,
    title: { en: 'The list parameters are invalid', vi: 'Tham số danh sách không hợp lệ' },
    whatToDo: {
      en: 'Correct the parameters named in `detail`. A cursor is valid only for the list that returned it.',
      vi: 'Sửa các tham số nêu trong `detail`. `cursor` chỉ dùng được với đúng danh sách đã trả về nó.',
    },
  },
  unauthenticated: {
    status: 401,
    retryable: false,
    title: { en: 'The API key is missing or unknown', vi: 'Thiếu khóa API hoặc khóa không đúng' },
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
      en: 'Use your channel’s new key, or ask us for one. Nothing was sold.',
      vi: 'Dùng khóa mới của kênh, hoặc yêu cầu chúng tôi cấp khóa mới. Chưa có giao dịch nào được thực hiện.',
    },
  },
  signature_missing: {
    status: 401,
    retryable: false,
    title: { en: 'The request is not signed', vi: 'Yêu cầu chưa được ký' },
    whatToDo: {
      en: 'Your channel must sign its requests: send "Signature-Input" and "Signature" (RFC 9421), or "X-Datacode-Timestamp" and "X-Datacode-Signature", both of one form. Nothing was sold.',
      vi: 'Kênh của bạn phải ký yêu cầu: gửi đủ hai header "Signature-Input" và "Signature" (RFC 9421), hoặc "X-Datacode-Timestamp" và "X-Datacode-Signature". Chưa có giao dịch nào được thực hiện.',
    },
  },
  signature_invalid: {
    status: 401,
    retryable: false,
    title: { en: 'The request signature does not match', vi: 'Chữ ký của yêu cầu không khớp' },
    whatToDo: {
      en: 'Sign the method, the path with its query, the timestamp and the exact bytes of the body with your signing secret. Nothing was sold.',
      vi: 'Ký đúng phương thức HTTP, đường dẫn kèm tham số, timestamp và từng byte nội dung bằng khóa bí mật dùng để ký (signing secret). Chưa có giao dịch nào được thực hiện.',
    },
  },
  timestamp_out_of_window: {
    status: 401,
    retryable: false,
    title: {
      en: 'The signing timestamp is too old or in the future',
      vi: 'Timestamp của chữ ký đã quá cũ hoặc ở tương lai',
    },
    whatToDo: {
      en: 'Correct your clock, and sign each attempt again with the current Unix time in seconds. Nothing was sold.',
      vi: 'Chỉnh lại đồng hồ và ký lại mỗi lần gửi với thời điểm hiện tại (giây Unix). Chưa có giao dịch nào được thực hiện.',
    },
  },
  channel_disabled: {
    status: 403,
    retryable: false,
    title: { en: 'The channel is disabled', vi: 'Kênh bán đang bị vô hiệu hóa' },
    whatToDo: {
      en: 'Ask us to enable the channel. Nothing was sold.',
      vi: 'Liên hệ với chúng tôi để mở lại kênh. Chưa có giao dịch nào được thực hiện.',
    },
  },
  scope_missing: {
    status: 403,
    retryable: false,
    title: {
      en: 'The key does not have the required scope',
      vi: 'Khóa không có quyền thực hiện thao tác này',
    },
    whatToDo: {
      en: 'Use a key with the scope named in `detail`, or ask us for one. Nothing was sold.',
      vi: 'Dùng khóa có quyền nêu trong `detail`, hoặc yêu cầu chúng tôi cấp. Chưa có giao dịch nào được thực hiện.',
    },
  },
  route_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'There is no such URL', vi: 'URL này không tồn tại' },
    whatToDo: {
      en: 'See the documentation at /docs.',
      vi: 'Xem tài liệu tại /docs.',
    },
  },
  purchase_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'The purchase was not found', vi: 'Không tìm thấy giao dịch' },
    whatToDo: {
      en: 'Check the external id. If the response to your order was lost, send the same order again: it is sold only once.',
      vi: 'Kiểm tra mã đơn hàng. Nếu không nhận được phản hồi, hãy gửi lại đúng đơn hàng đó: đơn hàng chỉ được xử lý một lần.',
    },
  },
  statement_not_available: {
    status: 404,
    retryable: false,
    title: { en: 'No statement of this period can be had', vi: 'Không có sao kê của kỳ này' },
    whatToDo: {
      en: 'Ask for a day or a month that has begun and whose purchases are still kept. A day’s statement needs its month from the first day on. For an older period, ask our operators.',
      vi: 'Chọn ngày hoặc tháng đã bắt đầu và còn dữ liệu. Sao kê của một ngày cần dữ liệu từ ngày đầu tháng. Với kỳ cũ hơn, hãy hỏi bộ phận vận hành của chúng tôi.',
    },
  },
  package_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'This package is not available to your channel', vi: 'Gói này không dành cho kênh của bạn' },
    whatToDo: {
      en: 'Choose a package from GET /v1/packages, which lists the packages that you may sell now.',
      vi: 'Chọn một gói trong GET /v1/packages (danh sách gói đang bán).',
    },
  },
  notice_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'The notice was not found', vi: 'Không tìm thấy thông báo' },
    whatToDo: {
      en: 'Take the id from GET /v1/notices or from the `webhook-id` of a delivery.',
      vi: 'Lấy mã từ GET /v1/notices hoặc từ header `webhook-id` của lần gửi.',
    },
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    title: { en: 'The method is not allowed here', vi: 'Phương thức HTTP không được hỗ trợ' },
    whatToDo: {
      en: 'Use one of the methods in the "Allow" header.',
      vi: 'Dùng một phương thức có trong header "Allow".',
    },
  },
  external_id_conflict: {
    status: 409,
    retryable: false,
    title: {
      en: 'This external id belongs to an order with different content',
      vi: 'Mã đơn hàng đã được dùng cho đơn có nội dung khác',
    },
    whatToDo: {
      en: 'Send a repeated order with the same content, and a new order with a new id. Nothing new was sold.',
      vi: 'Đơn gửi lại phải giữ nguyên nội dung; đơn mới phải dùng mã mới. Không có giao dịch mới.',
    },
  },
  possible_duplicate: {
    status: 409,
    retryable: false,
    title: {
      en: 'Another order sold the same package to the same number a moment ago',
      vi: 'Vừa có đơn hàng khác bán cùng gói cho cùng số thuê bao',
    },
    whatToDo: {
      en: 'Ask your customer. If it is the same sale, use the order in `duplicateOf`; if the package is wanted twice, send the order again with "allowDuplicate": true. Nothing new was sold.',
      vi: 'Hãy hỏi lại khách. Nếu là cùng một lần bán, dùng đơn hàng trong `duplicateOf`; nếu khách muốn mua hai lần, gửi lại đơn với "allowDuplicate": true. Không có giao dịch mới.',
    },
  },
  number_blocked: {
    status: 422,
    retryable: false,
    title: { en: 'Nothing is sold to this number', vi: 'Không bán cho số thuê bao này' },
    whatToDo: {
      en: 'Our operators have blocked sales to this number. Ask them if your customer objects. Nothing was sold.',
      vi: 'Bộ phận vận hành đã chặn bán cho số này. Hãy hỏi họ nếu khách khiếu nại. Chưa có giao dịch nào được thực hiện.',
    },
  },
  number_limit_reached: {
    status: 422,
    retryable: false,
    title: {
      en: 'The number has had what may be sold to it today',
      vi: 'Số thuê bao đã mua hết mức được bán trong ngày',
    },
    whatToDo: {
      en: 'Tell your customer; the number can be sold to again tomorrow. If the limit is too low, ask our operators. Nothing was sold.',
      vi: 'Báo cho khách; ngày mai có thể bán tiếp cho số này. Nếu mức quá thấp, hãy hỏi bộ phận vận hành của chúng tôi. Chưa có giao dịch nào được thực hiện.',
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
      en: 'Send the same request again after "Retry-After" seconds: it is sold only once.',
      vi: 'Gửi lại đúng yêu cầu đó sau "Retry-After" giây: đơn hàng chỉ được xử lý một lần.',
    },
  },
  too_late_to_cancel: {
    status: 409,
    retryable: false,
    title: { en: 'The purchase can no longer be cancelled', vi: 'Không thể hủy giao dịch này nữa' },
    whatToDo: {
      en: 'Wait for the outcome; `state` shows the progress. If nothing is sold, you receive a refund notice.',
      vi: 'Chờ kết quả; `state` cho biết giao dịch đang ở bước nào. Nếu không bán được, bạn sẽ nhận thông báo hoàn tiền.',
    },
  },
  batch_not_found: {
    status: 404,
    retryable: false,
    title: { en: 'No batch with this id', vi: 'Không tìm thấy lô đơn hàng' },
    whatToDo: {
      en: 'Check the id of the batch. None of your batches has it, or it is older than what we keep.',
      vi: 'Kiểm tra mã lô. Bạn không có lô nào mang mã này, hoặc lô đã quá thời gian lưu.',
    },
  },
  batch_id_conflict: {
    status: 409,
    retryable: false,
    title: { en: 'This batch id was used for other orders', vi: 'Mã lô này đã dùng cho các đơn khác' },
    whatToDo: {
      en: 'A batch id stands for one list of orders. Send a new list under a new id. Nothing new was sold.',
      vi: 'Mỗi mã lô ứng với một danh sách đơn hàng. Gửi danh sách mới với mã mới. Không có giao dịch mới.',
    },
  },
  batch_over: {
    status: 409,
    retryable: false,
    title: { en: 'The batch is over', vi: 'Lô đơn hàng đã kết thúc' },
    whatToDo: {
      en: 'No further row of it begins; a purchase that is still open is cancelled by its own address.',
      vi: 'Lô không bắt đầu thêm dòng nào nữa; giao dịch đang xử lý được hủy bằng địa chỉ riêng của nó.',
    },
  },
  payload_too_large: {
    status: 413,
    retryable: false,
    title: { en: 'The body is too large', vi: 'Nội dung yêu cầu quá lớn' },
    whatToDo: {
      en: 'Send a body of at most 16 kB; a batch may have 2 MB.',
      vi: 'Gửi nội dung tối đa 16 kB; lô đơn hàng tối đa 2 MB.',
    },
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    title: { en: 'The media type is not supported', vi: 'Kiểu nội dung không được hỗ trợ' },
    whatToDo: {
      en: 'Send uncompressed JSON in UTF-8 with "Content-Type: application/json".',
      vi: 'Gửi JSON mã hóa UTF-8, không nén, với "Content-Type: application/json".',
    },
  },
  invalid_request: {
    status: 422,
    retryable: false,
    title: { en: 'The request is invalid', vi: 'Dữ liệu yêu cầu không hợp lệ' },
    whatToDo: {
      en: 'Correct every error in `errors`; each names its place in the request. Nothing was sold.',
      vi: 'Sửa tất cả lỗi trong `errors`; mỗi lỗi nêu rõ trường bị sai. Chưa có giao dịch nào được thực hiện.',
    },
  },
  package_not_available: {
    status: 422,
    retryable: false,
    title: { en: 'This package cannot be sold', vi: 'Không thể bán gói này' },
    whatToDo: {
      en: 'Choose a package from GET /v1/packages, which lists the packages that you may sell now. Nothing was sold.',
      vi: 'Chọn một gói trong GET /v1/packages (danh sách gói đang bán). Chưa có giao dịch nào được thực hiện.',
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
      en: 'Use a new key for each new order, and reuse a key only to repeat the same order. Nothing new was sold.',
      vi: 'Dùng Idempotency-Key mới cho đơn mới; chỉ dùng lại Idempotency-Key cũ với đúng đơn cũ. Không có giao dịch mới.',
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
      en: 'Wait for responses before you send more requests, and send this one again after "Retry-After" seconds. Nothing was sold.',
      vi: 'Chờ các yêu cầu trước được trả lời rồi gửi lại sau "Retry-After" giây. Chưa có giao dịch nào được thực hiện.',
    },
  },
  too_many_streams: {
    status: 429,
    retryable: true,
    title: { en: 'Too many event streams at the same time', vi: 'Quá nhiều luồng sự kiện đồng thời' },
    whatToDo: {
      en: 'Close streams that you no longer read, request the events as a list ("Accept: application/json"), or subscribe to webhooks. Your sales are not affected.',
      vi: 'Đóng các luồng không còn đọc, lấy sự kiện dạng danh sách ("Accept: application/json"), hoặc đăng ký webhook. Việc bán hàng không bị ảnh hưởng.',
    },
  },
  internal_error: {
    status: 500,
    retryable: true,
    title: { en: 'Internal error', vi: 'Lỗi hệ thống' },
    whatToDo: {
      en: 'Send the same request again: it is sold only once. If the error persists, send us the `requestId`.',
      vi: 'Gửi lại đúng yêu cầu đó: đơn hàng chỉ được xử lý một lần. Nếu vẫn lỗi, hãy gửi `requestId` cho chúng tôi.',
    },
  },
  number_search_unavailable: {
    status: 501,
    retryable: false,
    title: {
      en: 'Purchases cannot be found by number here',
      vi: 'Hệ thống này không tra cứu được theo số thuê bao',
    },
    whatToDo: {
      en: 'This installation does not encrypt purchases and keeps no hash of numbers. Find them by your own order ids.',
      vi: 'Hệ thống này không mã hóa giao dịch nên không lưu mã băm của số thuê bao. Hãy tra theo mã đơn hàng của bạn.',
    },
  },
  sales_paused: {
    status: 503,
    retryable: true,
    title: { en: 'These sales are paused', vi: 'Đang tạm dừng bán' },
    whatToDo: {
      en: 'Send the same order again after "Retry-After" seconds, or ask our operators. Nothing was sold.',
      vi: 'Gửi lại đúng đơn hàng đó sau "Retry-After" giây, hoặc hỏi bộ phận vận hành của chúng tôi. Chưa có giao dịch nào được thực hiện.',
    },
  },
  streams_exhausted: {
    status: 503,
    retryable: true,
    title: { en: 'No event stream is available at the moment', vi: 'Hiện không còn luồng sự kiện trống' },
    whatToDo: {
      en: 'Request the events as a list ("Accept: application/json"), subscribe to webhooks, or try again after "Retry-After" seconds. Your sales are not affected.',
      vi: 'Lấy sự kiện dạng danh sách ("Accept: application/json"), đăng ký webhook, hoặc thử lại sau "Retry-After" giây. Việc bán hàng không bị ảnh hưởng.',
    },
  },
  purchase_unreadable: {
    status: 503,
    retryable: true,
    title: { en: 'The purchase cannot be read at the moment', vi: 'Tạm thời không đọc được giao dịch' },
    whatToDo: {
      en: 'The stored data of this purchase cannot be read on our side; "detail" says why. Nothing was sold twice: send the same request again later, never with another external id.',
      vi: 'Phía chúng tôi không đọc được dữ liệu đã lưu của giao dịch này; "detail" cho biết lý do. Không giao dịch nào bị thực hiện hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã đơn hàng khác.',
    },
  },
  purchase_erased: {
    status: 410,
    retryable: false,
    title: { en: 'The purchase was erased', vi: 'Giao dịch đã được xóa' },
    whatToDo: {
      en: 'The order with this id was accepted and completed, and its content has been erased. This request sold nothing.',
      vi: 'Đơn hàng mang mã này đã được nhận và đã kết thúc; dữ liệu của đơn đã được xóa. Không có giao dịch mới.',
    },
  },
  batch_unreadable: {
    status: 503,
    retryable: true,
    title: { en: 'The batch cannot be read at the moment', vi: 'Tạm thời không đọc được lô đơn hàng' },
    whatToDo: {
      en: 'The stored data of this batch cannot be read on our side; "detail" says why. No row is sold twice: send the same request again later, never under another batch id. Rows that have begun are ordinary purchases, which you find by their own ids.',
      vi: 'Phía chúng tôi không đọc được dữ liệu đã lưu của lô này; "detail" cho biết lý do. Không dòng nào bị bán hai lần: hãy gửi lại đúng yêu cầu đó sau, không dùng mã lô khác. Các dòng đã bắt đầu là giao dịch bình thường, tra được bằng mã đơn hàng của bạn.',
    },
  },
  batch_erased: {
    status: 410,
    retryable: false,
    title: { en: 'The batch was erased', vi: 'Lô đơn hàng đã được xóa' },
    whatToDo: {
      en: 'The batch with this id was accepted, and its content has been erased. This request sold nothing.',
      vi: 'Lô mang mã này đã được nhận; dữ liệu của lô đã được xóa. Không có giao dịch mới.',
    },
  },
  temporarily_unavailable: {
    status: 503,
    retryable: true,
    title: { en: 'The service is temporarily unavailable', vi: 'Dịch vụ tạm thời gián đoạn' },
    whatToDo: {
      en: 'Send the same request again after "Retry-After" seconds: it is sold only once, even if this request was accepted.',
      vi: 'Gửi lại đúng yêu cầu đó sau "Retry-After" giây: đơn hàng chỉ được xử lý một lần.',
    },
  },
} as const satisfies Record<string, ProblemKind>;

/** What is the same of all problems with one code. */
export interface ProblemKind {
  /** HTTP status. */
  status: number;
  /** Whether the same request may succeed later. */
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
