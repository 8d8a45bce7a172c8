import path from 'node:path';
import { customersResults } from '../../examples/storefront/list-results';
import { ROW_RESULTS } from '../../domain/batch/batch';
import type { BatchRow } from '../../sdk/index';

/** A module of the browser's, which has no types. */
const PAGE_WORDS = path.resolve(__dirname, '../../examples/storefront/public/list-words.js');

interface Words {
  results: Record<string, string>;
  unsold: Record<string, unknown>;
}

describe.each(['vi', 'en'] as const)('the words for what came of a row, in %s', (language) => {
  it('are the same in the file of results as on the page, for every result', async () => {
    const page = (await import(PAGE_WORDS)) as { LIST_WORDS: Record<string, Words> };
    const said = page.LIST_WORDS[language];
    const row = (result: string) =>
      ({ externalId: result, msisdn: '8490****567', package: 'D90', result, reason: null }) as BatchRow; // all that is read
    const file = customersResults(ROW_RESULTS.map(row), new Map(), language);
    const cells = file.split('\r\n').map((line) => line.split(/[;,]/));
    for (const result of ROW_RESULTS) {
      expect(cells.find(([id]) => id === result)?.[3]).toBe(said?.results[result]);
    }
    expect(Object.keys(said?.results ?? {}).sort()).toEqual([...ROW_RESULTS].sort());
  });
});
