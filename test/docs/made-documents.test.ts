import { staleDocuments } from '../../docs/make';

describe('the tables in the documents that are made from the code', () => {
  it('are what the code says today; `npm run docs` makes them anew', () => {
    expect(staleDocuments().map(({ file }) => file)).toEqual([]);
  });
});
