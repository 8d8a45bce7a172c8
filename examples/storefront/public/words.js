/** Every text of the shop, in Vietnamese and English. The gateway's own texts come in the same two languages. */
const WORDS = {
  vi: {
    pageTitle: 'Gói data MobiFone – cửa hàng demo',
    shopTitle: 'Mua gói data MobiFone',
    shopLead: 'Chọn gói, nhập số, thanh toán. Gói thường được đăng ký trong vài giây.',
    choosePackage: '1. Chọn gói',
    enterNumber: '2. Số nhận gói',
    numberLabel: 'Số điện thoại MobiFone',
    hintsTitle: 'Số để thử (chạm để điền):',
    loading: 'Đang tải…',
    goOn: 'Tiếp tục',
    manyNumbers: 'Mua cho danh sách số (tệp CSV)',
    goOnLabels: { checking: 'Đang kiểm tra số…', paying: 'Đang xem lại đơn hàng…' },
    confirmTitle: 'Kiểm tra trước khi thanh toán',
    change: 'Sửa lại',
    price: 'Giá',
    recentTitle: 'Đơn hàng gần đây trên máy này',
    sameAgain: (time, code, price) =>
      `Số này vừa mua gói ${code} lúc ${time}. Nếu thanh toán tiếp, Quý khách trả thêm ${price}.`,
    seeOrder: 'Xem đơn hàng đó',
    notChecked: 'MobiFone chưa trả lời về số này. Nếu đăng ký không thành công, Quý khách được hoàn tiền.',
    notPaid: 'Quý khách chưa bị trừ tiền.',
    noCheck: 'Chưa kiểm tra được số này. Vui lòng thử lại sau ít phút. Quý khách chưa bị trừ tiền.',
    notYetKnown:
      'Đơn hàng trước chưa được nhận. Quý khách có thể đặt lại; đơn hàng không bị tính tiền hai lần.',
    slow: 'Kết nối chậm, vui lòng chờ…',
    offline: 'Mất kết nối mạng. Đơn hàng đã đặt vẫn được xử lý.',
    nothingOnSale: 'Hiện không có gói nào mở bán. Vui lòng quay lại sau.',
    wait: (price) =>
      `Đơn hàng đang xử lý lâu hơn bình thường. Quý khách có thể đóng trang này và xem lại ở mục “Đơn hàng gần đây”. Không cần thanh toán lại; nếu không thành công, Quý khách được hoàn ${price}.`,
    waitCancelled: 'Việc hủy đăng ký lâu hơn bình thường. Quý khách có thể đóng trang này.',
    transaction: 'Mã giao dịch',
    payHint: 'Bản demo, không thu tiền thật. Nếu đăng ký không thành công, Quý khách được hoàn tiền.',
    pay: (price) => `Thanh toán ${price}`,
    payAgain: (price) => `Mua thêm lần nữa – ${price}`,
    paying: 'Đang gửi đơn hàng…',
    stepsTitle: 'Tiến trình đơn hàng',
    phoneTitle: 'Tin nhắn tới số nhận gói (mô phỏng)',
    noMessages: 'Chưa có tin nhắn.',
    again: 'Mua gói khác',
    days: (count) => `${count} ngày`,
    orderTitle: (code) => `Đơn hàng gói ${code}`,
    number: 'Số điện thoại',
    package: 'Gói',
    paid: 'Đã thanh toán',
    order: 'Mã đơn hàng',
    lost: 'Mất kết nối. Đang kết nối lại…',
    resumed: 'Đã kết nối lại.',
    unknownOrder: 'Không tìm thấy đơn hàng.',
    unknownOrderThen: 'Vui lòng kiểm tra lại đường link. Nếu đã thanh toán, vui lòng liên hệ cửa hàng.',
    shopUnavailable: 'Dịch vụ tạm thời gián đoạn, trang sẽ tự động thử lại.',
    chooseFirst: 'Vui lòng chọn gói.',
    numberFirst: 'Vui lòng nhập số điện thoại.',
    noAnswer: 'Chưa nhận được phản hồi. Vui lòng bấm lại; đơn hàng không bị tính tiền hai lần.',
    boughtElsewhere:
      'Số này vừa mua gói này cách đây ít phút. Quý khách chưa bị trừ tiền cho lần này. Nếu muốn mua thêm, vui lòng bấm nút bên dưới.',
    refused: 'Đặt hàng không thành công. Vui lòng thử lại sau ít phút. Quý khách chưa bị trừ tiền.',
    salesStates: {
      paused: 'Cửa hàng đang tạm ngừng bán. Vui lòng quay lại sau. Đơn hàng đã đặt vẫn được xử lý.',
      unavailable: 'Cửa hàng tạm thời không nhận đơn mới. Vui lòng thử lại sau ít phút.',
      mobifone:
        'Hệ thống MobiFone đang gián đoạn. Đơn hàng có thể xử lý lâu hơn bình thường. Nếu không thành công, Quý khách được hoàn tiền.',
    },
    problems: {
      number_blocked:
        'Số này hiện chưa mua được gói tại cửa hàng. Vui lòng liên hệ cửa hàng. Quý khách chưa bị trừ tiền.',
      number_limit_reached:
        'Số này đã đạt giới hạn mua trong ngày. Vui lòng quay lại vào ngày mai. Quý khách chưa bị trừ tiền.',
      sales_paused:
        'Gói này tạm ngừng bán. Vui lòng chọn gói khác hoặc quay lại sau. Quý khách chưa bị trừ tiền.',
      package_not_available: 'Gói này đã ngừng bán. Vui lòng chọn gói khác. Quý khách chưa bị trừ tiền.',
    },
    faults: {
      not_a_number: 'Số điện thoại chỉ gồm chữ số, ví dụ 0901234567.',
      not_vietnamese: 'Số điện thoại chưa đúng. Vui lòng nhập 10 chữ số, bắt đầu bằng 0.',
      wrong_length: 'Số điện thoại chưa đúng. Vui lòng nhập 10 chữ số, ví dụ 0901234567.',
      retired_prefix: 'Đầu số 01 (11 số) đã được đổi từ năm 2018. Vui lòng nhập số mới gồm 10 chữ số.',
      not_mobile: 'Số di động bắt đầu bằng 03, 05, 07, 08 hoặc 09.',
      package: 'Gói này đã ngừng bán. Vui lòng chọn gói khác.',
    },
    attention: 'Đơn hàng đang được nhân viên kiểm tra. Trang sẽ tự cập nhật.',
    refundDue: (price) => `Quý khách sẽ được hoàn ${price}`,
    refundWhy: 'Cửa hàng đã nhận yêu cầu hoàn tiền. Quý khách không cần làm gì thêm. Mã hoàn tiền:',
    refundPending: 'Đang gửi yêu cầu hoàn tiền tới cửa hàng. Quý khách không cần làm gì thêm.',
    hints: {
      succeeds: 'thành công',
      charge: 'không thành công, hoàn tiền',
      notMobifone: 'không phải MobiFone',
      slow: 'xử lý chậm, xem từng bước',
    },
    states: {
      accepted: 'Đã nhận đơn hàng.',
      checking: 'Đang kiểm tra số với MobiFone…',
      registering: 'Đang đăng ký gói…',
      charging: 'MobiFone đang xác nhận gói…',
      rolling_back: 'Đăng ký gói không thành công. Đang hủy đăng ký tại MobiFone.',
      succeeded: 'Đăng ký thành công!',
      rejected: 'Đăng ký gói không thành công.',
      rolled_back: 'Đăng ký gói không thành công.',
      cancelled: 'Đơn hàng đã được hủy.',
      given_up: 'Đơn hàng đã bị dừng xử lý.',
    },
    steps: {
      paid: 'Thanh toán đơn hàng',
      check: 'Kiểm tra số với MobiFone',
      register: 'Gửi yêu cầu đăng ký gói',
      charge: 'MobiFone xác nhận gói',
      rollback: 'Hủy đăng ký gói',
      refund_notice: 'Gửi yêu cầu hoàn tiền',
      late_effect_check: 'Kiểm tra lại sau khi hủy',
      rejection_message: 'Tin nhắn báo không thành công',
      transaction_message: 'Tin nhắn xác nhận thanh toán',
      success_message: 'Tin nhắn báo thành công',
    },
    statuses: {
      running: 'đang xử lý…',
      done: 'hoàn tất',
      sent: 'đã gửi',
      refused: 'bị từ chối',
      abandoned: 'đã dừng',
    },
    notCharged: 'Thuê bao không bị trừ cước.',
    nextSteps: {
      subscriber_not_found: 'Vui lòng kiểm tra lại số.',
      subscriber_suspended: 'Vui lòng liên hệ MobiFone 9090 hoặc nhập số khác.',
      payment_form_mismatch: 'Vui lòng chọn gói khác.',
      package_not_allowed: 'Vui lòng chọn gói khác.',
      package_already_active: 'Vui lòng chọn gói khác.',
    },
  },
  en: {
    pageTitle: 'MobiFone data packages – demo shop',
    shopTitle: 'Buy MobiFone data',
    shopLead: 'Choose a package, enter a number, pay. The package is usually registered within seconds.',
    choosePackage: '1. Choose a package',
    enterNumber: '2. Recipient number',
    numberLabel: 'MobiFone phone number',
    hintsTitle: 'Test numbers (tap to fill in):',
    loading: 'Loading…',
    goOn: 'Continue',
    manyNumbers: 'Buy for a list of numbers (CSV file)',
    goOnLabels: { checking: 'Checking the number…', paying: 'Looking up your order…' },
    confirmTitle: 'Check before you pay',
    change: 'Change',
    price: 'Price',
    recentTitle: 'Recent orders on this device',
    sameAgain: (time, code, price) =>
      `This number bought ${code} at ${time}. Buying it again costs another ${price}.`,
    seeOrder: 'See that order',
    notChecked: 'MobiFone has not answered about this number. If the purchase fails, you will be refunded.',
    notPaid: 'You have not been charged.',
    noCheck: 'The number could not be checked. Try again in a few minutes. You have not been charged.',
    notYetKnown: 'Your last order was not received yet. You may order again; you do not pay twice.',
    slow: 'The connection is slow, please wait…',
    offline: 'You are offline. Orders already placed are still being processed.',
    nothingOnSale: 'No package is on sale now. Please come back later.',
    wait: (price) =>
      `This is taking longer than usual. You can close this page and find the order under “Recent orders”. Do not pay again; if the order fails, you will be refunded ${price}.`,
    waitCancelled: 'The cancellation is taking longer than usual. You can close this page.',
    transaction: 'Transaction ID',
    payHint: 'This is a demo, no real money. If the purchase fails, you will be refunded.',
    pay: (price) => `Pay ${price}`,
    payAgain: (price) => `Buy again – ${price}`,
    paying: 'Sending the order…',
    stepsTitle: 'Order progress',
    phoneTitle: 'Messages to the recipient (simulated)',
    noMessages: 'No messages yet.',
    again: 'Buy another package',
    days: (count) => (count === 1 ? '1 day' : `${count} days`),
    orderTitle: (code) => `Order of package ${code}`,
    number: 'Phone number',
    package: 'Package',
    paid: 'Paid',
    order: 'Order ID',
    lost: 'Connection lost. Reconnecting…',
    resumed: 'Connected again.',
    unknownOrder: 'Order not found.',
    unknownOrderThen: 'Check the link. If you have paid, please contact the shop.',
    shopUnavailable: 'The shop is not available. This page retries automatically.',
    chooseFirst: 'Choose a package.',
    numberFirst: 'Enter a phone number.',
    noAnswer: 'No response. Press again; you do not pay twice.',
    boughtElsewhere:
      'This number bought this package a few minutes ago. You have not been charged this time. To buy it again, press the button below.',
    refused: 'The order could not be placed. Try again in a few minutes. You have not been charged.',
    salesStates: {
      paused:
        'The shop has paused its sales. Please come back later. Orders already placed are still being processed.',
      unavailable: 'The shop cannot take orders at the moment. Please try again in a few minutes.',
      mobifone:
        'MobiFone’s system is not responding at the moment. Orders may take longer than usual. If an order fails, you will be refunded.',
    },
    problems: {
      number_blocked:
        'We cannot sell to this number at the moment. Please contact the shop. You have not been charged.',
      number_limit_reached:
        'This number has reached today’s limit. Please come back tomorrow. You have not been charged.',
      sales_paused:
        'This package is temporarily unavailable. Choose another one, or come back later. You have not been charged.',
      package_not_available:
        'This package is no longer sold. Please choose another one. You have not been charged.',
    },
    faults: {
      not_a_number: 'A phone number has only digits, such as 0901234567.',
      not_vietnamese: 'Check the number: it has ten digits and begins with 0.',
      wrong_length: 'Check the number: it has ten digits, such as 0901234567.',
      retired_prefix:
        'Eleven-digit numbers that begin with 01 were replaced in 2018. Enter the new ten-digit number.',
      not_mobile: 'A mobile number begins with 03, 05, 07, 08 or 09.',
      package: 'This package is no longer sold. Please choose another one.',
    },
    attention: 'Our staff are checking this order. This page updates automatically.',
    refundDue: (price) => `You will be refunded ${price}`,
    refundWhy: 'The shop has received the refund request. You need not do anything. Refund ID:',
    refundPending: 'The refund request is being sent to the shop. You need not do anything.',
    hints: {
      succeeds: 'succeeds',
      charge: 'fails, refunded',
      notMobifone: 'not a MobiFone number',
      slow: 'slow, step by step',
    },
    states: {
      accepted: 'Order received.',
      checking: 'Checking the number with MobiFone…',
      registering: 'Registering the package…',
      charging: 'MobiFone is confirming the package…',
      rolling_back: 'The package could not be registered. The registration is being cancelled at MobiFone.',
      succeeded: 'Registered!',
      rejected: 'The package could not be registered.',
      rolled_back: 'The package could not be registered.',
      cancelled: 'The order was cancelled.',
      given_up: 'The order was stopped.',
    },
    steps: {
      paid: 'Payment',
      check: 'Check the number with MobiFone',
      register: 'Request the registration',
      charge: 'MobiFone confirms the package',
      rollback: 'Cancel the registration',
      refund_notice: 'Refund request',
      late_effect_check: 'Check again after the cancellation',
      rejection_message: 'Failure SMS',
      transaction_message: 'Payment SMS',
      success_message: 'Success SMS',
    },
    statuses: {
      running: 'in progress…',
      done: 'done',
      sent: 'sent',
      refused: 'refused',
      abandoned: 'stopped',
    },
    notCharged: 'The subscriber was not charged.',
    nextSteps: {
      subscriber_not_found: 'Please check the number.',
      subscriber_suspended: 'Contact MobiFone on 9090, or enter another number.',
      payment_form_mismatch: 'Please choose another package.',
      package_not_allowed: 'Please choose another package.',
      package_already_active: 'Please choose another package.',
    },
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

/** For what may have been days ago. */
export const dayAndClock = (moment) =>
  new Intl.DateTimeFormat(current === 'vi' ? 'vi-VN' : 'en-GB', {
    day: '2-digit',
    month: '2-digit',
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
