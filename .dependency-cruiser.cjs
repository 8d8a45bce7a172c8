/** The rooms of docs/architecture.md: who may import whom. A room's list holds all that it may import of ours. */
const ROOMS = {
  domain: [],
  catalogue: ['domain'],
  mobifone: ['domain'],
  channel: ['domain'],
  activities: ['domain', 'mobifone', 'channel'],
  workflows: ['domain'],
  configuration: [],
  encryption: ['domain'],
  client: ['domain', 'encryption', 'configuration'],
  api: ['domain', 'catalogue', 'client', 'channel'],
  'client/channel-sdk': [],
  examples: ['client/channel-sdk'],
};
/** Types only; that they are no more than types is held by oxlint (no-restricted-imports), which sees `import type`. */
const TYPES_ONLY = {
  workflows: ['activities'],
  client: ['workflows'],
  'client/channel-sdk': ['api/schemas'],
};
/** What a channel's developer runs is apart from our own way to Temporal, though both are clients. */
const SDK = '^sdk/';
/** Process entries also read the configuration and run as a part. */
const ENTRY = '^(api|mobifone/sandbox|encryption/codec-server)/main\\.ts$';

const inRooms = (rooms) => `^(${rooms.join('|')})/`;
const every = [...Object.keys(ROOMS), 'scripts', 'bench', 'test'];

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => {
  const typed = TYPES_ONLY[room] ?? [];
  const forbidden = every.filter(
    (other) => other !== room && !allowed.includes(other) && !typed.includes(other),
  );
  const isSdk = room === 'client/channel-sdk';
  const mayTouch = [...allowed, ...typed].filter((other) => other.includes('/'));
  return {
    name: `${room.replace('/', '-')}-imports-only-its-neighbours`,
    severity: 'error',
    from: { path: `^${room}/`, pathNot: room === 'client' ? SDK : ENTRY },
    to: {
      path: `${inRooms(forbidden)}|^(worker|worker-closed-purchases|worker-reconciliation|worker-webhooks|config|process)\\.ts$`,
      ...(isSdk || mayTouch.length > 0 ? { pathNot: `^(${[room, ...mayTouch].join('|')})[/.]` } : {}),
    },
  };
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
      name: 'no-phone-library-in-workflows',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^domain/msisdn-parsing' },
    },
    {
      name: 'sdk-is-small',
      comment: 'What a channel installs: two small libraries, and zod for its types alone.',
      severity: 'error',
      from: { path: SDK },
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
    exclude: { path: '^(coverage|\\.cache|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.cjs', '.json'] },
  },
};
