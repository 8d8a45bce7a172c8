import { LIST_FAULTS } from './list-faults.js';

/** What is wrong with a cell: by its column, or in general. */
const faultOf = (language, field, code) => {
  const { [field]: ofColumn = {}, any } = LIST_FAULTS[language];
  return ofColumn[code] ?? any[code] ?? any.other;
};

/** What went wrong as a sentence; some need the facts of the case. */
const problemIn = (language) => (problem) => {
  const words = LIST_WORDS[language].problems[problem.kind];
  return typeof words === 'function' ? words(problem) : words;
};

/** Why a row was not bought; the gateway's sentence is meant for customers. */
const unsoldRowIn =
  (language) =>
  ({ externalId, result, reason }) =>
    `${externalId}: ${LIST_WORDS[language].results[result]}.${reason ? ` ${reason[language]}` : ''}`;

/** One row, two rows. */
const counted = (count, thing) => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Every text of the page that buys for a list of numbers, in Vietnamese and English. */
export const LIST_WORDS = {
  vi: {
    pageTitle: 'Mua cho danh sách số – cửa hàng demo',
    title: 'Mua gói cho danh sách số',
    lead: 'Chọn tệp, xem giá và lỗi, thanh toán – mỗi dòng là một đơn hàng riêng.',
    chooseFile: '1. Chọn tệp CSV',
    fileHint:
      'Dòng đầu là tên cột, mỗi dòng sau là một số, tối đa 10.000 dòng. Trong Excel, chọn lưu thành “CSV UTF-8”.',
    columns: {
      externalId:
        'mã đơn do Quý khách đặt, ví dụ thang-12-0001. Mỗi lần mua phải là mã mới: mã đã mua rồi thì không mua lại. Không ghi số điện thoại vào mã.',
      msisdn:
        'số điện thoại nhận gói, ví dụ 0901234567. Trong Excel, định dạng cột là văn bản (Text); số bị mất số 0 ở đầu vẫn được đọc đúng.',
      package: 'mã gói, ví dụ D90. Xem “Mã gói và giá”.',
      allowDuplicate:
        'không bắt buộc. Ghi true ở dòng mua thêm cùng gói cho một số đã có ở dòng trên; các dòng khác để trống.',
    },
    pricesTitle: 'Mã gói và giá',
    noPackages: 'Chưa xem được bảng giá. Vui lòng tải lại trang.',
    template: 'Tải tệp mẫu (CSV)',
    fileLabel: 'Tệp danh sách',
    checkedTitle: '2. Kiểm tra',
    payHint: 'Thanh toán mô phỏng. Khi danh sách kết thúc, tiền của các dòng không mua được sẽ được hoàn.',
    notNow: 'Hiện chưa thanh toán được. Nút này dùng được khi cửa hàng bán trở lại.',
    progressTitle: '3. Tiến trình',
    download: 'Tải kết quả (CSV)',
    cancel: 'Dừng lại',
    another: 'Mua danh sách khác',
    single: 'Mua cho một số',
    keptTitle: 'Danh sách của Quý khách trên máy này',
    keptList: (time, name, rows, state, id) => `${time} – ${name}, ${rows} dòng – ${state} (mã …${id})`,
    sent: 'Chưa rõ kết quả.',
    listId: 'Mã danh sách',
    begun: 'Bắt đầu lúc',
    busyWith: {
      checking: 'Đang kiểm tra danh sách…',
      sending: 'Đang gửi danh sách…',
      cancelling: 'Đang dừng…',
    },
    inOrder: (name, rows, price) => `${name}: ${rows} dòng hợp lệ. Tổng giá: ${price}.`,
    notInOrder: (name, errors, rows, shown) =>
      `${name}: Có ${errors} lỗi trong ${rows} dòng. Chưa có gì được mua; hãy sửa tệp và chọn lại.` +
      (shown < errors ? ` Dưới đây là ${shown} lỗi đầu tiên.` : ''),
    error: ({ line, field, code, earlierLine }) => {
      const what = faultOf('vi', field, code)(earlierLine);
      return line === undefined ? what : `Dòng ${line}, cột ${field.replace('column ', '')}: ${what}`;
    },
    buy: (price) => `Thanh toán ${price}`,
    buyAgain: (price) => `Vẫn thanh toán ${price}`,
    sameFile: (time, price) =>
      `Tệp này đã được thanh toán lúc ${time}. Nếu thanh toán ${price}: dòng có mã đơn đã dùng không được mua lại, kể cả khi lần trước không thành công, và được hoàn tiền; dòng chưa bắt đầu hoặc chưa được nhận thì được mua. Muốn mua lại một dòng đã dùng, hãy đặt mã đơn mới.`,
    boughtBefore: (price) =>
      `Tệp này có mã đơn đã dùng trước đó. Nếu thanh toán ${price}, các dòng đó không được mua lại, kể cả khi lần trước không thành công, và được hoàn tiền. Muốn mua lại, hãy đặt mã đơn mới.`,
    seeList: 'Xem danh sách đó',
    paused: (codes) =>
      `Đang tạm ngừng bán gói ${codes}. Dòng của gói này, và mọi dòng sau đó, chỉ được thực hiện khi gói được bán trở lại.`,
    problem: problemIn('vi'),
    problems: {
      unreadable: 'Không đọc được tệp: có dấu ngoặc kép không hợp lệ. Hãy so với tệp mẫu.',
      openQuote: ({ line }) =>
        `Không đọc được tệp: dấu ngoặc kép ở dòng ${line} không được đóng. Hãy xóa dấu đó rồi lưu lại.`,
      columnTwice: ({ found }) => `Không đọc được tệp: dòng đầu có cột ${found} hai lần. Hãy xóa một cột.`,
      longLine: ({ line }) => `Không đọc được tệp: dòng ${line} quá dài. Hãy so với tệp mẫu.`,
      columns: ({ found }) =>
        `Không đọc được tệp: dòng đầu phải có các cột externalId, msisdn, package. Tệp này có: ${found.join(', ')}. Hãy so với tệp mẫu.`,
      extraColumns: ({ found }) =>
        `Không đọc được tệp: cửa hàng không biết cột ${found.join(', ')}. Hãy xóa cột đó rồi lưu lại.`,
      workbook:
        'Đây là tệp Excel (XLSX hoặc XLS), không phải CSV. Trong Excel, chọn Lưu thành (Save As) > “CSV UTF-8”, rồi chọn tệp mới.',
      otherEncoding:
        'Tệp CSV không dùng mã UTF-8. Trong Excel, chọn Lưu thành (Save As) > “CSV UTF-8”, rồi chọn tệp mới.',
      empty: 'Tệp rỗng. Hãy so với tệp mẫu.',
      payload_too_large: 'Tệp lớn hơn 2 MB. Hãy chia thành nhiều tệp.',
      unsupported_media_type: 'Cửa hàng chỉ nhận tệp CSV mã hóa UTF-8.',
      malformed_request: 'Không đọc được tệp. Tệp phải là CSV mã hóa UTF-8 với dòng đầu là tên cột.',
      batch_id_conflict: 'Mã danh sách đã dùng cho tệp khác. Chưa có gì được mua; hãy chọn lại tệp.',
      batch_over: 'Mọi dòng đã bắt đầu, không còn gì để dừng.',
      unknownList: 'Không tìm thấy danh sách này. Vui lòng kiểm tra lại đường link hoặc chọn tệp mới.',
      refusedNow: 'Danh sách không còn hợp lệ nên chưa có gì được mua. Lỗi được ghi bên dưới.',
      refused: 'Cửa hàng không nhận được danh sách này. Chưa có gì được mua. Vui lòng liên hệ cửa hàng.',
      busy: 'Cửa hàng đang có nhiều yêu cầu. Vui lòng thử lại sau ít giây; danh sách không bị mua hai lần.',
      noAnswer: 'Chưa nhận được phản hồi. Vui lòng thử lại; danh sách không bị mua hai lần.',
    },
    states: {
      running: 'Đang thực hiện…',
      waiting: 'Đang chờ…',
      cancelling: 'Đang dừng; các đơn đã bắt đầu vẫn được xử lý…',
      completed: 'Đã xong.',
      cancelled: 'Đã dừng.',
    },
    waitingFor: {
      sales_paused:
        'Đang chờ: tạm ngừng bán gói của dòng tiếp theo, hoặc tất cả. Danh sách tự tiếp tục khi bán trở lại.',
      mobifone_unavailable: 'Đang chờ: MobiFone không phản hồi.',
      channel_disabled: 'Đang chờ: cửa hàng đang bị khóa.',
      no_prices: 'Đang chờ: chưa xác định được giá.',
      purchases_open: 'Đang chờ kết quả của các đơn đã bắt đầu.',
    },
    results: {
      succeeded: 'Thành công',
      rejected: 'MobiFone từ chối',
      rolled_back: 'Đã hủy đăng ký',
      cancelled: 'Đã hủy',
      given_up: 'Đã dừng xử lý',
      refused: 'Không nhận',
      repeated: 'Mã đơn đã dùng trước đó',
      open: 'Đang xử lý',
      not_begun: 'Chưa bắt đầu',
    },
    unsold: {
      not_begun: (rows) => `${rows} dòng chưa bắt đầu`,
      refused: (rows) => `${rows} dòng không được nhận`,
      repeated: (rows) => `${rows} dòng có mã đơn đã dùng trước đó`,
      rejected: (rows) => `${rows} dòng bị MobiFone từ chối`,
      rolled_back: (rows) => `${rows} dòng đã hủy đăng ký`,
      cancelled: (rows) => `${rows} dòng đã hủy`,
      given_up: (rows) => `${rows} dòng đã dừng xử lý`,
    },
    refund: (amount, rows) =>
      `Quý khách được hoàn ${amount}: số tiền đã thanh toán trừ số tiền đã bán. Không mua được: ${rows}.`,
    refundElsewhere: (rows) =>
      `Tiền của mọi dòng không mua được đều được hoàn: ${rows}. Danh sách được thanh toán ở máy khác, nên trang này không biết tổng số tiền đã thanh toán.`,
    unsoldRow: unsoldRowIn('vi'),
    moreUnsold: 'Các dòng còn lại ở trong tệp kết quả.',
    buyTheRest: 'Muốn mua các dòng chưa bắt đầu, hãy chọn lại tệp này.',
    refundLater:
      'Số tiền được hoàn là số đã thanh toán trừ số đã bán, tính khi danh sách kết thúc. Nếu Quý khách dừng lại, các dòng chưa bắt đầu cũng được hoàn.',
    paid: 'Đã thanh toán',
    sold: 'Đã bán',
    refunded: 'Được hoàn',
  },
  en: {
    pageTitle: 'Buy for a list of numbers – demo shop',
    title: 'Buy packages for a list of numbers',
    lead: 'Choose a file, see price and errors, pay. Each row is an order of its own.',
    chooseFile: '1. Choose a CSV file',
    fileHint:
      'The first line names the columns, each further line is one number, at most 10,000 lines. In Excel, save as “CSV UTF-8”.',
    columns: {
      externalId:
        'your own order id, such as dec-0001. It must be new for every purchase: an id that was bought before is not bought again. Do not put a phone number into it.',
      msisdn:
        'the recipient’s number, such as 0901234567. In Excel, format the column as text; a number that lost its leading 0 is still read correctly.',
      package: 'the package code, such as D90. See “Package codes and prices”.',
      allowDuplicate:
        'optional. Write true in a row that buys the same package once more for a number of an earlier row; leave it empty elsewhere.',
    },
    pricesTitle: 'Package codes and prices',
    noPackages: 'The prices cannot be shown. Please reload the page.',
    template: 'Download a template (CSV)',
    fileLabel: 'List file',
    checkedTitle: '2. Check',
    payHint:
      'The payment is simulated. When the list has ended, you are refunded for the rows that could not be bought.',
    notNow: 'You cannot pay now. The button works again when the shop sells again.',
    progressTitle: '3. Progress',
    download: 'Download the results (CSV)',
    cancel: 'Stop',
    another: 'Buy another list',
    single: 'Buy for one number',
    keptTitle: 'Your lists on this device',
    keptList: (time, name, rows, state, id) =>
      `${time} – ${name}, ${counted(rows, 'row')} – ${state} (id …${id})`,
    sent: 'Result not known yet.',
    listId: 'List ID',
    begun: 'Started at',
    busyWith: {
      checking: 'Checking the list…',
      sending: 'Sending the list…',
      cancelling: 'Stopping…',
    },
    inOrder: (name, rows, price) =>
      `${name}: ${counted(rows, 'row')}, without an error. Total price: ${price}.`,
    notInOrder: (name, errors, rows, shown) =>
      `${name}: ${counted(errors, 'error')} in ${counted(rows, 'row')}. Nothing was bought; correct the file and choose it again.` +
      (shown < errors ? ` These are the first ${shown} errors.` : ''),
    error: ({ line, field, code, earlierLine }) => {
      const what = faultOf('en', field, code)(earlierLine);
      return line === undefined ? what : `Line ${line}, column ${field.replace('column ', '')}: ${what}`;
    },
    buy: (price) => `Pay ${price}`,
    buyAgain: (price) => `Pay ${price} all the same`,
    sameFile: (time, price) =>
      `This file was paid for at ${time}. If you pay ${price}: rows whose order id was used are not bought again, not even where they failed, and are refunded; rows that had not begun, or were not accepted, are bought. To buy a used row again, give it a new order id.`,
    boughtBefore: (price) =>
      `This file has order ids that were used before. If you pay ${price}, those rows are not bought again, not even where they failed, and are refunded. To buy them again, give them new order ids.`,
    seeList: 'See that list',
    paused: (codes) =>
      `Sales of ${codes} are paused. Their rows, and every row after them, are carried out only when the package is sold again.`,
    problem: problemIn('en'),
    problems: {
      unreadable:
        'The file cannot be read: a quotation mark is in the wrong place. Compare it with the template.',
      openQuote: ({ line }) =>
        `The file cannot be read: the quotation mark in line ${line} is not closed. Delete it and save the file again.`,
      columnTwice: ({ found }) =>
        `The file cannot be read: its first line has the column ${found} twice. Delete one of them.`,
      longLine: ({ line }) =>
        `The file cannot be read: line ${line} is too long. Compare it with the template.`,
      columns: ({ found }) =>
        `The file cannot be read: its first line must name the columns externalId, msisdn, package. This file has: ${found.join(', ')}. Compare it with the template.`,
      extraColumns: ({ found }) =>
        `The file cannot be read: the shop does not know the column ${found.join(', ')}. Delete it and save the file again.`,
      workbook:
        'This is an Excel workbook (XLSX or XLS), not CSV. In Excel, choose Save As > “CSV UTF-8”, then choose the new file.',
      otherEncoding:
        'The CSV file is not in UTF-8. In Excel, choose Save As > “CSV UTF-8”, then choose the new file.',
      empty: 'The file is empty. Compare it with the template.',
      payload_too_large: 'The file is larger than 2 MB. Split it into several files.',
      unsupported_media_type: 'The shop takes only CSV files in UTF-8.',
      malformed_request:
        'The file cannot be read. It must be CSV in UTF-8 whose first line names the columns.',
      batch_id_conflict: 'This list id was used for another file. Nothing was bought; choose the file again.',
      batch_over: 'All rows have begun; there is nothing left to stop.',
      unknownList: 'List not found. Check the link, or choose a new file.',
      refusedNow: 'The list is no longer in order, so nothing was bought. The errors are below.',
      refused: 'The shop cannot take this list. Nothing was bought. Please contact the shop.',
      busy: 'The shop has many requests now. Try again in a few seconds; the list is not bought twice.',
      noAnswer: 'No response. Try again; the list is not bought twice.',
    },
    states: {
      running: 'Under way…',
      waiting: 'Waiting…',
      cancelling: 'Stopping; orders that have begun go on…',
      completed: 'Done.',
      cancelled: 'Stopped.',
    },
    waitingFor: {
      sales_paused:
        'Waiting: sales of the next row’s package, or all sales, are paused. The list goes on by itself when they are resumed.',
      mobifone_unavailable: 'Waiting: MobiFone does not respond.',
      channel_disabled: 'Waiting: the shop is disabled.',
      no_prices: 'Waiting: prices cannot be determined.',
      purchases_open: 'Waiting for the outcomes of orders that have begun.',
    },
    results: {
      succeeded: 'Succeeded',
      rejected: 'Refused by MobiFone',
      rolled_back: 'Registration undone',
      cancelled: 'Cancelled',
      given_up: 'Given up',
      refused: 'Not accepted',
      repeated: 'Order id used before',
      open: 'Under way',
      not_begun: 'Not begun',
    },
    unsold: {
      not_begun: (rows) => `not begun: ${rows}`,
      refused: (rows) => `not accepted: ${rows}`,
      repeated: (rows) => `order id used before: ${rows}`,
      rejected: (rows) => `refused by MobiFone: ${rows}`,
      rolled_back: (rows) => `registration undone: ${rows}`,
      cancelled: (rows) => `cancelled: ${rows}`,
      given_up: (rows) => `given up: ${rows}`,
    },
    refund: (amount, rows) =>
      `You are refunded ${amount}: what you paid minus what was sold. Rows that were not bought: ${rows}.`,
    refundElsewhere: (rows) =>
      `You are refunded for every row that was not bought: ${rows}. The list was paid for on another device, so this page does not know what was paid in total.`,
    unsoldRow: unsoldRowIn('en'),
    moreUnsold: 'The others are in the file of results.',
    buyTheRest: 'To buy the rows that had not begun, choose this file again.',
    refundLater:
      'The refund is what you paid minus what was sold. It is determined when the list has ended. If you stop it, you are also refunded for the rows that have not begun.',
    paid: 'Paid',
    sold: 'Sold',
    refunded: 'To be refunded',
  },
};
