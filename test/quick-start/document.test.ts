import { readdirSync, readFileSync } from 'node:fs';

describe('the quick start’s document', () => {
  const document = readFileSync('docs/quick-start.md', 'utf8');

  it.each(readdirSync('examples/quick-start'))('shows %s as it is run, to the letter', (file) => {
    const text = readFileSync(`examples/quick-start/${file}`, 'utf8');
    expect(document.includes(`\n${text.trimEnd()}\n\`\`\``)).toBe(true);
  });
});
