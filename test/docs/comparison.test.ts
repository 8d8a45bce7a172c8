import { readFileSync } from 'node:fs';
import { hasTest, namedTests } from './named-tests';

const DOCUMENT = 'docs/comparison.md';
const text = readFileSync(DOCUMENT, 'utf8');
const [prose = '', sources = ''] = text.split('\n## Sources\n');
const shown = namedTests(DOCUMENT);

/** What each line says of this API: the second column. */
const ours = prose
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s|-]*$/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, , here]) => here !== 'here')
  .map(([, feature = '', here = '']) => ({ feature, here }));

describe('the comparison with other APIs', () => {
  it('has many lines', () => {
    expect(ours.length).toBeGreaterThan(30);
  });

  it.each(ours)(
    'claims nothing of this API without a test, or says that it is missing: $feature',
    ({ here }) => {
      expect(here).toMatch(/^missing$|\]\(\.\.\/test\/[^)]+\.test\.ts\)/);
    },
  );

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });

  it('names the source of each letter that it uses, and uses each source', () => {
    const used = new Set([...prose.matchAll(/\[([DGRS]\d)\]/g)].map(([, letter]) => letter));
    const named = new Set([...sources.matchAll(/^- ([DGRS]\d) .*https:\/\//gm)].map(([, letter]) => letter));
    expect(used).toEqual(named);
  });
});
