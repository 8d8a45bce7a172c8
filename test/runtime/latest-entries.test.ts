import { LatestEntries } from '../../runtime/latest-entries';

describe('the latest entries', () => {
  it('are as many as there may be; the one that was set longest ago goes first', () => {
    const entries = new LatestEntries<string, number>(2);
    entries.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
    expect([...entries]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
    expect(entries.get('b')).toBeUndefined();
  });
});
