import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { z } from 'zod';
import { readJsonFile, UnusableFile } from '../../../runtime/json-file';

const schema = z.strictObject({ secrets: z.array(z.string()) });
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'json-file-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<unknown> {
  const file = path.join(folder, 'secrets.json');
  await writeFile(file, text);
  try {
    return readJsonFile(file, schema, 'make it');
  } catch (fault) {
    return fault;
  }
}

const whole = (...secrets: string[]) => `{\n  "secrets": [\n    ${secrets.join(',\n    ')}\n  ]\n}\n`;

describe('a file of secrets that is not JSON', () => {
  it.each([
    ['a quote is missing', whole('"aaa"', 'whsec_topsecret'), ' (line 4)'],
    ['an escape is none', whole('"aaa"', '"whsec_top\\qsecret"'), ' (line 4)'],
    ['a secret is cut off', whole('"aaa"', '"whsec_topsecret').slice(0, 45), ' (line 4)'],
    ['the end is missing', whole('"aaa"', '"whsec_topsecret"').slice(0, -3), ' (line 5)'],
    ['the same fault is in it twice', whole('x_topsecret_longer_x', 'x_topsecret_longer_x'), ''],
    ['it is the secret alone', 'whsec_topsecret', ' (line 1)'],
    ['it is empty', '', ' (line 1)'],
  ])('is named with the line of its fault and nothing of it, where %s', async (_, text, place) => {
    const fault = await read(text);
    expect(fault).toBeInstanceOf(UnusableFile);
    expect(inspect(fault, { depth: 9 })).not.toMatch(/secret(?!s\.json)|whsec|aaa/);
    const { message } = fault as UnusableFile; // just looked at
    if (place !== '') expect(message).toBe(`${path.join(folder, 'secrets.json')} is not JSON${place}.`);
  });
});

describe('a file that says one thing twice', () => {
  it.each([
    ['{"secrets":["a"],"secrets":["b"]}', '/secrets'],
    ['{"secrets":["a"],"s\\u0065crets":[]}', '/secrets'],
    ['{"secrets":[{"x/y":1,"x/y":2}]}', '/secrets/0/x~1y'],
  ])('is refused with its place, whichever of the two is meant: %s', async (text, place) => {
    const fault = await read(text);
    expect(fault).toBeInstanceOf(UnusableFile);
    expect((fault as UnusableFile).message).toContain(`${place}: occurs more than once`); // just looked at
  });
});

describe('a file that an editor began with a byte order mark', () => {
  it('is read', async () => {
    expect(await read(`\uFEFF${whole('"a"')}`)).toEqual({ secrets: ['a'] });
  });
});
