import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

test('the compose file registers exactly the search attributes of the domain', async () => {
  const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
  const registered = [...text.matchAll(/--name (\w+) --type (\w+)/g)].map(([line]) => line.toUpperCase());
  const wanted = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `--name ${name} --type ${type}`);
  expect(new Set(registered)).toEqual(new Set(wanted.map((line) => line.toUpperCase())));
  expect(registered).toHaveLength(wanted.length);
});
