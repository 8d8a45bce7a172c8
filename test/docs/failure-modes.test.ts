import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCUMENT = path.resolve('docs/failure-modes.md');
const shown = [...readFileSync(DOCUMENT, 'utf8').matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(
  ([, title = '', file = '']) => ({ title, file }),
);

describe('the table of what can fail', () => {
  it('names a test for every line', () => {
    expect(shown.length).toBeGreaterThan(20);
  });

  it.each(shown)('is held by a test that is there: $title', ({ title, file }) => {
    expect(readFileSync(path.resolve(path.dirname(DOCUMENT), file), 'utf8')).toContain(title);
  });
});
