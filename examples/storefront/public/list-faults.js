/** What is wrong with a cell of a list, by its column and the gateway's code, in the words of an office. */
export const LIST_FAULTS = {
  vi: {
    externalId: {
      missing: () => 'thiếu mã đơn.',
      invalid_format: () =>
        'mã đơn bắt đầu bằng chữ cái hoặc chữ số, chỉ gồm chữ cái không dấu, chữ số và các dấu . _ ~ -',
      too_long: () => 'mã đơn dài quá 64 ký tự.',
      contains_msisdn: () => 'mã đơn không được chứa số điện thoại.',
      repeated_external_id: (line) => `trùng mã đơn với dòng ${line}. Mỗi dòng cần một mã riêng.`,
    },
    msisdn: {
      missing: () => 'thiếu số điện thoại.',
      too_long: () => 'không phải số điện thoại. Ví dụ đúng: 0901234567.',
      not_a_number: () => 'số điện thoại chỉ gồm chữ số, ví dụ 0901234567.',
      not_vietnamese: () => 'không phải số di động Việt Nam. Số có 10 chữ số, bắt đầu bằng 0.',
      wrong_length: () => 'số quá ngắn hoặc quá dài. Số di động có 10 chữ số, ví dụ 0901234567.',
      retired_prefix: () => 'đầu số 01 (11 số) đã được đổi từ năm 2018. Hãy ghi số mới gồm 10 chữ số.',
      not_mobile: () => 'số di động bắt đầu bằng 03, 05, 07, 08 hoặc 09.',
      shortened_number: () =>
        'Excel đã rút gọn số này (dạng 9,01E+08) và làm mất các chữ số cuối. Hãy định dạng cột là văn bản (Text), nhập lại số rồi lưu tệp.',
      repeated_sale: (line) =>
        `trùng số và gói với dòng ${line}. Nếu muốn mua cả hai, thêm cột allowDuplicate và ghi true ở dòng này.`,
    },
    package: {
      missing: () => 'thiếu mã gói.',
      invalid_format: () => 'không phải mã gói. Xem “Mã gói và giá”.',
      unknown_package: () => 'không có gói này. Xem “Mã gói và giá”.',
      package_not_yet_on_sale: () => 'gói này chưa mở bán.',
      package_no_longer_on_sale: () => 'gói này đã ngừng bán.',
      package_not_sold_in_this_form: () => 'cửa hàng không bán gói này.',
    },
    allowDuplicate: { wrong_type: () => 'ghi true, false, 1 hoặc 0, hoặc để trống.' },
    orders: {
      too_short: () => 'Tệp chỉ có dòng tên cột, chưa có dòng nào để mua.',
      too_long: () => 'Tệp có nhiều hơn 10.000 dòng. Hãy chia thành nhiều tệp.',
    },
    any: {
      unknown_field: () => 'có giá trị ở cột không có tên. Hãy xóa giá trị này.',
      other: () => 'giá trị không hợp lệ. Hãy so với tệp mẫu.',
    },
  },
  en: {
    externalId: {
      missing: () => 'the order id is missing.',
      invalid_format: () =>
        'an order id begins with a letter or digit and has only letters, digits and the characters . _ ~ -',
      too_long: () => 'the order id has more than 64 characters.',
      contains_msisdn: () => 'an order id must not contain a phone number.',
      repeated_external_id: (line) => `line ${line} has the same order id. Each line needs its own.`,
    },
    msisdn: {
      missing: () => 'the phone number is missing.',
      too_long: () => 'this is no phone number. A correct one: 0901234567.',
      not_a_number: () => 'a phone number has only digits, such as 0901234567.',
      not_vietnamese: () => 'this is no Vietnamese mobile number. It has 10 digits and begins with 0.',
      wrong_length: () =>
        'the number is too short or too long. A mobile number has 10 digits, such as 0901234567.',
      retired_prefix: () =>
        'eleven-digit numbers that begin with 01 were replaced in 2018. Enter the new ten-digit number.',
      not_mobile: () => 'a mobile number begins with 03, 05, 07, 08 or 09.',
      shortened_number: () =>
        'Excel shortened this number (9.01E+08), and its last digits are lost. Format the column as text, enter the number again, and save the file.',
      repeated_sale: (line) =>
        `line ${line} has the same number and package. If you want both, add a column allowDuplicate with true in this line.`,
    },
    package: {
      missing: () => 'the package code is missing.',
      invalid_format: () => 'this is no package code. See “Package codes and prices”.',
      unknown_package: () => 'there is no such package. See “Package codes and prices”.',
      package_not_yet_on_sale: () => 'this package is not on sale yet.',
      package_no_longer_on_sale: () => 'this package is no longer on sale.',
      package_not_sold_in_this_form: () => 'the shop does not sell this package.',
    },
    allowDuplicate: { wrong_type: () => 'write true, false, 1 or 0, or leave it empty.' },
    orders: {
      too_short: () => 'The file has only the line with the names of the columns, and nothing to buy.',
      too_long: () => 'The file has more than 10,000 lines. Split it into several files.',
    },
    any: {
      unknown_field: () => 'there is a value in a column without a name. Delete it.',
      other: () => 'the value is not valid. Compare it with the template.',
    },
  },
};
