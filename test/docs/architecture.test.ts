import { readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');
const ignored = new Set(
  readFileSync('.gitignore', 'utf8')
    .split('\n')
    .map((line) => line.replace(/\//g, '')),
);
/** What is in the repository, as its rooms and files at the top. */
const entries = new Set(
  readdirSync('.', { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !ignored.has(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)),
);

describe('the page of the architecture', () => {
  it.each([...entries])('says what %s is', (entry) => {
    expect(page).toContain(`\`${entry}\``);
  });

  it('names no room that does not exist', () => {
    const rooms = [...page.matchAll(/^- ((?:`[a-z-]+\/`(?:, )?)+):/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(rooms.length).toBeGreaterThan(15);
    expect(rooms.filter((room) => !entries.has(room ?? ''))).toEqual([]);
  });
});
