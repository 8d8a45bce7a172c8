import { readFileSync } from 'node:fs';
import { hasTest, namedTests } from './named-tests';

const DOCUMENT = 'SECURITY.md';
const text = readFileSync(DOCUMENT, 'utf8');
const shown = namedTests(DOCUMENT);

/** The entries of a section: a name in bold, then the defence and its tests. */
function entriesOf(section: string): { name: string; words: string }[] {
  return [...section.matchAll(/^- \*\*(.+?)\.\*\* (.+)$/gm)].map(([, name = '', words = '']) => ({
    name,
    words,
  }));
}

const borders = [...text.matchAll(/^### \((\d)\) (.*)$([^]*?)(?=^##)/gm)].map(
  ([, number = '', title = '', section = '']) => ({ number, title, entries: entriesOf(section) }),
);
const risks = entriesOf(text.slice(text.indexOf('## OWASP'), text.indexOf('## Running')));

describe('the threat model', () => {
  it('looks at every border of its picture', () => {
    const picture = /```([^]*?)```/.exec(text)?.[1] ?? '';
    const drawn = [...picture.matchAll(/\((\d)\)/g)].map(([, number]) => number);
    expect(new Set(borders.map(({ number }) => number))).toEqual(new Set(drawn));
    expect(borders).toHaveLength(6);
    expect(drawn).toHaveLength(6);
  });

  it.each(borders)('answers each letter of STRIDE at ($number) $title, by a test', ({ entries }) => {
    expect(entries.map(({ name }) => name[0])).toEqual('STRIDE'.split(''));
    for (const { words } of entries) expect(words).toMatch(/\]\(test\/[^)]+\.test\.ts\)/);
  });

  it('answers each of OWASP’s ten risks in their order, by a test', () => {
    const names = risks.map(({ name }) => name.split(' ')[0]);
    expect(names).toEqual(Array.from({ length: 10 }, (_, at) => `API${at + 1}`));
    for (const { words } of risks) expect(words).toMatch(/\]\(test\/[^)]+\.test\.ts\)/);
  });

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });
});
