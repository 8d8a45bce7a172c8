import { htmlText } from '../domain/harmless-text';
import { sign } from '../runtime/report-signature';
import { amountInVietnamese } from './amount-in-words';
import { hourChart } from './hour-chart';
import type { Report } from './report';
import { partyHtml, statementNumber, vatWithin, type Parties } from './statement-parties';
import { STATEMENT_STYLE } from './statement-style';
import {
  badLines,
  breaksTable,
  dimensionTable,
  number,
  tableRow,
  totalsTable,
  type Say,
} from './statement-tables';
import {
  PARTY_WORDS,
  STATEMENT_WORDS,
  wordOf,
  type StatementLanguage,
  type StatementWord,
} from './statement-words';

/** What a statement says beside the report. */
export interface StatementPaper {
  /** Who signs, and by which contract; the paper has none of it where it is not known. */
  parties?: Parties | undefined;
  /** MobiFone does not get the agent’s figures by channel, and sees its own subscribers’ numbers. */
  receiver?: 'agent' | 'mobifone';
  /** Full subscriber numbers by purchase, for MobiFone. */
  numbers?: ReadonlyMap<string, string>;
  /** What the agent owed before the day, whole đồng, where it is known. */
  opening?: number | undefined;
  /** What the agent paid on the day, whole đồng. */
  paid?: number | undefined;
}

/** The *biên bản đối soát* of a day as a page that is printed and signed: one file, nothing is loaded. */
export function statementHtml(
  report: Report,
  language: StatementLanguage,
  key: string | undefined,
  paper: StatementPaper = {},
): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const { totals, day, clean } = report;
  const title = `${say('title')} ${vietnameseDate(day)}`;
  const numbers = paper.receiver === 'mobifone' ? paper.numbers : undefined;
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title><style>${STATEMENT_STYLE}</style></head>
<body>
<main>
${heading(report, paper, say)}
${paper.parties ? partiesHtml(paper.parties, language) : ''}
<p class="${clean ? 'clean' : 'not-clean'}">${say(verdict(report))}</p>
<p>${say('unit')}</p>
${totalsTable(report, say)}
${owed(report, paper, language)}
${(['package', 'paymentForm'] as const).map((dimension) => dimensionTable(dimension, totals.by[dimension], language)).join('\n')}
<h2>${say('breaks')}</h2>
${breaksTable(report, language, numbers ?? new Map())}
${badLines(report, language)}
<h2>${say('files')}</h2>
<ul>${report.files
    .map(
      ({ role, goodLines, sheet, sha256: file }) =>
        `<li>${wordOf(role, language)}: ${number(goodLines)} ${say('lines')}${sheet === undefined ? '' : `, ${say('sheet')} ${htmlText(sheet)}`}, SHA-256 <code>${file}</code></li>`,
    )
    .join('')}</ul>
${proof(report, key, say)}
${signatures(paper.parties, say)}
${paper.receiver === 'mobifone' ? '' : annex(report, language)}
</main>
</body>
</html>
`;
}

function heading({ day }: Report, { parties }: StatementPaper, say: Say): string {
  const formal = parties
    ? `<p>${say('number')}: ${htmlText(statementNumber(parties, day))}</p><p>${htmlText(parties.place)}, ${say('dateToFill')}</p>`
    : '';
  return `<header><p class="motto">${say('country')}</p><p>${say('motto')}</p>
<h1>${say('title')}</h1><p>${say('subject')}</p><p>${say('day')}: <b>${vietnameseDate(day)}</b></p>${formal}</header>`;
}

function partiesHtml({ contract, agent, mobifone }: Parties, language: StatementLanguage): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const words = PARTY_WORDS[language];
  const terms = `${say('contract')} ${htmlText(contract.number)}, ${say('signedOn')} ${htmlText(contract.signedOn)}`;
  return `<p>${terms}.</p>${partyHtml(say('partyA'), mobifone, words)}${partyHtml(say('partyB'), agent, words)}`;
}

/** What the agent owes for the day, in figures and words; with tax and balance where they are known. */
function owed(
  { totals }: Report,
  { parties, opening, paid = 0 }: StatementPaper,
  language: StatementLanguage,
): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const { payable } = totals.theirs;
  const rows: [StatementWord, number][] = [];
  if (parties?.vatPercent !== undefined) {
    const vat = vatWithin(payable, parties.vatPercent);
    rows.push(['beforeVat', payable - vat], ['vat', vat]);
  }
  if (opening !== undefined) {
    rows.push(
      ['opening', opening],
      ['movement', payable],
      ['paid', paid],
      ['closing', opening + payable - paid],
    );
  }
  const lines = rows.map(([word, amount]) => {
    const rate = word === 'vat' ? ` ${parties?.vatPercent}%` : '';
    return tableRow([`${say(word)}${rate}`, number(amount)]);
  });
  const words =
    language === 'vi'
      ? `<tr><td colspan="2">${say('inWords')}: <i>${amountInVietnamese(payable)}</i>.</td></tr>`
      : '';
  return `<table>${tableRow([say('payableByMobifone'), number(payable)])}${words}${lines.join('')}</table>`;
}

function verdict({ clean, tolerated }: Report): StatementWord {
  if (!clean) return 'notClean';
  return tolerated.count > 0 ? 'tolerable' : 'clean';
}

function proof(report: Report, key: string | undefined, say: Say): string {
  const { sha256, hmacSha256, ed25519 } = sign(report, key);
  const lines = [
    `${say('digest')}: <code>${sha256}</code>`,
    ...(hmacSha256 === null ? [] : [`${say('seal')}: <code>${hmacSha256}</code>`]),
    ...(ed25519
      ? [`${say('signature')} (Ed25519, ${ed25519.keyId}): <code>${ed25519.signature}</code>`]
      : []),
  ];
  return lines.map((line) => `<p>${line}</p>`).join('\n');
}

function signatures(parties: Parties | undefined, say: Say): string {
  const block = (word: StatementWord, name: string | undefined, position: string | undefined) =>
    `<div><b>${say(word)}</b><br>${htmlText(position ?? '')}<br><i>${say('signHere')}</i><div class="name">${htmlText(name ?? '')}</div></div>`;
  const { agent, mobifone } = parties ?? {};
  return `<p>${say('copies')}</p><div class="signatures">${block('forMobifone', mobifone?.representative, mobifone?.position)}${block('forAgent', agent?.representative, agent?.position)}</div>`;
}

/** What concerns the agent alone. */
function annex({ totals }: Report, language: StatementLanguage): string {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  return `<section class="annex"><h2>${say('annex')}</h2>
${dimensionTable('channel', totals.by.channel, language)}
<h2>${say('hours')}</h2>
${hourChart(totals.by.hour, say)}</section>`;
}

function vietnameseDate(day: string): string {
  return day.split('-').toReversed().join('/');
}
