export type StatementLanguage = 'vi' | 'en';

/** The statement's words: the one table, both languages side by side. */
export const STATEMENT_WORDS = {
  title: { vi: 'Biên bản đối soát', en: 'Reconciliation statement' },
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
  gross: { vi: 'Doanh thu', en: 'Gross' },
  discount: { vi: 'Chiết khấu đại lý được hưởng', en: 'Discount earned' },
  payable: { vi: 'Phải trả MobiFone', en: 'Payable to MobiFone' },
  refunds: { vi: 'Phải hoàn cho khách hàng (qua kênh)', en: 'Refunds owed to customers (by the channels)' },
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
  channel: { vi: 'Theo kênh bán', en: 'By channel' },
  paymentForm: { vi: 'Theo hình thức thanh toán', en: 'By payment form' },
  hour: { vi: 'Theo giờ', en: 'By hour' },
  breaks: { vi: 'Các chênh lệch', en: 'Breaks' },
  kind: { vi: 'Loại', en: 'Kind' },
  purchase: { vi: 'Giao dịch', en: 'Purchase' },
  atStake: { vi: 'Số tiền liên quan', en: 'At stake' },
  next: { vi: 'Hướng xử lý', en: 'Next step' },
  badLines: { vi: 'Dòng không đọc được', en: 'Lines that could not be used' },
  line: { vi: 'Dòng', en: 'Line' },
  files: { vi: 'Tệp đối soát', en: 'Settlement files' },
  lines: { vi: 'dòng', en: 'lines' },
  digest: { vi: 'Mã xác thực (SHA-256)', en: 'Digest (SHA-256)' },
  seal: { vi: 'Chữ ký (HMAC-SHA256)', en: 'Signature (HMAC-SHA256)' },
  forAgent: { vi: 'Đại diện đại lý', en: 'For the agent' },
  forMobifone: { vi: 'Đại diện MobiFone', en: 'For MobiFone' },
  signHere: { vi: 'Ký, ghi rõ họ tên', en: 'Signature and name' },
  none: { vi: 'Không có', en: 'None' },
} as const satisfies Record<string, Record<StatementLanguage, string>>;

export type StatementWord = keyof typeof STATEMENT_WORDS;
