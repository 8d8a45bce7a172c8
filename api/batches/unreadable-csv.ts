import { Problem } from '../http/problems';

/** A file that cannot be read as a list of orders, and why. */
export function unreadableCsv(en: string, vi: string): Problem {
  return new Problem('malformed_request', {
    en: `The CSV cannot be read: ${en}. The first line names the columns: externalId,msisdn,package. Nothing was sold.`,
    vi: `Không đọc được CSV: ${vi}. Dòng đầu là tên cột: externalId,msisdn,package. Chưa có giao dịch nào được thực hiện.`,
  });
}
