/** The rooms of docs/architecture.md: who may import whom. A room's list holds all that it may import of ours. */
const ROOMS = {
  domain: [],
  runtime: ['domain'],
  catalogue: ['domain', 'runtime'],
  encryption: ['domain', 'runtime'],
  mobifone: ['domain', 'runtime'],
  channel: ['domain', 'runtime'],
  activities: ['domain', 'runtime', 'mobifone', 'channel'],
  workflows: ['domain'],
  client: ['domain', 'runtime', 'encryption'],
  selling: ['domain', 'runtime', 'channel', 'client'],
  archive: ['domain', 'runtime', 'client'],
  operators: ['domain', 'runtime', 'client'],
  reconciliation: ['domain', 'runtime', 'encryption', 'client', 'archive'],
  api: ['domain', 'runtime', 'encryption', 'catalogue', 'channel', 'client', 'selling'],
  worker: [
    'domain',
    'runtime',
    'catalogue',
    'mobifone',
    'channel',
    'activities',
    'client',
    'selling',
    'reconciliation',
  ],
  desk: ['domain', 'runtime', 'catalogue', 'encryption', 'channel', 'client', 'operators', 'reconciliation'],
  cli: [
    'domain',
    'runtime',
    'catalogue',
    'encryption',
    'mobifone',
    'channel',
    'client',
    'archive',
    'operators',
    'reconciliation',
    'desk',
  ],
  sdk: [],
  examples: ['sdk'],
};
/** Types only; that they are no more than types is held by oxlint (no-restricted-imports), which sees `import type`. */
const TYPES_ONLY = {
  workflows: ['activities'],
  client: ['workflows'],
  operators: ['workflows'],
  reconciliation: ['workflows', 'operators'],
  cli: ['workflows'],
  sdk: ['api'],
};
/** They may import anything, and nothing of the product imports them. */
const AROUND = ['sandbox', 'dev', 'bench', 'docs', 'test'];
/** Of these rooms only the files of processes read the configuration, which every other file is given. */
const ENTRY = '^(api|desk|encryption/codec-server)/main\\.ts$';
const MAY_READ_CONFIG = new Set(['worker', 'cli']);

const inRooms = (rooms) => `^(${rooms.join('|')})/`;
const every = [...Object.keys(ROOMS), ...AROUND];

const roomRules = Object.entries(ROOMS).flatMap(([room, allowed]) => {
  const typed = TYPES_ONLY[room] ?? [];
  const forbidden = every.filter(
    (other) => other !== room && !allowed.includes(other) && !typed.includes(other),
  );
  const programs = MAY_READ_CONFIG.has(room) ? ['worker'] : ['worker', 'config'];
  return [
    {
      name: `${room}-imports-only-its-neighbours`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: { path: inRooms(forbidden) },
    },
    {
      name: `${room}-is-given-the-configuration`,
      severity: 'error',
      from: { path: `^${room}/`, pathNot: ENTRY },
      to: { path: `^(${programs.join('|')})\\.ts$` },
    },
  ];
});

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'workflow-code-is-deterministic',
      comment: 'domain/ is bundled into workflows: no I/O, no zod, no axios, no node built-ins in either.',
      severity: 'error',
      from: { path: '^(domain|workflows)/' },
      to: {
        path: 'node_modules/(zod|axios|express|pino)/|^(node:)?(fs|net|http|https|crypto|child_process)$',
      },
    },
    {
      name: 'sdk-is-small',
      comment: 'What a channel installs: two small libraries, and zod for its types alone.',
      severity: 'error',
      from: { path: '^sdk/' },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(standardwebhooks|eventsource-parser|zod|@types)/',
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-package-in-the-product',
      severity: 'error',
      from: { pathNot: '^(test|bench|docs)/|^jest' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(coverage|\\.cache|\\.data|sdk/dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.cjs', '.json'] },
  },
};
