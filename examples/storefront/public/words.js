/** Every text of the shop, in Vietnamese and English. The gateway's own texts come in the same two languages. */
const WORDS = {
  vi: {
    pageTitle: 'Gói data MobiFone – cửa hàng thử',
    skip: 'Đến nội dung chính',
    demoMark: 'Bản thử – không thu tiền thật',
    shopTitle: 'Nạp data MobiFone',
    shopLead: 'Chọn gói, nhập số, thanh toán – gói được đăng ký trong vài giây.',
    choosePackage: '1. Chọn gói',
    enterNumber: '2. Số thuê bao nhận gói',
    numberLabel: 'Số điện thoại MobiFone',
    hintsTitle: 'Số thử, bấm để điền:',
    loading: 'Đang tải…',
    payHint: 'Thanh toán giả lập. Không thành công thì hoàn tiền.',
    pay: (price) => `Thanh toán ${price}`,
    paying: 'Đang gửi đơn hàng…',
    stepsTitle: 'Diễn biến',
    phoneTitle: 'Điện thoại của thuê bao',
    noMessages: 'Chưa có tin nhắn.',
    again: 'Mua gói khác',
    days: (count) => `${count} ngày`,
    orderTitle: (code) => `Đơn hàng gói ${code}`,
    number: 'Thuê bao',
    package: 'Gói',
    paid: 'Đã thanh toán',
    order: 'Mã đơn hàng',
    lost: 'Mất kết nối. Đang nối lại…',
    resumed: 'Đã nối lại.',
    unknownOrder: 'Không có đơn hàng này.',
    shopUnavailable: 'Cửa hàng đang gián đoạn. Trang sẽ tự thử lại.',
    chooseFirst: 'Hãy chọn một gói.',
    numberFirst: 'Hãy nhập số điện thoại.',
    noAnswer: 'Chưa nhận được trả lời. Bấm lần nữa: cùng một đơn, chỉ bán một lần.',
    refused: 'Không đặt được đơn hàng. Chưa trừ tiền.',
    attention: 'Nhân viên đang xử lý đơn hàng này. Trang tự cập nhật.',
    refundDone: (price) => `Đã hoàn ${price}`,
    refundWhy: 'Cửa hàng nhận thông báo hoàn tiền có chữ ký:',
    refundPending: 'Đang chờ thông báo hoàn tiền…',
    hints: {
      succeeds: 'thành công',
      charge: 'trừ cước thất bại, hoàn tiền',
      notMobifone: 'không phải MobiFone',
      slow: 'chậm, xem từng bước',
    },
    states: {
      accepted: 'Đã nhận đơn hàng.',
      checking: 'Đang kiểm tra thuê bao…',
      registering: 'Đang đăng ký gói…',
      charging: 'Đang trừ cước…',
      rolling_back: 'Không thành công. Đang hủy đăng ký…',
      succeeded: 'Đăng ký thành công!',
      rejected: 'Không đăng ký được.',
      rolled_back: 'Không đăng ký được; gói đã được hủy.',
      cancelled: 'Đơn hàng đã được hủy.',
      given_up: 'Đơn hàng đã được dừng.',
    },
    steps: {
      paid: 'Thanh toán tại cửa hàng',
      check: 'Kiểm tra thuê bao tại MobiFone',
      register: 'Đăng ký gói tại MobiFone',
      charge: 'Trừ cước thuê bao',
      rollback: 'Hủy đăng ký gói',
      refund_notice: 'Báo cửa hàng hoàn tiền',
      late_effect_check: 'Kiểm tra lại sau khi hủy',
      rejection_message: 'Tin nhắn từ chối từ 999',
      transaction_message: 'Tin nhắn giao dịch từ 999',
      success_message: 'Tin nhắn thành công từ 999',
    },
    statuses: { running: 'đang làm…', done: 'xong', refused: 'bị từ chối', abandoned: 'đã dừng' },
  },
  en: {
    pageTitle: 'MobiFone data packages – demo shop',
    skip: 'Skip to the content',
    demoMark: 'Demo – no real money',
    shopTitle: 'Buy MobiFone data',
    shopLead: 'Choose a package, enter a number, pay. The package is registered within seconds.',
    choosePackage: '1. Choose a package',
    enterNumber: '2. Recipient number',
    numberLabel: 'MobiFone phone number',
    hintsTitle: 'Test numbers (click to fill in):',
    loading: 'Loading…',
    payHint: 'The payment is simulated. If the purchase fails, you are refunded.',
    pay: (price) => `Pay ${price}`,
    paying: 'Sending the order…',
    stepsTitle: 'What happens',
    phoneTitle: 'The subscriber’s phone',
    noMessages: 'No messages yet.',
    again: 'Buy another package',
    days: (count) => (count === 1 ? '1 day' : `${count} days`),
    orderTitle: (code) => `Order of package ${code}`,
    number: 'Subscriber',
    package: 'Package',
    paid: 'Paid',
    order: 'Order id',
    lost: 'Connection lost. Reconnecting…',
    resumed: 'Connected again.',
    unknownOrder: 'Order not found.',
    shopUnavailable: 'The shop is not available. This page retries automatically.',
    chooseFirst: 'Choose a package.',
    numberFirst: 'Enter a phone number.',
    noAnswer: 'No response. Press again: it is the same order and is sold once.',
    refused: 'The order was not accepted. You have not paid.',
    attention: 'Our staff are handling this order. This page updates automatically.',
    refundDone: (price) => `${price} refunded`,
    refundWhy: 'The shop received a signed refund notice:',
    refundPending: 'Waiting for the refund notice…',
    hints: {
      succeeds: 'succeeds',
      charge: 'charge fails, refunded',
      notMobifone: 'not a MobiFone number',
      slow: 'slow, step by step',
    },
    states: {
      accepted: 'Order received.',
      checking: 'Checking the subscriber…',
      registering: 'Registering the package…',
      charging: 'Charging…',
      rolling_back: 'The purchase failed. Cancelling the registration…',
      succeeded: 'Registered!',
      rejected: 'The package could not be registered.',
      rolled_back: 'The package could not be registered; the registration was cancelled.',
      cancelled: 'The order was cancelled.',
      given_up: 'The order was stopped.',
    },
    steps: {
      paid: 'Payment at the shop',
      check: 'Check the subscriber at MobiFone',
      register: 'Register the package at MobiFone',
      charge: 'Charge the subscriber',
      rollback: 'Cancel the registration',
      refund_notice: 'Notify the shop to refund',
      late_effect_check: 'Check again after the cancellation',
      rejection_message: 'Rejection SMS from 999',
      transaction_message: 'Transaction SMS from 999',
      success_message: 'Success SMS from 999',
    },
    statuses: { running: 'running…', done: 'done', refused: 'refused', abandoned: 'stopped' },
  },
};

const KEPT = 'language';
let current = kept() === 'en' ? 'en' : 'vi';

export const language = () => current;
export const words = () => WORDS[current];

/** Changes the language of the page and stores the choice. */
export function speak(wanted) {
  current = wanted === 'en' ? 'en' : 'vi';
  try {
    localStorage.setItem(KEPT, current);
  } catch {
    // without local storage the choice is lost when the page closes
  }
}

export const money = (amount) =>
  new Intl.NumberFormat(current === 'vi' ? 'vi-VN' : 'en-GB').format(amount) + ' đ';

export const gigabytes = (megabytes) =>
  new Intl.NumberFormat(current === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 1 }).format(
    megabytes / 1024,
  ) + ' GB';

export const clock = (moment) =>
  new Intl.DateTimeFormat(current === 'vi' ? 'vi-VN' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Ho_Chi_Minh',
  }).format(new Date(moment));

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
