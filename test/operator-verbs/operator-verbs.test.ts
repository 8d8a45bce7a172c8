import { readFileSync, writeFileSync } from 'node:fs';
import { linesOf, refreshed } from '../../docs/make';
import { GARBAGE_STARTS, startWithGarbage } from './garbage-starts';
import { verbsList } from './page';
import { cellName, playAll, type Cell } from './play';
import { shortForm, wholeMatrix } from './short-form';
import { Stage } from './stage';
import type { Verdict } from './verdict';

const DOCUMENT = 'docs/failure-modes.md';
const IS_WHOLE = process.env['OPERATOR_VERBS'] === 'whole';
/** For the whole matrix on a busy machine. */
const LIMIT_MS = 3_600_000;

/** Narrows to the cells whose name matches, to look at one alone. */
const only = new RegExp(process.env['OPERATOR_VERBS_ONLY'] ?? '');
const cells = (IS_WHOLE ? wholeMatrix() : shortForm()).filter((cell) => only.test(cellName(cell)));
let verdicts: ReadonlyMap<Cell, Verdict> = new Map();
const refusals = new Map<string, readonly string[]>();

/** All at the same time, since each purchase waits for most of its time. */
beforeAll(async () => {
  const stage = await Stage.open();
  try {
    await stage.run(async () => {
      const starts = GARBAGE_STARTS.map(async (start) =>
        refusals.set(start.words, await startWithGarbage(stage, start)),
      );
      verdicts = await playAll(stage, cells);
      await Promise.all(starts);
    });
  } finally {
    await stage.close();
  }
}, LIMIT_MS);

describe('what an operator does in Temporal to a purchase, at a gateway that does not deduplicate', () => {
  it.each(cells.map((cell) => [cellName(cell), cell] as const))('breaks nothing: %s', (_, cell) => {
    expect(verdicts.get(cell)?.broken).toEqual([]);
  });
});

describe('a purchase’s workflow that is started by hand with garbage', () => {
  it.each(GARBAGE_STARTS)('ends as failed and calls nobody: $words', ({ words }) => {
    expect(refusals.get(words)).toEqual([]);
  });
});

if (IS_WHOLE) {
  describe('the whole matrix', () => {
    it('comes out as docs/failure-modes.md says; `npm run docs:failures` writes it anew', () => {
      const text = readFileSync(DOCUMENT, 'utf8');
      const fresh = refreshed(text, 'operator-verbs', verbsList(verdicts));
      expect([...verdicts.values()].flatMap(({ broken }) => broken)).toEqual([]); // the page tells of no fault
      if (process.env['WRITE_DOCUMENTS']) writeFileSync(DOCUMENT, fresh);
      else expect(linesOf(fresh)).toEqual(linesOf(text));
    });
  });
}
