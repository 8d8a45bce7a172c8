/**
 * What a difference comes down to: *money* is at stake; the *records* disagree without moving money; it is *open*,
 * since our purchase has no outcome yet; or *timing*, which is known and evens out over days.
 */
export const BREAK_NATURES = ['money', 'record', 'open', 'timing'] as const;
export type BreakNature = (typeof BREAK_NATURES)[number];

/** The kinds of break that reconciliation tells apart, in the order in which a report lists them: the one table. */
export const BREAK_KINDS = {
  charged_not_here: {
    nature: 'money',
    en: 'Charged at MobiFone; no matching purchase here',
    vi: 'MobiFone đã trừ cước; không có giao dịch tương ứng tại đại lý',
    next: 'Ask MobiFone where the transaction came from; dispute the charge if MobiFone cannot name a purchase.',
    nextVi: 'Yêu cầu MobiFone cho biết nguồn gốc giao dịch; khiếu nại nếu không xác định được.',
  },
  carried_over_lost: {
    nature: 'money',
    en: 'Expected since the previous day; the purchase is no longer stored here',
    vi: 'Chuyển sang từ ngày trước; đại lý không còn dữ liệu giao dịch',
    next: 'Run again with --archive and the export of its day, or compare by hand with the previous day’s report.',
    nextVi: 'Dùng kho lưu trữ có ngày đó (--archive) hoặc đối chiếu thủ công với biên bản ngày trước.',
  },
  other_day_unproven: {
    nature: 'money',
    en: 'For a sale of another day, which is not known to miss it',
    vi: 'Thuộc giao dịch của ngày khác; chưa xác nhận được ngày đó thiếu dòng này',
    next: 'Run again with the files of the days in between (--last-day, --next-day, --other-day); if one of them has the sale already, it was billed twice.',
    nextVi:
      'Đối soát lại với tệp của các ngày liên quan; nếu ngày kia đã có giao dịch thì đây là tính cước hai lần.',
  },
  missing_there: {
    nature: 'money',
    en: 'Succeeded here; missing at MobiFone',
    vi: 'Thành công tại đại lý; không có trong tệp của MobiFone',
    next: 'Send MobiFone the transaction ids and ask for the lines in a correction file.',
    nextVi: 'Gửi mã giao dịch cho MobiFone và yêu cầu bổ sung bằng tệp điều chỉnh.',
  },
  refund_noticed_yet_charged: {
    nature: 'money',
    en: 'The channel was notified to refund, but MobiFone charged',
    vi: 'Đã báo nơi bán hoàn tiền nhưng MobiFone vẫn trừ cước',
    next: 'Have MobiFone reverse the charge; the customer has the refund already.',
    nextVi: 'Yêu cầu MobiFone hoàn cước; khách hàng đã được nơi bán hoàn tiền.',
  },
  state_differs: {
    nature: 'money',
    en: 'Sold on one side, undone on the other',
    vi: 'Một bên ghi nhận đã bán, bên kia ghi nhận đã hủy',
    next: 'Compare the last answer in the purchase’s history with MobiFone’s record; the side that is wrong corrects it (reversal or re-registration).',
    nextVi: 'Đối chiếu lịch sử giao dịch với MobiFone; bên sai điều chỉnh (hoàn cước hoặc đăng ký lại).',
  },
  registered_never_charged: {
    nature: 'money',
    en: 'Registered at MobiFone, but neither charged nor rolled back',
    vi: 'Đã đăng ký tại MobiFone, chưa trừ cước và chưa hủy',
    next: 'If sold here: ask MobiFone for the missing charge line. If not: have the registration rolled back.',
    nextVi: 'Nếu đã bán: yêu cầu MobiFone bổ sung dòng trừ cước. Nếu chưa bán: hủy đăng ký.',
  },
  charged_not_registered: {
    nature: 'money',
    en: 'Charged, but its registration is missing or undone at MobiFone',
    vi: 'Đã trừ cước nhưng không có đăng ký, hoặc đăng ký đã bị hủy, tại MobiFone',
    next: 'Ask MobiFone whether the subscriber has the package. If not: have it registered, or the charge reversed.',
    nextVi: 'Hỏi MobiFone thuê bao có gói cước hay không. Nếu không: yêu cầu đăng ký lại hoặc hoàn cước.',
  },
  second_registration_unknown: {
    nature: 'money',
    en: 'Registered under a second transaction id, which no case here sent',
    vi: 'Đăng ký theo mã giao dịch thứ hai mà không vụ việc nào tại đại lý gửi',
    next: 'Ask MobiFone where the second registration came from.',
    nextVi: 'Hỏi MobiFone nguồn gốc của lần đăng ký thứ hai.',
  },
  given_back_wrongly: {
    nature: 'money',
    en: 'Money given back at MobiFone that no line had taken',
    vi: 'MobiFone hoàn tiền cho giao dịch không có dòng trừ cước',
    next: 'Ask MobiFone which charge the rollback gives back; expect the credit to be withdrawn.',
    nextVi: 'Hỏi MobiFone dòng hoàn tiền thuộc lần trừ cước nào; khoản này có thể bị thu lại.',
  },
  duplicate_charge: {
    nature: 'money',
    en: 'Charged more than once for one purchase',
    vi: 'Một giao dịch bị trừ cước nhiều lần',
    next: 'Have MobiFone reverse every charge but the first.',
    nextVi: 'Yêu cầu MobiFone hoàn các lần trừ cước thừa.',
  },
  duplicate_in_file: {
    nature: 'money',
    en: 'The same line more than once in the file',
    vi: 'Một dòng xuất hiện nhiều lần trong tệp',
    next: 'Ask MobiFone for a correction file; the subscriber was charged once.',
    nextVi: 'Yêu cầu MobiFone gửi tệp điều chỉnh; thuê bao chỉ bị trừ cước một lần.',
  },
  reference_shared: {
    nature: 'money',
    en: 'One transaction of MobiFone’s for two purchases',
    vi: 'Một giao dịch của MobiFone ứng với hai giao dịch của đại lý',
    next: 'Ask MobiFone which of the two purchases the transaction paid, and for the line of the other.',
    nextVi: 'Hỏi MobiFone giao dịch này thuộc đơn hàng nào và yêu cầu dòng của đơn còn lại.',
  },
  amount_differs: {
    nature: 'money',
    en: 'The amounts differ',
    vi: 'Số tiền chênh lệch',
    next: 'Compare the price list in force with MobiFone; claim or accept the difference.',
    nextVi: 'Đối chiếu bảng giá hiệu lực với MobiFone; yêu cầu bù trừ hoặc chấp nhận chênh lệch.',
  },
  discount_differs: {
    nature: 'money',
    en: 'The discounts differ',
    vi: 'Chiết khấu chênh lệch',
    next: 'Compare rate, rounding and effective date with the discount rules of the agreement.',
    nextVi: 'Đối chiếu tỷ lệ, cách làm tròn và ngày hiệu lực với quy định chiết khấu.',
  },
  package_differs: {
    nature: 'record',
    en: 'The packages differ',
    vi: 'Gói cước khác nhau',
    next: 'Ask MobiFone which package the subscriber has; correct it if it is not the one that was sold.',
    nextVi: 'Xác minh gói cước thực tế của thuê bao; điều chỉnh nếu không đúng gói đã bán.',
  },
  payment_form_differs: {
    nature: 'record',
    en: 'The payment forms differ',
    vi: 'Loại thuê bao (trả trước/trả sau) khác nhau',
    next: 'Compare the channel’s contract with the subscriber’s payment form at MobiFone.',
    nextVi: 'Đối chiếu hợp đồng của nơi bán với loại thuê bao tại MobiFone.',
  },
  number_differs: {
    nature: 'record',
    en: 'The subscriber numbers differ',
    vi: 'Số thuê bao khác nhau',
    next: 'Ask MobiFone which subscriber was charged; have the charge reversed if it was the wrong one.',
    nextVi: 'Xác minh thuê bao bị trừ cước; hoàn cước nếu sai thuê bao.',
  },
  unknown_here: {
    nature: 'record',
    en: 'Undone at MobiFone; no matching purchase here',
    vi: 'Đã hủy tại MobiFone; không có giao dịch tương ứng tại đại lý',
    next: 'Ask MobiFone where the transaction came from; no charge is left.',
    nextVi: 'Yêu cầu MobiFone cho biết nguồn gốc giao dịch; không phát sinh công nợ.',
  },
  second_registration_unproven: {
    nature: 'record',
    en: 'Registered under a second transaction id; whether a case here sent it is not known',
    vi: 'Đăng ký theo mã giao dịch thứ hai; chưa xác nhận được có vụ việc nào tại đại lý đã gửi hay không',
    next: 'Cases are found at Temporal only: with --archive, run again with --archive-use behind. If the case is past Temporal’s retention, look for it in the reports of its time.',
    nextVi:
      'Vụ việc chỉ có trong Temporal: nếu dùng --archive, đối soát lại với --archive-use behind. Nếu vụ việc đã quá thời hạn lưu của Temporal, tìm trong các báo cáo thời gian đó.',
  },
  withdrawal_without_effect: {
    nature: 'record',
    en: 'A withdrawal (void) that withdraws nothing',
    vi: 'Dòng thu hồi (void) không thu hồi được dòng nào',
    next: 'Ask MobiFone which line it withdraws: its reference is in no line of the file, or it is not in a correction file.',
    nextVi:
      'Hỏi MobiFone dòng nào bị thu hồi: mã tham chiếu không có trong tệp, hoặc dòng không nằm trong tệp điều chỉnh.',
  },
  open_here: {
    nature: 'open',
    en: 'Not finished here yet',
    vi: 'Giao dịch chưa kết thúc tại đại lý',
    next: 'If it needs attention, settle it as its alert says; then reconcile the day again.',
    nextVi: 'Xử lý theo cảnh báo của giao dịch, sau đó đối soát lại.',
  },
  cut_off: {
    nature: 'timing',
    en: 'Belongs to the day before or after',
    vi: 'Thuộc ngày liền trước hoặc liền sau',
    next: 'None: the neighbouring day has the opposite difference, or is to have it and reports a break if it has not.',
    nextVi:
      'Không cần xử lý: được bù trừ với ngày liền kề; nếu ngày đó không có, sẽ được báo là thiếu ở MobiFone.',
  },
  late_correction: {
    nature: 'timing',
    en: 'Corrected or settled late by MobiFone',
    vi: 'MobiFone điều chỉnh hoặc quyết toán muộn',
    next: 'None: the corrected figures are used. Amend the statement of the earlier day.',
    nextVi: 'Không cần xử lý: dùng số liệu điều chỉnh; sửa biên bản của ngày trước.',
  },
} as const satisfies Record<
  string,
  { nature: BreakNature; en: string; vi: string; next: string; nextVi: string }
>;
export type BreakKind = keyof typeof BREAK_KINDS;
export const BREAK_KIND_NAMES = Object.keys(BREAK_KINDS) as [BreakKind, ...BreakKind[]]; // the literal's keys
