/** Every text of the shop, in Vietnamese and English. The gateway's own texts come in the same two languages. */
const WORDS = {
  vi: {
    pageTitle: 'Gói data MobiFone – cửa hàng demo',
    skip: 'Đến nội dung chính',
    demoMark: 'Bản demo – không thu tiền thật',
    shopTitle: 'Nạp data MobiFone',
    shopLead: 'Chọn gói, nhập số, thanh toán – gói được đăng ký trong vài giây.',
    choosePackage: '1. Chọn gói',
    enterNumber: '2. Số thuê bao nhận gói',
    numberLabel: 'Số điện thoại MobiFone',
    hintsTitle: 'Số dùng thử (chạm để điền):',
    loading: 'Đang tải…',
    goOn: 'Tiếp tục',
    manyNumbers: 'Mua cho danh sách số (tệp CSV)',
    goOnLabels: { checking: 'Đang kiểm tra số thuê bao…', paying: 'Đang xem lại đơn hàng…' },
    confirmTitle: 'Kiểm tra trước khi thanh toán',
    change: 'Sửa lại',
    price: 'Giá',
    recentTitle: 'Đơn hàng gần đây trên máy này',
    sameAgain: (time) => `Gói này vừa được mua cho số này lúc ${time}. Quý khách có muốn mua thêm lần nữa?`,
    seeOrder: 'Xem đơn hàng đó',
    notChecked: 'MobiFone chưa trả lời về số này. Nếu đăng ký không thành công, Quý khách được hoàn tiền.',
    notPaid: 'Quý khách chưa bị trừ tiền.',
    noCheck: 'Chưa kiểm tra được số thuê bao. Vui lòng thử lại sau ít phút. Quý khách chưa bị trừ tiền.',
    notYetKnown:
      'Đơn hàng trước chưa được nhận. Quý khách có thể đặt lại; đơn hàng không bị tính tiền hai lần.',
    slow: 'Kết nối chậm, vui lòng chờ…',
    offline: 'Không có kết nối mạng. Đơn hàng đã gửi vẫn được xử lý.',
    nothingOnSale: 'Hiện không có gói nào mở bán. Vui lòng quay lại sau.',
    wait: 'Việc này lâu hơn bình thường. Quý khách có thể đóng trang và quay lại sau bằng địa chỉ này; đơn hàng vẫn được xử lý.',
    transaction: 'Mã giao dịch (Ma GD)',
    payHint: 'Thanh toán mô phỏng. Nếu đăng ký không thành công, Quý khách được hoàn tiền.',
    pay: (price) => `Thanh toán ${price}`,
    paying: 'Đang gửi đơn hàng…',
    stepsTitle: 'Tiến trình đơn hàng',
    phoneTitle: 'Điện thoại của thuê bao',
    noMessages: 'Chưa có tin nhắn.',
    again: 'Mua gói khác',
    days: (count) => `${count} ngày`,
    orderTitle: (code) => `Đơn hàng gói ${code}`,
    number: 'Thuê bao',
    package: 'Gói',
    paid: 'Đã thanh toán',
    order: 'Mã đơn hàng',
    lost: 'Mất kết nối. Đang kết nối lại…',
    resumed: 'Đã kết nối lại.',
    unknownOrder: 'Không tìm thấy đơn hàng.',
    shopUnavailable: 'Dịch vụ tạm thời gián đoạn, trang sẽ tự động thử lại.',
    chooseFirst: 'Vui lòng chọn gói.',
    numberFirst: 'Vui lòng nhập số điện thoại.',
    noAnswer: 'Chưa nhận được phản hồi. Vui lòng bấm lại; đơn hàng không bị tính tiền hai lần.',
    boughtElsewhere:
      'Gói này vừa được mua cho số này cách đây ít phút. Nếu Quý khách muốn mua thêm một lần nữa, bấm Thanh toán lần nữa. Quý khách chưa bị trừ tiền cho lần này.',
    refused: 'Đặt hàng không thành công. Quý khách chưa bị trừ tiền.',
    salesStates: {
      paused: 'Cửa hàng đang tạm ngừng bán. Vui lòng quay lại sau. Đơn hàng đã đặt vẫn được xử lý.',
      unavailable: 'Cửa hàng tạm thời chưa nhận được đơn hàng. Vui lòng thử lại sau ít phút.',
      mobifone:
        'MobiFone hiện không phản hồi. Đơn hàng có thể chờ lâu hơn bình thường; nếu không thành công, Quý khách được hoàn tiền.',
    },
    problems: {
      number_blocked: 'Không bán được cho số này. Vui lòng liên hệ cửa hàng. Quý khách chưa bị trừ tiền.',
      number_limit_reached:
        'Số này đã mua hết mức được bán trong hôm nay. Vui lòng quay lại ngày mai. Quý khách chưa bị trừ tiền.',
      sales_paused:
        'Gói này tạm ngừng bán. Vui lòng chọn gói khác hoặc quay lại sau. Quý khách chưa bị trừ tiền.',
      package_not_available: 'Gói này không còn bán. Vui lòng chọn gói khác. Quý khách chưa bị trừ tiền.',
    },
    faults: {
      not_a_number: 'Số điện thoại chỉ gồm chữ số, ví dụ 0901234567.',
      not_vietnamese: 'Số phải bắt đầu bằng 0, 84 hoặc +84.',
      wrong_length: 'Số di động có mười chữ số, ví dụ 0901234567.',
      retired_prefix: 'Đầu số 01 (11 số) đã được đổi từ năm 2018. Vui lòng nhập số mới gồm 10 chữ số.',
      not_mobile: 'Số di động bắt đầu bằng 03, 05, 07, 08 hoặc 09.',
      package: 'Gói này không còn bán. Vui lòng chọn gói khác.',
    },
    attention: 'Nhân viên đang xử lý đơn hàng này. Trang tự cập nhật.',
    refundDone: (price) => `Quý khách được hoàn ${price}`,
    refundWhy: 'Cửa hàng đã nhận yêu cầu hoàn tiền. Mã hoàn tiền:',
    refundPending: 'Đang chờ yêu cầu hoàn tiền tới cửa hàng…',
    hints: {
      succeeds: 'thành công',
      charge: 'thanh toán thất bại, hoàn tiền',
      notMobifone: 'không phải MobiFone',
      slow: 'chậm, xem từng bước',
    },
    states: {
      accepted: 'Đã nhận đơn hàng.',
      checking: 'Đang kiểm tra thuê bao…',
      registering: 'Đang đăng ký gói…',
      charging: 'Đang ghi nhận thanh toán tại MobiFone…',
      rolling_back: 'Không thành công. Đang hủy đăng ký…',
      succeeded: 'Đăng ký thành công!',
      rejected: 'Không đăng ký được.',
      rolled_back: 'Không đăng ký được; gói đã được hủy.',
      cancelled: 'Đơn hàng đã được hủy.',
      given_up: 'Đơn hàng đã bị dừng xử lý.',
    },
    steps: {
      paid: 'Thanh toán tại cửa hàng',
      check: 'Kiểm tra thuê bao tại MobiFone',
      register: 'Đăng ký gói tại MobiFone',
      charge: 'MobiFone ghi nhận thanh toán gói',
      rollback: 'Hủy đăng ký gói',
      refund_notice: 'Yêu cầu cửa hàng hoàn tiền',
      late_effect_check: 'Kiểm tra lại sau khi hủy',
      rejection_message: 'Tin nhắn từ chối từ 999',
      transaction_message: 'Tin nhắn giao dịch từ 999',
      success_message: 'Tin nhắn thành công từ 999',
    },
    statuses: { running: 'đang xử lý…', done: 'hoàn tất', refused: 'bị từ chối', abandoned: 'đã dừng' },
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
    goOn: 'Continue',
    manyNumbers: 'Buy for a list of numbers (CSV file)',
    goOnLabels: { checking: 'Checking the number…', paying: 'Looking up your order…' },
    confirmTitle: 'Check before you pay',
    change: 'Change',
    price: 'Price',
    recentTitle: 'Recent orders on this device',
    sameAgain: (time) => `This package was bought for this number at ${time}. Buy it again?`,
    seeOrder: 'See that order',
    notChecked: 'MobiFone has not answered about this number. If the purchase fails, you are refunded.',
    notPaid: 'You have not paid.',
    noCheck: 'The number could not be checked. Try again in a few minutes. You have not paid.',
    notYetKnown: 'Your last order was not received yet. You may order again; you do not pay twice.',
    slow: 'The connection is slow, please wait…',
    offline: 'You are offline. An order that was sent goes on.',
    nothingOnSale: 'No package is on sale now. Please come back later.',
    wait: 'This takes longer than usual. You may close this page and come back to its address later; the order goes on.',
    transaction: 'Transaction id (Ma GD)',
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
    noAnswer: 'No response. Press again; you do not pay twice.',
    boughtElsewhere:
      'This package was bought for this number a few minutes ago. If you want it once more, press Pay again. You have not paid for it a second time.',
    refused: 'The order was not accepted. You have not paid.',
    salesStates: {
      paused: 'The shop has paused its sales. Please come back later. Orders already placed go on.',
      unavailable: 'The shop cannot take orders at the moment. Please try again in a few minutes.',
      mobifone:
        'MobiFone does not answer at the moment. An order may take longer than usual; if it does not succeed, you are refunded.',
    },
    problems: {
      number_blocked: 'Nothing can be sold to this number. Please contact the shop. You have not paid.',
      number_limit_reached:
        'This number has had what may be sold to it today. Please come back tomorrow. You have not paid.',
      sales_paused:
        'The sale of this package is paused. Choose another one, or come back later. You have not paid.',
      package_not_available: 'This package is no longer sold. Choose another one. You have not paid.',
    },
    faults: {
      not_a_number: 'A phone number has only digits, such as 0901234567.',
      not_vietnamese: 'The number must begin with 0, 84 or +84.',
      wrong_length: 'A mobile number has ten digits, such as 0901234567.',
      retired_prefix:
        'Eleven-digit numbers that begin with 01 were replaced in 2018. Enter the new ten-digit number.',
      not_mobile: 'A mobile number begins with 03, 05, 07, 08 or 09.',
      package: 'This package is no longer sold. Choose another one.',
    },
    attention: 'Our staff are handling this order. This page updates automatically.',
    refundDone: (price) => `You are refunded ${price}`,
    refundWhy: 'The shop has received the request to refund you. Refund id:',
    refundPending: 'Waiting for the refund request to reach the shop…',
    hints: {
      succeeds: 'succeeds',
      charge: 'payment fails, refunded',
      notMobifone: 'not a MobiFone number',
      slow: 'slow, step by step',
    },
    states: {
      accepted: 'Order received.',
      checking: 'Checking the subscriber…',
      registering: 'Registering the package…',
      charging: 'MobiFone is recording the payment…',
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
      charge: 'MobiFone records the payment',
      rollback: 'Cancel the registration',
      refund_notice: 'Request the refund from the shop',
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
  new Intl.NumberFormat(current === 'vi' ? 'vi-VN' : 'en-GB').format(amount) + ' đ';

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
