import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');
/** What is in the repository, as its rooms and files at the top. */
const entries = new Set(
  execFileSync('git', ['ls-files'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((file) => file.replace(/\/.*/, '/'))
    .filter((entry) => !entry.startsWith('.')),
);

describe('the page of the architecture', () => {
  it.each([...entries])('tells what %s is', (entry) => {
    expect(page).toContain(`\`${entry}\``);
  });

  it('tells of no room that is not there', () => {
    const rooms = [...page.matchAll(/^\| ((?:`[a-z-]+\/`(?:, )?)+) +\|/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(rooms.length).toBeGreaterThan(15);
    expect(rooms.filter((room) => !entries.has(room ?? ''))).toEqual([]);
  });
});
