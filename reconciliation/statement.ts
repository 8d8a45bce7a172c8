import { htmlText } from '../domain/harmless-text';
import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import type { Break, Report } from './report';
import { sign } from '../runtime/report-signature';
import { STATEMENT_WORDS, type StatementLanguage, type StatementWord } from './statement-words';
import { DIMENSIONS, type Compared, type Dimension } from './totals';

/** For A4 paper first; black on white. */
const STYLE = `
@page { size: A4; margin: 15mm; }
body { font: 11pt/1.4 "Times New Roman", "Liberation Serif", "DejaVu Serif", serif; max-width: 180mm; margin: 10mm auto; color: #111; }
header { text-align: center; }
h1 { font-size: 18pt; margin: 0; text-transform: uppercase; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid; }
header p { margin: 1mm 0; }
table { border-collapse: collapse; width: 100%; margin: 2mm 0; font-size: 10pt; }
th, td { border: 0.5pt solid #777; padding: 1mm 2mm; text-align: left; vertical-align: top; }
th { background: #eef2f7; font-weight: bold; }
tr { break-inside: avoid; }
td:has(> .number) { text-align: right; }
.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.clean, .not-clean { padding: 2mm 3mm; border-left: 1.5mm solid; font-weight: bold; }
.clean { border-color: #1a7f37; } .not-clean { border-color: #b42318; }
code { font: 8pt "DejaVu Sans Mono", "Liberation Mono", monospace; overflow-wrap: anywhere; }
svg { width: 100%; } svg line { stroke: #777; } svg text { font-size: 9px; text-anchor: middle; }
svg text.key { text-anchor: start; font-size: 11px; }
svg .ours { fill: #1f5fa8; } svg .theirs { fill: #e08a1e; }
.signatures { display: flex; justify-content: space-around; margin-top: 8mm; height: 30mm; text-align: center; break-inside: avoid; }
`;

/** The *biên bản đối soát* of a day as a page that is printed and signed: one file, nothing is loaded. */
export function statementHtml(report: Report, language: StatementLanguage, key: string | undefined): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const { totals, day, clean, breaks } = report;
  const { sha256, hmacSha256 } = sign(report, key);
  const title = `${say('title')} ${vietnameseDate(day)}`;
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
<header><h1>${say('title')}</h1><p>${say('subject')}</p><p>${say('day')}: <b>${vietnameseDate(day)}</b></p></header>
<p class="${clean ? 'clean' : 'not-clean'}">${say(verdict(report))}</p>
${totalsTable(report, say)}
<h2>${say('hours')}</h2>
${hourChart(totals.by.hour, say)}
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
  const { toCustomers, chargedAllTheSame, givenBack } = refunds;
  return [
    '<table>',
    headRow(['', say('agent'), say('mobifone'), say('difference')]),
    tableRow([say('sales'), ...counts]),
    ...rows,
    '</table><table>',
    tableRow([say('refunds'), number(toCustomers.count), number(toCustomers.amount)]),
    tableRow([say('chargedAllTheSame'), number(chargedAllTheSame.count), number(chargedAllTheSame.amount)]),
    ...(givenBack.count > 0
      ? [tableRow([say('givenBack'), number(givenBack.count), number(givenBack.amount)])]
      : []),
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
      htmlText(key),
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
    const order = channel === null ? '' : `<br>${htmlText(`${channel} ${externalId ?? ''}`)}`;
    const { en, vi, next, nextVi } = BREAK_KINDS[kind];
    return tableRow([
      language === 'vi' ? vi : en,
      `<code>${htmlText(purchaseId ?? '')}</code>${order}<br>${htmlText(msisdn ?? '')}`,
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
    ({ role, line, reason }) => `<li>${role}, ${say('line')} ${line}: ${htmlText(reason)}</li>`,
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

const HEIGHT = 120;
const SLOT = 28;
const BAR = 11;

/** Two bars an hour, ours and theirs, as SVG inside the page; nothing is loaded. */
function hourChart(hours: readonly (Compared & { key: string })[], say: Say): string {
  const most = Math.max(1, ...hours.flatMap(({ ours, theirs }) => [ours.gross, theirs.gross]));
  const byHour = new Map(hours.map((hour) => [hour.key, hour]));
  const slots = Array.from({ length: 24 }, (_, hour) => {
    const key = String(hour).padStart(2, '0');
    const sides = byHour.get(key);
    const x = hour * SLOT + 4;
    return [
      bar(x, sides?.ours.gross ?? 0, most, 'ours'),
      bar(x + BAR, sides?.theirs.gross ?? 0, most, 'theirs'),
      `<text x="${x + BAR}" y="${HEIGHT + 14}">${key}</text>`,
    ].join('');
  });
  const width = 24 * SLOT + 4;
  return [
    `<svg viewBox="0 0 ${width} ${HEIGHT + 38}" role="img" aria-label="${say('hours')}">`,
    `<line x1="0" y1="${HEIGHT}" x2="${width}" y2="${HEIGHT}"/>`,
    ...slots,
    `<rect class="ours" x="4" y="${HEIGHT + 24}" width="10" height="10"/><text class="key" x="18" y="${HEIGHT + 33}">${say('agent')}</text>`,
    `<rect class="theirs" x="124" y="${HEIGHT + 24}" width="10" height="10"/><text class="key" x="138" y="${HEIGHT + 33}">${say('mobifone')}</text>`,
    '</svg>',
  ].join('');
}

/** Whole pixels, so that every machine draws the same. A side below zero (money given back) has no bar. */
function bar(x: number, amount: number, most: number, side: 'ours' | 'theirs'): string {
  const height = Math.max(0, Math.round((amount / most) * (HEIGHT - 8)));
  return `<rect class="${side}" x="${x}" y="${HEIGHT - height}" width="${BAR - 1}" height="${height}"/>`;
}
