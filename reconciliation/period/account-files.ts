import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../../domain/harmless-text';
import { jsonText } from '../../runtime/json-file';
import { sign } from '../../runtime/report-signature';
import type { AccountDay, PeriodAccount } from './account';

/** The account and its signature, for machines and for the account after. */
export function accountJson(account: PeriodAccount, key: string | undefined): string {
  return jsonText({ account, signature: sign(account, key) });
}

/** One line a day, for a spreadsheet: UTF-8 with a byte order mark, CRLF. */
export function accountCsv({ days }: PeriodAccount): string {
  return stringify(days.map(fields), {
    header: true,
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { number: String, string: spreadsheetText }, // a negative amount stays a number
  });
}

function fields({ day, compared, agent, mobifone, difference, explained, unexplained, counts }: AccountDay) {
  return {
    day,
    compared: compared ? 'yes' : 'no',
    agent_opening: agent.opening.payable,
    agent_sales: agent.movement.count,
    agent_gross: agent.movement.gross,
    agent_discount: agent.movement.discount,
    agent_payable: agent.movement.payable,
    agent_closing: agent.closing.payable,
    mobifone_opening: mobifone.opening.payable,
    mobifone_sales: mobifone.movement.count,
    mobifone_gross: mobifone.movement.gross,
    mobifone_discount: mobifone.movement.discount,
    mobifone_payable: mobifone.movement.payable,
    mobifone_closing: mobifone.closing.payable,
    difference: difference.payable,
    by_breaks: explained.breaks.payable,
    by_timing: explained.timing.payable,
    tolerated: explained.tolerated.payable,
    unexplained: unexplained.payable,
    breaks: Object.entries(counts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join('; '),
  };
}
