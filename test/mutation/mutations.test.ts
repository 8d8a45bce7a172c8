import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keyOf, remembered } from './killers';
import { mutated } from './mutation';
import { MUTATIONS } from './mutations';

describe('the list of mutations', () => {
  it.each(MUTATIONS)('$name still finds its place in $file, and changes it', (mutation) => {
    const text = readFileSync(path.resolve(__dirname, '../..', mutation.file), 'utf8');
    expect(mutated(text, mutation)).not.toBe(text);
  });

  it('gives each a name of its own', () => {
    const names = MUTATIONS.map(({ name }) => name);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });

  it('is all that killers are remembered of, each a test file that is still there', () => {
    const known = new Set(MUTATIONS.map(keyOf));
    const stale = Object.entries(remembered()).filter(
      ([key, file]) => !known.has(key) || !existsSync(path.resolve(__dirname, '../..', file)),
    );
    expect(stale).toEqual([]);
  });
});
