export type StatementLanguage = 'vi' | 'en';

/** The statement's words: the one table, both languages side by side. */
export const STATEMENT_WORDS = {
  title: { vi: 'Biên bản đối chiếu số liệu', en: 'Reconciliation statement' },
  subject: {
    vi: 'Gói cước Datacode MobiFone bán qua đại lý Phương Quân',
    en: 'MobiFone Datacode packages sold by the agent Phương Quân',
  },
  day: { vi: 'Ngày đối soát', en: 'Day' },
  clean: { vi: 'Số liệu hai bên khớp.', en: 'Both sides agree.' },
  tolerable: {
    vi: 'Số liệu hai bên khớp trong mức chênh lệch cho phép.',
    en: 'Both sides agree within the tolerance.',
  },
  notClean: { vi: 'Số liệu hai bên có chênh lệch cần xử lý.', en: 'The two sides differ; see below.' },
  agent: { vi: 'Đại lý', en: 'Agent' },
  mobifone: { vi: 'MobiFone', en: 'MobiFone' },
  difference: { vi: 'Chênh lệch', en: 'Difference' },
  sales: { vi: 'Số giao dịch', en: 'Sales' },
  gross: { vi: 'Doanh thu (theo mệnh giá, đã gồm thuế GTGT)', en: 'Gross (face value, VAT included)' },
  grossShort: { vi: 'Doanh thu', en: 'Gross' },
  discountShort: { vi: 'Chiết khấu', en: 'Discount' },
  payableShort: { vi: 'Phải trả', en: 'Payable' },
  discount: { vi: 'Chiết khấu đại lý được hưởng', en: 'Discount earned' },
  payable: { vi: 'Số tiền phải trả MobiFone', en: 'Payable to MobiFone' },
  refunds: {
    vi: 'Phải hoàn cho khách hàng (qua nơi bán)',
    en: 'Refunds owed to customers (by the channels)',
  },
  chargedAllTheSame: { vi: 'Trong đó MobiFone vẫn trừ cước', en: 'Of these, still charged by MobiFone' },
  givenBack: {
    vi: 'MobiFone hoàn lại của ngày trước (đã trừ khỏi doanh thu)',
    en: 'Given back by MobiFone for earlier days (deducted from gross)',
  },
  tolerated: {
    vi: 'Chênh lệch trong mức cho phép (số dòng, phải trả)',
    en: 'Differences within the tolerance (count, payable)',
  },
  hours: { vi: 'Doanh thu theo giờ', en: 'Gross by hour' },
  package: { vi: 'Theo gói cước', en: 'By package' },
  channel: { vi: 'Theo nơi bán', en: 'By channel' },
  paymentForm: { vi: 'Theo loại thuê bao', en: 'By payment form' },
  hour: { vi: 'Theo giờ', en: 'By hour' },
  breaks: { vi: 'Danh sách chênh lệch', en: 'Breaks' },
  kind: { vi: 'Loại', en: 'Kind' },
  purchase: { vi: 'Mã giao dịch, số thuê bao', en: 'Purchase, subscriber' },
  unlisted: { vi: 'Không liệt kê ở đây, xem tệp CSV', en: 'Not listed here, see the CSV file' },
  badLines: { vi: 'Dòng không đọc được', en: 'Lines that could not be used' },
  line: { vi: 'Dòng', en: 'Line' },
  files: { vi: 'Tệp đối soát', en: 'Settlement files' },
  lines: { vi: 'dòng', en: 'lines' },
  sheet: { vi: 'trang tính', en: 'sheet' },
  digest: { vi: 'Mã băm (SHA-256)', en: 'Digest (SHA-256)' },
  seal: { vi: 'Mã xác thực (HMAC-SHA256)', en: 'Authentication code (HMAC-SHA256)' },
  signature: { vi: 'Chữ ký số', en: 'Digital signature' },
  forAgent: { vi: 'ĐẠI DIỆN BÊN B', en: 'FOR PARTY B' },
  forMobifone: { vi: 'ĐẠI DIỆN BÊN A', en: 'FOR PARTY A' },
  signHere: { vi: '(Ký, ghi rõ họ tên, đóng dấu)', en: '(Signature, name and seal)' },
  country: { vi: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', en: 'SOCIALIST REPUBLIC OF VIETNAM' },
  motto: { vi: 'Độc lập – Tự do – Hạnh phúc', en: 'Independence – Freedom – Happiness' },
  number: { vi: 'Số', en: 'No.' },
  dateToFill: { vi: 'ngày …… tháng …… năm ………', en: 'date …………………' },
  contract: { vi: 'Căn cứ hợp đồng số', en: 'Under contract No.' },
  signedOn: { vi: 'ký ngày', en: 'signed on' },
  partyA: { vi: 'Bên A', en: 'Party A' },
  partyB: { vi: 'Bên B (đại lý)', en: 'Party B (the agent)' },
  unit: { vi: 'Đơn vị tính: đồng', en: 'Amounts in đồng' },
  count: { vi: 'Số lượng', en: 'Count' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  payableByMobifone: {
    vi: 'Số tiền đại lý phải trả trong ngày, theo số liệu của MobiFone',
    en: 'Payable by the agent for the day, by MobiFone’s figures',
  },
  beforeVat: { vi: 'Trong đó: trước thuế GTGT', en: 'Of which before VAT' },
  vat: { vi: 'Thuế GTGT', en: 'VAT' },
  opening: { vi: 'Số dư đầu kỳ', en: 'Opening balance' },
  movement: { vi: 'Phát sinh trong kỳ', en: 'Movement' },
  paid: { vi: 'Đã thanh toán trong kỳ', en: 'Paid' },
  closing: { vi: 'Số dư cuối kỳ', en: 'Closing balance' },
  inWords: { vi: 'Bằng chữ', en: 'In words' },
  place: { vi: 'STT', en: 'No.' },
  reference: { vi: 'Số giao dịch của MobiFone', en: 'MobiFone’s reference' },
  total: { vi: 'Tổng cộng', en: 'Total' },
  copies: {
    vi: 'Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản.',
    en: 'Made in two copies of equal value, one for each party.',
  },
  annex: { vi: 'Phụ lục dành riêng cho đại lý', en: 'Annex for the agent only' },
  none: { vi: 'Không có', en: 'None' },
} as const satisfies Record<string, Record<StatementLanguage, string>>;

export type StatementWord = keyof typeof STATEMENT_WORDS;

/** What identifies a party, in front of it. */
export const PARTY_WORDS = {
  vi: {
    name: 'Tên',
    address: 'Địa chỉ',
    taxCode: 'Mã số thuế',
    phone: 'Điện thoại',
    bankAccount: 'Tài khoản',
    representative: 'Người đại diện',
    position: 'Chức vụ',
  },
  en: {
    name: 'Name',
    address: 'Address',
    taxCode: 'Tax code',
    phone: 'Telephone',
    bankAccount: 'Bank account',
    representative: 'Represented by',
    position: 'Position',
  },
} as const;

/** Codes of a report, as the Vietnamese page says them. */
const VIETNAMESE_CODES: Readonly<Record<string, string>> = {
  prepaid: 'Trả trước',
  postpaid: 'Trả sau',
  '(unknown)': '(không xác định)',
  day: 'trong ngày',
  correction: 'điều chỉnh',
  last_day: 'ngày trước',
  next_day: 'ngày sau',
  reference: 'số giao dịch',
  transaction_id: 'mã giao dịch',
  kind: 'loại giao dịch',
  msisdn: 'số thuê bao',
  package: 'gói cước',
  payment_form: 'loại thuê bao',
  amount: 'số tiền',
  discount_rate_bp: 'tỷ lệ chiết khấu',
  discount_amount: 'tiền chiết khấu',
  state: 'trạng thái',
  time: 'thời gian',
  'control total': 'số tổng cộng',
};

export function wordOf(code: string, language: StatementLanguage): string {
  return language === 'vi' ? (VIETNAMESE_CODES[code] ?? code) : code;
}
