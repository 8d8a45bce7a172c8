import { readFileSync } from 'node:fs';
import { hasTest, namedTests } from './named-tests';

const DOCUMENT = 'SECURITY.md';
const text = readFileSync(DOCUMENT, 'utf8');
const shown = namedTests(DOCUMENT);

/** The cells of a section's tables, without their heads. */
function rowsOf(section: string): string[][] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|-]*$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.at(-2) !== 'held by');
}

const borders = [...text.matchAll(/^### \((\d)\) (.*)$([^]*?)(?=^##)/gm)].map(
  ([, number = '', title = '', section = '']) => ({ number, title, rows: rowsOf(section) }),
);
const risks = rowsOf(text.slice(text.indexOf('## OWASP'), text.indexOf('## Running')));

describe('the threat model', () => {
  it('looks at every border of its picture', () => {
    const picture = /```([^]*?)```/.exec(text)?.[1] ?? '';
    const drawn = [...picture.matchAll(/\((\d)\)/g)].map(([, number]) => number);
    expect(new Set(borders.map(({ number }) => number))).toEqual(new Set(drawn));
    expect(borders).toHaveLength(6);
    expect(drawn).toHaveLength(6);
  });

  it.each(borders)('answers each letter of STRIDE at ($number) $title, by a test', ({ rows }) => {
    expect(rows.map(([, letter]) => letter)).toEqual('STRIDE'.split(''));
    for (const row of rows) expect(row.at(-2)).toMatch(/\]\(test\/[^)]+\.test\.ts\)/);
  });

  it('answers each of OWASP’s ten risks in their order, by a test', () => {
    const names = risks.map(([, risk = '']) => risk.split(' ')[0]);
    expect(names).toEqual(Array.from({ length: 10 }, (_, at) => `API${at + 1}`));
    for (const row of risks) expect(row.at(-2)).toMatch(/\]\(test\/[^)]+\.test\.ts\)/);
  });

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });
});
