import { readFileSync } from 'node:fs';
import { hasTest, namedTests } from './named-tests';

const DOCUMENT = 'SECURITY.md';
const text = readFileSync(DOCUMENT, 'utf8');
const shown = namedTests(DOCUMENT);

/** A test that is named, or that none can be. */
const SHOWN = /\]\(test\/[^)]+\.test\.ts\)|[Nn]ot tested here: /;

/** The letters of a section: a threat in bold, then its defences. */
function lettersOf(section: string): string[] {
  return [...section.matchAll(/^\*\*(.+?):\*\* /gm)].map(([, name = '']) => name);
}

/** The items of the lists in a section that claim something: all but those that say what is not held. */
function claimsOf(section: string): string[] {
  const held = section.replace(/(?<=Not held:)\n\n(?:- .*\n)+/g, '');
  return held.split(/^ *- /m).slice(1);
}

const borders = [...text.matchAll(/^### \((\d)\) (.*)$([^]*?)(?=^##)/gm)].map(
  ([, number = '', title = '', section = '']) => ({ number, title, section }),
);
const owasp = text.slice(text.indexOf('## OWASP'), text.indexOf('## Running'));
const claims = claimsOf(text.slice(text.indexOf('### (1)')));

describe('the threat model', () => {
  it('looks at every border of its picture', () => {
    const picture = /```([^]*?)```/.exec(text)?.[1] ?? '';
    const drawn = [...picture.matchAll(/\((\d)\)/g)].map(([, number]) => number);
    expect(new Set(borders.map(({ number }) => number))).toEqual(new Set(drawn));
    expect(borders).toHaveLength(6);
    expect(drawn).toHaveLength(6);
  });

  it.each(borders)('answers each letter of STRIDE at ($number) $title', ({ section }) => {
    const letters = lettersOf(section).slice(0, 6); // others stand behind them
    expect(letters.map((name) => name[0])).toEqual('STRIDE'.split(''));
    expect(claimsOf(section).length).toBeGreaterThan(6);
  });

  it('answers each of OWASP’s ten risks in their order', () => {
    const names = [...owasp.matchAll(/^- \*\*(API\d+) .+?\.\*\* /gm)].map(([, name]) => name);
    expect(names).toEqual(Array.from({ length: 10 }, (_, at) => `API${at + 1}`));
  });

  it('names a test behind each claim, or says that none can show it', () => {
    expect(claims.length).toBeGreaterThan(200);
    expect(claims.filter((claim) => !SHOWN.test(claim))).toEqual([]);
  });

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });
});
