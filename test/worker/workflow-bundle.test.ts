import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workflowBundle } from '../../worker/workflow-bundle';

/** A small workflow of its own, so that the test may change it. */
let sources: string;
let kept: string;
const options = () => ({ workflowsPath: path.join(sources, 'workflows.ts') });
/** In the project, since the workflows need the SDK. */
const CACHE = path.join(__dirname, '../../.cache');
const A_MINUTE_AGO = new Date(Date.now() - 60_000);

beforeEach(() => {
  mkdirSync(CACHE, { recursive: true });
  sources = mkdtempSync(path.join(CACHE, 'workflow-bundle-'));
  kept = mkdtempSync(path.join(tmpdir(), 'kept-bundle-'));
  write('workflows.ts', "import { word } from './word';\nexport async function say() { return word; }\n");
  write('word.ts', "export const word = 'first';\n");
});
afterEach(() => {
  rmSync(sources, { recursive: true });
  rmSync(kept, { recursive: true, force: true });
});

describe('the bundle of the workflows', () => {
  it('is kept, and taken again while no file of it changed', async () => {
    const made = await workflowBundle(kept, options());
    mark();
    expect((await workflowBundle(kept, options())).code).toBe(`${made.code}// kept`);
  });

  it.each([
    ['a file that it imports', () => write('word.ts', "export const word = 'second';\n")],
    [
      'its first file, by an import that is new',
      () => {
        write('other.ts', "export const word = 'second';\n");
        write(
          'workflows.ts',
          "import { word } from './other';\nexport async function say() { return word; }\n",
        );
      },
    ],
  ])('is made anew after a change of %s', async (_, change) => {
    await workflowBundle(kept, options());
    mark();
    change();
    const { code } = await workflowBundle(kept, options());
    expect(code).toContain('second');
    expect(code).not.toContain('// kept');
  });

  it('is made anew when a file that it imports is gone, which is then said', async () => {
    await workflowBundle(kept, options());
    rmSync(path.join(sources, 'word.ts'));
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(workflowBundle(kept, options())).rejects.toThrow();
  });

  it('is made anew when what was kept cannot be read', async () => {
    await workflowBundle(kept, options());
    writeFileSync(keptFile(), '{"sdk":');
    expect((await workflowBundle(kept, options())).code).toContain('first');
  });

  it('is not kept when a file of it was saved meanwhile', async () => {
    const soon = new Date(Date.now() + 60_000);
    utimesSync(path.join(sources, 'word.ts'), soon, soon);
    await workflowBundle(kept, options());
    expect(readdirSync(kept)).toEqual([]);
  });

  it('needs no folder that can be written to', async () => {
    const file = path.join(kept, 'a file');
    writeFileSync(file, '');
    expect((await workflowBundle(file, options())).code).toContain('first');
  });
});

function write(name: string, text: string): void {
  const file = path.join(sources, name);
  writeFileSync(file, text);
  utimesSync(file, A_MINUTE_AGO, A_MINUTE_AGO);
}

const keptFile = () => path.join(kept, String(readdirSync(kept)[0]));

/** Puts a word into what is kept, so that it can be told from one that was made anew. */
function mark(): void {
  const bundle = JSON.parse(readFileSync(keptFile(), 'utf8')) as { code: string };
  writeFileSync(keptFile(), JSON.stringify({ ...bundle, code: `${bundle.code}// kept` }));
}
