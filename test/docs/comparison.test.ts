import { readFileSync } from 'node:fs';
import { hasTest, namedTests } from './named-tests';

const DOCUMENT = 'docs/comparison.md';
const text = readFileSync(DOCUMENT, 'utf8');
const [prose = '', sources = ''] = text.split('\n## Sources\n');
const shown = namedTests(DOCUMENT);

/** What each feature's list says of this API. */
const ours = [...prose.matchAll(/^- \*\*(.+)\*\*\n {2}- here: (.+)$/gm)].map(
  ([, feature = '', here = '']) => ({ feature, here }),
);
/** What each feature's list says of another API. */
const theirs = [...prose.matchAll(/^ {2}- (DT One|DingConnect|Reloadly|Stripe): (.+)$/gm)].map(
  ([, api = '', cell = '']) => ({ api, cell }),
);
/** Every feature, whether or not its list begins with this API. */
const features = prose.match(/^- \*\*/gm) ?? [];

describe('the comparison with other APIs', () => {
  it('has many features, and says of each what it is here', () => {
    expect(ours.length).toBeGreaterThan(25);
    expect(ours).toHaveLength(features.length);
  });

  it.each(ours)(
    'claims nothing of this API without a test, or says that it is missing: $feature',
    ({ here }) => {
      expect(here).toMatch(/^missing$|\]\(\.\.\/test\/[^)]+\.test\.ts\)/);
    },
  );

  it.each(theirs)('quotes a document for what it says of $api: $cell', ({ cell }) => {
    expect(cell).toMatch(/“[^”]{5,}” \[[DGRS]\d\]$/);
  });

  it('says of others only that, and nothing without a quotation', () => {
    const cells = prose.match(/^ {2}- /gm) ?? [];
    expect(cells).toHaveLength(theirs.length + ours.length);
    expect(theirs.length).toBeGreaterThan(50);
  });

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });

  it('names the source of each letter that it uses, with its address and when it was read, and uses each source', () => {
    const used = new Set([...prose.matchAll(/\[([DGRS]\d)\]/g)].map(([, letter]) => letter));
    const named = new Set(
      [...sources.matchAll(/^- ([DGRS]\d) .*<https:\/\/\S+>, .*read 20\d\d-\d\d-\d\d$/gm)].map(
        ([, letter]) => letter,
      ),
    );
    expect(used).toEqual(named);
  });
});
