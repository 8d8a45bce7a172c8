import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import type { Break, Report } from './report';
import { sign } from '../runtime/report-signature';
import { hourChart } from './statement-chart';
import { STATEMENT_STYLE } from './statement-style';
import { STATEMENT_WORDS, type StatementLanguage, type StatementWord } from './statement-words';
import { DIMENSIONS, type Compared, type Dimension } from './totals';

/** The *biên bản đối soát* of a day as a page that is printed and signed: one file, nothing is loaded. */
export function statementHtml(report: Report, language: StatementLanguage, key: string | undefined): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const { totals, day, clean, breaks } = report;
  const chart = hourChart(totals.by.hour, {
    ours: say('agent'),
    theirs: say('mobifone'),
    title: say('hours'),
  });
  const { sha256, hmacSha256 } = sign(report, key);
  const title = `${say('title')} ${vietnameseDate(day)}`;
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title><style>${STATEMENT_STYLE}</style></head>
<body>
<header><h1>${say('title')}</h1><p>${say('subject')}</p><p>${say('day')}: <b>${vietnameseDate(day)}</b></p></header>
<p class="${clean ? 'clean' : 'not-clean'}">${say(verdict(report))}</p>
${totalsTable(report, say)}
<h2>${say('hours')}</h2>
${chart}
${DIMENSIONS.filter((dimension) => dimension !== 'hour')
  .map((dimension) => dimensionTable(dimension, totals.by[dimension], say))
  .join('\n')}
<h2>${say('breaks')}</h2>
${breaksTable(breaks, language, say)}
${badLines(report, say)}
<h2>${say('files')}</h2>
<ul>${report.files
    .map(
      ({ role, goodLines, sha256: file }) =>
        `<li>${role}: ${number(goodLines)} ${say('lines')}, SHA-256 <code>${file}</code></li>`,
    )
    .join('')}</ul>
<footer>
<p>${say('digest')}: <code>${sha256}</code></p>
${hmacSha256 === null ? '' : `<p>${say('seal')}: <code>${hmacSha256}</code></p>`}
<div class="signatures"><div><b>${say('forAgent')}</b><br>${say('signHere')}</div><div><b>${say('forMobifone')}</b><br>${say('signHere')}</div></div>
</footer>
</body>
</html>
`;
}

function verdict({ clean, tolerated }: Report): StatementWord {
  if (!clean) return 'notClean';
  return tolerated.count > 0 ? 'tolerable' : 'clean';
}

type Say = (word: StatementWord) => string;

function totalsTable({ totals, tolerated }: Report, say: Say): string {
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
    tableRow([say('refunds'), number(toCustomers.count), number(toCustomers.amount)]),
    tableRow([say('chargedAllTheSame'), number(chargedAllTheSame.count), number(chargedAllTheSame.amount)]),
    ...(tolerated.count > 0
      ? [tableRow([say('tolerated'), number(tolerated.count), number(tolerated.payable)])]
      : []),
    '</table>',
  ].join('\n');
}

function dimensionTable(
  dimension: Dimension,
  groups: readonly (Compared & { key: string })[],
  say: Say,
): string {
  const rows = groups.map(({ key, ours, theirs, difference }) =>
    tableRow([
      escaped(key),
      number(ours.count),
      number(ours.gross),
      number(ours.discount),
      number(theirs.count),
      number(theirs.gross),
      number(theirs.discount),
      number(difference.payable),
    ]),
  );
  const side = [say('sales'), say('gross'), say('discount')];
  const sides = `<tr><th></th><th colspan="3">${say('agent')}</th><th colspan="3">${say('mobifone')}</th><th>${say('difference')}</th></tr>`;
  const head = headRow(['', ...side, ...side, say('payable')]);
  return `<h2>${say(dimension)}</h2>\n<table>${sides}${head}${rows.join('\n')}</table>`;
}

function breaksTable(breaks: readonly Break[], language: StatementLanguage, say: Say): string {
  if (breaks.length === 0) return `<p>${say('none')}.</p>`;
  const rows = breaks.map(({ kind, purchaseId, channel, externalId, msisdn, difference, atStake }) => {
    const order = channel === null ? '' : `<br>${escaped(`${channel} ${externalId ?? ''}`)}`;
    const { en, vi, next, nextVi } = BREAK_KINDS[kind];
    return tableRow([
      language === 'vi' ? vi : en,
      `<code>${purchaseId}</code>${order}<br>${msisdn ?? ''}`,
      language === 'vi' ? nextVi : next,
      number(atStake),
      number(difference.payable),
    ]);
  });
  const head = headRow([say('kind'), say('purchase'), say('next'), say('atStake'), say('difference')]);
  return `<table class="breaks">${head}${rows.join('\n')}</table>`;
}

function badLines({ files }: Report, say: Say): string {
  const bad = files.flatMap(({ role, badLines }) => badLines.map((line) => ({ role, ...line })));
  if (bad.length === 0) return '';
  const items = bad.map(
    ({ role, line, reason }) => `<li>${role}, ${say('line')} ${line}: ${escaped(reason)}</li>`,
  );
  return `<h2>${say('badLines')}</h2><ul>${items.join('')}</ul>`;
}

function headRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<th>${cell}</th>`).join('')}</tr>`;
}

function tableRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** `1.234.567`, as both countries of readers can read it; a minus of the width of a digit. */
function number(amount: number): string {
  const digits = String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, '.');
  return `<span class="number">${amount < 0 ? '−' : ''}${digits}</span>`;
}

function vietnameseDate(day: string): string {
  return day.split('-').toReversed().join('/');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
