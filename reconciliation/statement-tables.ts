import { htmlText } from '../domain/harmless-text';
import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import { movesMoney } from '../domain/reconciliation/settlement';
import type { Report, SettlementRow } from './report';
import { STATEMENT_WORDS, wordOf, type StatementLanguage, type StatementWord } from './statement-words';
import type { Compared, Dimension } from './totals';

/** So many breaks are on the page: some ten sheets. */
const PRINTED_BREAKS = 200;

export type Say = (word: StatementWord) => string;

/** Both sides, and what they differ by. */
export function totalsTable({ totals, tolerated }: Report, say: Say): string {
  const { ours, theirs, difference, refunds } = totals;
  const rows = (['gross', 'discount', 'payable'] as const).map((word) =>
    tableRow([say(word), number(ours[word]), number(theirs[word]), number(difference[word])]),
  );
  const counts = [ours.count, theirs.count, ours.count - theirs.count].map(number);
  const { toCustomers, chargedAllTheSame } = refunds;
  return [
    '<table>',
    headRow(['', say('agent'), say('mobifone'), say('difference')]),
    tableRow([say('sales'), ...counts]),
    ...rows,
    '</table><table>',
    headRow(['', say('count'), say('amount')]),
    tableRow([say('refunds'), number(toCustomers.count), number(toCustomers.amount)]),
    tableRow([say('chargedAllTheSame'), number(chargedAllTheSame.count), number(chargedAllTheSame.amount)]),
    ...(tolerated.count > 0
      ? [tableRow([say('tolerated'), number(tolerated.count), number(tolerated.payable)])]
      : []),
    '</table>',
  ].join('\n');
}

export function dimensionTable(
  dimension: Dimension,
  groups: readonly (Compared & { key: string })[],
  language: StatementLanguage,
): string {
  const say: Say = (word) => STATEMENT_WORDS[word][language];
  const rows = groups.map(({ key, ours, theirs, difference }) =>
    tableRow([
      htmlText(wordOf(key, language)),
      number(ours.count),
      number(ours.gross),
      number(ours.discount),
      number(theirs.count),
      number(theirs.gross),
      number(theirs.discount),
      number(difference.payable),
    ]),
  );
  const side = [say('sales'), say('grossShort'), say('discountShort')];
  const sides = `<tr><td></td><th colspan="3">${say('agent')}</th><th colspan="3">${say('mobifone')}</th><th>${say('difference')}</th></tr>`;
  const head = headRow(['', ...side, ...side, say('payableShort')]);
  return `<h2>${say(dimension)}</h2>\n<table>${sides}${head}${rows.join('\n')}</table>`;
}

/** @param numbers full subscriber numbers by purchase, for the side that has them anyway */
export function breaksTable(
  { day, breaks, unlisted }: Report,
  language: StatementLanguage,
  numbers: ReadonlyMap<string, string>,
): string {
  const say: Say = (word) => STATEMENT_WORDS[word][language];
  if (breaks.length === 0) return `<p>${say('none')}.</p>`;
  const rows = breaks.slice(0, PRINTED_BREAKS).map((row, at) => {
    const { kind, purchaseId, references, difference } = row;
    const { en, vi, next, nextVi } = BREAK_KINDS[kind];
    const subscriber = numbers.get(purchaseId) ?? row.msisdn ?? '';
    return tableRow([
      String(at + 1),
      `${language === 'vi' ? vi : en}<br><small>${language === 'vi' ? nextVi : next}</small>`,
      `<code>${htmlText(purchaseId)}</code><br>${htmlText(subscriber)}`,
      `<code>${htmlText(references.join(' '))}</code>`,
      number(row.ours?.state === 'succeeded' && row.ours.day === day ? row.ours.faceValue : 0), // another day's account has it
      number(row.theirs.reduce((sum, line) => sum + moved(line), 0)),
      number(difference.payable),
    ]);
  });
  const total = breaks.reduce((sum, { difference }) => sum + difference.payable, unlisted.payable);
  const head = headRow(
    (['place', 'kind', 'purchase', 'reference', 'agent', 'mobifone', 'difference'] as const).map(say),
  );
  const sum = `<tr class="total"><td colspan="6">${say('total')}</td><td>${number(total)}</td></tr>`;
  return `<table class="breaks"><thead>${head}</thead><tbody>${rows.join('\n')}${sum}</tbody></table>${unlistedBreaks(breaks.length, unlisted.count, say)}`;
}

/** A page lists what people can read; the CSV file has all. */
function unlistedBreaks(listed: number, unlisted: number, say: Say): string {
  const count = unlisted + Math.max(0, listed - PRINTED_BREAKS);
  return count === 0 ? '' : `<p>${say('unlisted')}: ${number(count)}</p>`;
}

function moved(line: SettlementRow): number {
  if (line.state !== 'done') return 0;
  if (movesMoney(line)) return line.amount;
  return line.kind === 'rollback' ? 0 - line.amount : 0;
}

export function badLines({ files }: Report, language: StatementLanguage): string {
  const say: Say = (word) => STATEMENT_WORDS[word][language];
  const bad = files.flatMap(({ role, badLines }) => badLines.map((line) => ({ role, ...line })));
  const more = files.reduce((sum, { badLineCount, badLines }) => sum + badLineCount - badLines.length, 0);
  if (bad.length === 0) return '';
  const items = bad.map(
    ({ role, line, reason }) =>
      `<li>${wordOf(role, language)}, ${say('line')} ${line}: ${htmlText(language === 'vi' ? reasonInVietnamese(reason) : reason)}</li>`,
  );
  const rest = more > 0 ? `<p>${say('unlisted')}: ${number(more)}</p>` : '';
  return `<h2>${say('badLines')}</h2><ul>${items.join('')}</ul>${rest}`;
}

/** The Vietnamese page names the column; the exact reason is in the report. */
function reasonInVietnamese(reason: string): string {
  const subject = /^([a-z_ ]+): /.exec(reason)?.[1];
  return subject === undefined ? 'dòng không đúng định dạng' : `${wordOf(subject, 'vi')} không hợp lệ`;
}

function headRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => (cell === '' ? '<td></td>' : `<th>${cell}</th>`)).join('')}</tr>`;
}

export function tableRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** `1.234.567`, as both countries of readers can read it; a minus of the width of a digit. */
export function number(amount: number): string {
  const digits = String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, '.');
  return `<span class="number">${amount < 0 ? '−' : ''}${digits}</span>`;
}
