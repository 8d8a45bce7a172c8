import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WORKFLOW_BUNDLE } from '../../worker/workflow-bundle';

const ROOT = path.resolve(__dirname, '../..');
const MODULES = ['workflows', 'domain'].flatMap((room) =>
  readdirSync(path.join(ROOT, room))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(room, file)),
);
/** What could change later, at the top of a module; a set that is read only is typed so. */
const STATE = /^(export )?(let |const \w+(?!: Readonly)[^=]* = new (Map|Set|WeakMap|WeakSet)\b)/m;

describe('a module that all workflows of a worker share (docs/decisions/0020)', () => {
  it.each(MODULES)('%s holds no state that one purchase could leave to another', (file) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).not.toMatch(STATE);
  });

  it('is known to be one by the bundle: the limit of traces first, then the workflows', () => {
    const loaded = WORKFLOW_BUNDLE.preloadModules.map((file) => path.relative(ROOT, file));
    expect(loaded).toEqual(['workflows/stack-traces.ts', 'workflows/index.ts']);
  });

  it.each(['let count = 0;', 'const SEEN = new Map();', 'export const SEEN: Set<string> = new Set();'])(
    'would be noticed with "%s"',
    (line) => expect(line).toMatch(STATE),
  );
});
