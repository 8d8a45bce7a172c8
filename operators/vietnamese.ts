import type { CaseDecision, CaseKind, CaseState } from '../domain/case/case';
import type { TransactionState } from '../domain/gateway-verdict';
import type { DeliveryStatus } from '../domain/notice/notice';
import type { AttentionReason } from '../domain/purchase/attention';
import type { OperatorAct } from '../domain/purchase/operator-acts';
import type { PurchaseState } from '../domain/purchase/states';
import type { PurchaseStep, StepStatus } from '../domain/purchase/steps';

/** What operators read in Vietnamese; the English is in the tables of `domain/`. A new key without words does not compile. */
export const VIETNAMESE = {
  states: {
    accepted: 'đã tiếp nhận',
    checking: 'đang kiểm tra thuê bao',
    registering: 'đang đăng ký gói',
    charging: 'đang trừ cước',
    rolling_back: 'đang hủy đăng ký',
    succeeded: 'thành công',
    rejected: 'bị từ chối',
    rolled_back: 'đã hủy đăng ký',
    cancelled: 'đã hủy',
    given_up: 'đã dừng bán',
  } satisfies Record<PurchaseState, string>,
  steps: {
    check: 'Kiểm tra thuê bao tại MobiFone',
    register: 'Đăng ký gói tại MobiFone',
    charge: 'Trừ cước thuê bao tại MobiFone',
    rollback: 'Hủy đăng ký tại MobiFone',
    refund_notice: 'Thông báo cho nơi bán hoàn tiền',
    late_effect_check: 'Kiểm tra lệnh đến muộn tại MobiFone',
    decision_check: 'Hỏi MobiFone xác nhận quyết định của người vận hành',
    rejection_message: 'Tin nhắn từ chối từ 999',
    transaction_message: 'Tin nhắn giao dịch từ 999',
    success_message: 'Tin nhắn đăng ký thành công từ 999',
  } satisfies Record<PurchaseStep, string>,
  stepStatuses: {
    running: 'đang thực hiện',
    done: 'xong',
    refused: 'bị từ chối',
    abandoned: 'đã bỏ dở',
  } satisfies Record<StepStatus, string>,
  attention: {
    no_answer: 'MobiFone chưa trả lời, lâu hơn thời gian chờ cho phép.',
    broken_contract: 'MobiFone trả lời không đúng đặc tả.',
    rollback_refused: 'MobiFone từ chối hủy đăng ký.',
    channel_unreachable: 'Webhook của nơi bán không nhận thông báo hoàn tiền.',
    workflow_closed:
      'Workflow bị dừng từ bên ngoài hoặc gặp lỗi; hệ thống mở một vụ việc để người vận hành xử lý.',
    late_effect: 'Một lệnh có hiệu lực tại MobiFone sau khi đã hủy và không hủy lại được.',
    case_open: 'Giao dịch đã kết thúc nhưng sai; cần người quyết định cách xử lý.',
  } satisfies Record<AttentionReason, string>,
  acts: {
    retry: 'Hỏi lại ngay, không chờ nữa.',
    'charge-done': 'MobiFone xác nhận đã trừ cước: giao dịch tiếp tục đến thành công.',
    'charge-not-done': 'MobiFone xác nhận không trừ cước: hủy đăng ký gói.',
    'rollback-done': 'Đăng ký đã được hủy bằng tay: kết thúc bước hủy.',
    'give-up': 'Dừng bán, hủy những gì đã làm, hoàn tiền cho khách.',
    cancel: 'Hủy giao dịch trước khi gửi lệnh trừ cước.',
  } satisfies Record<OperatorAct, string>,
  retryNotice: 'Gửi thông báo hoàn tiền cho nơi bán ngay, không chờ nữa.',
  transactionStates: {
    done: 'đã thực hiện, đang có hiệu lực',
    refused: 'đã bị từ chối',
    rolled_back: 'đã được hủy',
    never_received: 'MobiFone chưa nhận được',
    processing: 'MobiFone đang xử lý',
    no_answer: 'không có câu trả lời dùng được',
  } satisfies Record<TransactionState, string>,
  deliveries: {
    delivering: 'đang gửi',
    delivered: 'nơi bán đã nhận',
    undelivered: 'không gửi được',
  } satisfies Record<DeliveryStatus, string>,
  caseKinds: {
    make_good: 'Khách đã trả tiền nhưng MobiFone không bán: nơi bán hoàn tiền, hoặc đăng ký lại gói.',
    reversal: 'MobiFone giữ một lần trừ cước hoặc đăng ký không được bán: MobiFone phải trả lại.',
    workflow_closed:
      'Workflow của giao dịch bị dừng từ bên ngoài: hỏi MobiFone điều gì còn hiệu lực, rồi báo cho nơi bán.',
  } satisfies Record<CaseKind, string>,
  caseStates: {
    open: 'đang mở',
    refunding: 'đang báo hoàn tiền',
    re_registering: 'đang đăng ký lại',
    refunded: 'đã báo hoàn tiền',
    re_registered: 'đã đăng ký lại',
    closed: 'đã đóng',
    rejected: 'không có gì sai',
  } satisfies Record<CaseState, string>,
  caseDecisions: {
    refund: 'Báo nơi bán hoàn tiền cho khách, theo một mã duy nhất của vụ việc.',
    re_register: 'Đăng ký gói thêm một lần tại MobiFone, theo mã giao dịch riêng; không bao giờ trừ cước.',
    retry_now: 'Thử lại ngay với MobiFone hoặc nơi bán, không chờ nữa.',
    ask: 'Hỏi MobiFone giao dịch còn hiệu lực gì; câu trả lời được ghi vào vụ việc.',
    close: 'Đã được xử lý bằng cách khác, có nêu rõ.',
    reject: 'Không có gì sai.',
  } satisfies Record<CaseDecision, string>,
};
