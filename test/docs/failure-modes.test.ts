import { hasTest, namedTests } from './named-tests';

const shown = namedTests('docs/failure-modes.md');

describe('the table of what can fail', () => {
  it('names a test for every line', () => {
    expect(shown.length).toBeGreaterThan(20);
  });

  it.each(shown)('is held by a test that is there: $title', (named) => {
    expect([named.title, hasTest(named)]).toEqual([named.title, true]);
  });
});
