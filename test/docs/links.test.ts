import { existsSync, readdirSync } from 'node:fs';
import { relativeLinks } from './named-tests';

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync('docs', { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith('.md')),
];

describe.each(DOCUMENTS)('the links of %s', (document) => {
  it('lead somewhere', () => {
    const dead = relativeLinks(document).filter(({ file }) => !existsSync(file));
    expect(dead.map(({ text, target }) => `[${text}](${target})`)).toEqual([]);
  });
});

describe('the README', () => {
  it('leads a channel’s developer to what changes and how things end', () => {
    expect(relativeLinks('README.md').map(({ target }) => target)).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'docs/deprecation-policy.md',
        'docs/testing.md',
        'docs/comparison.md',
      ]),
    );
  });
});
