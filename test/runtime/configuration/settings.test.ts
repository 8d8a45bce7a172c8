import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema, loadConfig, mobifoneCredentials, mobifoneFaults } from '../../../config';
import { openDoorFaults } from '../../../desk/main';
import { openAccessFaults } from '../../../encryption/codec-server/main';
import { FORMER_SETTINGS, REMOVED } from '../../../runtime/configuration/former-settings';
import { LONGEST_ROUND_TIMES } from '../../../runtime/configuration/purchase-policy';
import { SECRET_VARIABLES } from '../../../runtime/configuration/secret-files';
import { temporalTarget } from '../../../runtime/configuration/temporal-target';
import { certificateAuthority } from '../../support/certificates';
import { patienceMs } from '../../../workflows/rounds';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'settings-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The faults that an environment is refused for, a line each; none when it is taken. */
function faultsOf(environment: Record<string, string>, own?: Parameters<typeof loadConfig>[1]): string[] {
  try {
    loadConfig(environment, own);
    return [];
  } catch (fault) {
    const [first, ...lines] = fault instanceof Error ? fault.message.split('\n  ') : [];
    expect(first).toBe('The configuration cannot be used:');
    return lines;
  }
}

describe('a secret', () => {
  it('is read from the file that its variable names with _FILE, without the end of its line', () => {
    const secretFile = file('secret', 'from a file\r\n');
    const config = loadConfig({ MOBIFONE_CLIENT_SECRET_FILE: secretFile });
    expect(config.MOBIFONE_CLIENT_SECRET).toBe('from a file');
  });

  it('is not given twice: which of the two holds would be a guess', () => {
    const secretFile = file('twice', 'one');
    expect(faultsOf({ MOBIFONE_CLIENT_SECRET: 'other', MOBIFONE_CLIENT_SECRET_FILE: secretFile })).toEqual([
      expect.stringMatching(/^MOBIFONE_CLIENT_SECRET_FILE: must not be set along with/),
    ]);
  });

  it('is missed by its file’s name when the file is not there or empty, and never replaced by a default', () => {
    expect(
      faultsOf({
        MOBIFONE_CLIENT_SECRET_FILE: join(folder, 'nowhere'),
        RECONCILIATION_SIGNING_KEY_FILE: file('empty', '\n'),
      }),
    ).toEqual([
      `MOBIFONE_CLIENT_SECRET_FILE: ${join(folder, 'nowhere')} cannot be read (ENOENT)`,
      `RECONCILIATION_SIGNING_KEY_FILE: ${join(folder, 'empty')} is empty`,
    ]);
  });

  it('is held to the same rules in a file as in a variable', () => {
    expect(faultsOf({ RECONCILIATION_SIGNING_KEY_FILE: file('short', 'short') })).toEqual([
      expect.stringMatching(/^RECONCILIATION_SIGNING_KEY: /),
    ]);
  });

  it('may be in a file whichever of ours it is', () => {
    const secret = Object.keys(configSchema.shape).filter((name) =>
      /(?:SECRET|PASSWORD|TOKEN|_KEY)$/.test(name),
    );
    expect(secret.filter((name) => !SECRET_VARIABLES.some((known) => known === name))).toEqual([]);
    expect(secret.length).toBe(SECRET_VARIABLES.length);
  });

  it('of Temporal’s is read from a file as well', () => {
    const environment = {
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_API_KEY_FILE: file('api-key', 'key\n'),
    };
    expect(faultsOf(environment)).toEqual([]);
    const { connectionOptions } = temporalTarget({ TEMPORAL_PORT: 1 }, environment);
    expect(connectionOptions).toMatchObject({ apiKey: 'key', tls: true });
  });

  it('that everybody knows is not sent to MobiFone itself', () => {
    const at = (MOBIFONE_BASE_URL: string, secret: Record<string, string> = {}) =>
      mobifoneCredentials(loadConfig({ MOBIFONE_BASE_URL, ...secret }));
    for (const url of ['https://gateway.example', 'HTTPS://gateway.example']) {
      expect(() => at(url)).toThrow(
        /^ {2}MOBIFONE_CLIENT_ID: must be set where .* is not the sandbox\n {2}MOBIFONE_CLIENT_SECRET: must be set/m,
      );
      expect(() => at(url, { MOBIFONE_CLIENT_ID: 'agent' })).toThrow('MOBIFONE_CLIENT_SECRET');
    }
    expect(at('http://127.0.0.1:4999').clientSecret).toBe('sandbox-secret');
    const own = { MOBIFONE_CLIENT_ID: 'agent', MOBIFONE_CLIENT_SECRET: 'own' };
    expect(at('https://gateway.example', own)).toEqual({ clientId: 'agent', clientSecret: 'own' });
  });

  it('the sandbox’s settlement file is not what MobiFone’s sales are compared with', () => {
    const source = { RECONCILIATION_SOURCE: 'http://127.0.0.1:4999/sandbox/settlement?date={date}' };
    const own = { MOBIFONE_CLIENT_ID: 'agent', MOBIFONE_CLIENT_SECRET: 'own', ...source };
    const at = (MOBIFONE_BASE_URL: string) => mobifoneCredentials(loadConfig({ MOBIFONE_BASE_URL, ...own }));
    expect(() => at('https://gateway.example')).toThrow(/^ {2}RECONCILIATION_SOURCE: is the sandbox’s file/m);
    expect(at('http://127.0.0.1:4999').clientId).toBe('agent');
  });

  it('of MobiFone’s is not needed by a process that does not call MobiFone', () => {
    expect(faultsOf({ MOBIFONE_BASE_URL: 'https://gateway.example' })).toEqual([]);
  });
});

describe('a URL that leads to another machine', () => {
  const OTHERS = {
    OPERATIONS_WEBHOOK: { OPERATIONS_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` },
    CODEC_SERVER_JWKS_URL: { CODEC_SERVER_JWT_ISSUER: 'i', CODEC_SERVER_JWT_AUDIENCE: 'a' },
    MOBIFONE_BASE_URL: { MOBIFONE_CLIENT_ID: 'id', MOBIFONE_CLIENT_SECRET: 'secret' },
    DESK_OIDC_ISSUER: {
      DESK_OIDC_CLIENT_ID: 'id',
      DESK_OIDC_CLIENT_SECRET: 'secret',
      DESK_URL: 'https://desk.example',
    },
  } as Readonly<Record<string, Record<string, string>>>;
  const names = Object.keys(configSchema.shape).filter((name) =>
    /(?:_URL|_WEBHOOK|_SOURCE|_ORIGINS|_OIDC_ISSUER)$/.test(name),
  );
  const faults = (name: string, url: string, more: Record<string, string> = {}) =>
    faultsOf({ ...OTHERS[name], ...more, [name]: name.endsWith('_SOURCE') ? `${url}/{date}` : url });

  it.each(names)('is HTTPS whichever setting it is: %s', (name) => {
    expect(faults(name, 'https://elsewhere.example')).toEqual([]);
    for (const url of ['http://elsewhere.example', 'HTTP://10.0.0.5:80', 'http://localhost.example'])
      expect(faults(name, url)[0]).toMatch(new RegExp(`^${name}: .*(https://|origin)`));
    expect(faults(name, 'ftp://elsewhere.example')).toEqual([expect.stringContaining(`${name}: `)]);
  });

  it.each(names)('may be plain on this machine, and on a host that is named as unsafe: %s', (name) => {
    for (const url of ['http://localhost:4999', 'http://127.0.0.1:4999', 'http://[::1]:4999'])
      expect(faults(name, url)).toEqual([]);
    const named = { INSECURE_HTTP_HOSTS: 'other, Sandbox' };
    expect(faults(name, 'http://sandbox:4999', named)).toEqual([]);
    expect(faults(name, 'http://not-the-sandbox', named)).toHaveLength(1);
  });

  it.each(names)('holds no password, and one that does is not repeated: %s', (name) => {
    const [fault] = faults(name, 'https://me:hunter2@elsewhere.example');
    expect(fault).toContain(`${name}: `);
    expect(fault).not.toContain('hunter2');
    for (const broken of ['ftp://me:hunter2@elsewhere.example', 'https://me:hunter2@ /'])
      expect(faults(name, broken).join()).not.toContain('hunter2');
  });

  it('is not called by a process that checks no certificate', () => {
    expect(faultsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED: .*NODE_EXTRA_CA_CERTS/),
    ]);
    expect(faultsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });

  it('is one of a host when it is named as unsafe', () => {
    for (const hosts of ['http://sandbox', 'sandbox:4999', '*', 'a b'])
      expect(faultsOf({ INSECURE_HTTP_HOSTS: hosts })).toEqual([
        expect.stringMatching(/^INSECURE_HTTP_HOSTS: /),
      ]);
  });
});

describe('the dialect of MobiFone’s gateway', () => {
  it('is the sandbox’s unless another of the product’s is named', () => {
    expect(loadConfig({}).MOBIFONE_DIALECT).toBe('datacode-json');
    expect(loadConfig({ MOBIFONE_DIALECT: 'datacode-json' }).MOBIFONE_DIALECT).toBe('datacode-json');
  });

  it.each(['soap', 'Datacode-JSON', 'constructor', '__proto__'])(
    'is refused where there is none: %s',
    (name) => {
      expect(faultsOf({ MOBIFONE_DIALECT: name })).toEqual([expect.stringMatching(/^MOBIFONE_DIALECT: /)]);
    },
  );
});

describe('a setting that is misspelt', () => {
  it.each([
    ['MOBIFONE_RATELIMIT', 'MOBIFONE_RATE_LIMIT'],
    ['WORKER_SHUTDOWN_GRACES', 'WORKER_SHUTDOWN_GRACE'],
    ['TEMPORAL_TLS_CLIENT_CERTPATH', 'TEMPORAL_TLS_CLIENT_CERT_PATH'],
    ['MOBIPHONE_BASE_URL', 'MOBIFONE_BASE_URL'],
    ['ENCRYPTION_KEY_FILE', 'ENCRYPTION_KEYS_FILE'],
    ['OPERATIONS_WEBHOK', 'OPERATIONS_WEBHOOK'],
    ['METRICS_WORKR_PORT', 'METRICS_WORKER_PORT'],
    ['API_PROT', 'API_PORT'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['CODEC_SERVER_ORIGIN', 'CODEC_SERVER_ORIGINS'],
    ['OPERATION_WEBHOOK', 'OPERATIONS_WEBHOOK'],
    ['OPERATIONS_WEBHOK_SECRT', 'OPERATIONS_WEBHOOK_SECRET'],
    ['DUPLICATEWINDOW', 'DUPLICATE_WINDOW'],
    ['API_TRUSTD_PROXIS', 'API_TRUSTED_PROXIES'],
    ['INSECUR_HTTP_HOST', 'INSECURE_HTTP_HOSTS'],
    ['ENCRIPTION_KEYS_FILE', 'ENCRYPTION_KEYS_FILE'],
    ['api_host', 'API_HOST'],
    ['ENCRYPTON', 'ENCRYPTION'],
    ['desk_host', 'DESK_HOST'],
  ])('is refused with the one that is meant: %s', (name, meant) => {
    expect(faultsOf({ [name]: '1' })).toEqual([`${name}: no such setting; did you mean ${meant}?`]);
  });

  it.each([
    'MOBIFONE_TIMEOUT',
    'MOBIFONE_MAX_RATE',
    'RECONCILIATION_FOLDER',
    'DESK_OIDC_URL',
    'CODEC_SERVER_KEY',
  ])('is refused wherever nobody else has names that begin so: %s', (name) => {
    expect(faultsOf({ [name]: '1' })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: no such setting; see docs/configuration.md`)),
    ]);
  });

  it('is not seen in what others put into an environment, such as Kubernetes for a service', () => {
    expect(
      faultsOf({
        API_SERVICE_HOST: '10.0.0.1',
        API_URL: 'https://api.example',
        API_KEY: 'of somebody',
        LOG_FORMAT: 'json',
        METRICS_PORT: '9000',
        CACHE_URL: 'redis://cache',
        DATA_URL: 'postgres://data',
        WORKER_PORT_9464_TCP_ADDR: '10.0.0.1',
        MOBIFONE_SANDBOX_SERVICE_HOST: '10.0.0.1',
        MOBIFONE_SANDBOX_SERVICE_PORT_HTTP: '4999',
        MOBIFONE_SANDBOX_PORT: 'tcp://10.0.0.1:4999',
        MOBIFONE_SANDBOX_PORT_4999_TCP: 'tcp://10.0.0.1:4999',
        CODEC_SERVER_PORT_8234_TCP_PROTO: 'tcp',
        ENCRYPTION_KEY: 'of somebody',
        WEBHOOK_URL: 'https://hooks.example',
        TEMPORAL_SERVICE_PORT: '7233',
        LOGLEVEL: '1',
        HOME: '/root',
      }),
    ).toEqual([]);
  });
});

describe('a time that money rests on, in a wrong unit', () => {
  const HTTPS = { MOBIFONE_BASE_URL: 'https://gateway.example' };

  it.each([
    ['MOBIFONE_FINAL_AFTER', '2ms', 'must be 1s or more; given: "2ms"'],
    ['MOBIFONE_FINAL_AFTER', '2000m', 'must be 1d or less; given: "2000m"'],
    ['MOBIFONE_CALL_TIMEOUT', '10ms', 'must be 100ms or more; given: "10ms"'],
    ['MOBIFONE_CALL_TIMEOUT', '100y', 'must be 1h or less; given: "100y"'],
    ['PURCHASE_PATIENCE', '10ms', 'must be 1s or more; given: "10ms"'],
    ['PURCHASE_PATIENCE', '1000y', 'must be 7d or less; given: "1000y"'],
    ['PURCHASE_LATE_EFFECT_WATCH', '15ms', 'must be 1s or more; given: "15ms"'],
    ['TEMPORAL_RETENTION', '35s', 'must be 1d or more; given: "35s"'],
    ['DUPLICATE_WINDOW', '2ms', 'must be 1s or more; given: "2ms"'],
  ])('is refused at the start, since a charge may be sent twice or forgotten: %s=%s', (name, value, why) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: ${why}`]);
  });

  it('is refused of a gateway that is not on this machine sooner than `gateway check` would say', () => {
    const fault = 'MOBIFONE_FINAL_AFTER: must be 5s or more with a gateway that is called by https://';
    expect(faultsOf({ ...HTTPS, MOBIFONE_FINAL_AFTER: '2s' })).toEqual([fault]);
    expect(faultsOf({ ...HTTPS, MOBIFONE_FINAL_AFTER: '5s' })).toEqual([]);
    expect(faultsOf({ MOBIFONE_FINAL_AFTER: '2s', DUPLICATE_WINDOW: '0' })).toEqual([]);
  });
});

// Each is warned about once in a process, so before any other story sets one.
describe('a deprecated setting', () => {
  const { fixed: BUILT_IN } = loadConfig({});
  const VALUES: Record<string, string> = {
    API_ANONYMOUS_RATE_LIMIT: '7',
    API_CHANNEL_STREAMS: '7',
    API_CONCURRENCY: '7',
    API_STRANGER_RATE_LIMIT: '7',
    API_STREAMS: '7',
    CIRCUIT_COME_BACK_TO: '7m', // at least as long as the other end of the range
    CIRCUIT_RETRY_MAX: '7m',
    RECONCILIATION_LARGEST_FILE: '7',
    RECONCILIATION_LOOK_BACK: '7',
    RECONCILIATION_MAX_FILE_BYTES: '7',
    WEBHOOK_CHANNEL_CONCURRENCY: '7',
    WEBHOOK_CONCURRENCY: '7',
    WEBHOOK_HOST_CONCURRENCY: '7',
    WORKER_HEALTH_HOST: '7',
    WORKER_MAX_CACHED_WORKFLOWS: '7',
    WORKER_POLLERS: '7',
  };
  const valueOf = (name: string) => VALUES[name] ?? '7ms';
  let said: string[];
  let stderr: jest.SpyInstance;
  beforeEach(() => {
    said = [];
    stderr = jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  });
  afterEach(() => stderr.mockRestore());

  it.each(FORMER_SETTINGS)('%s is still read, with one warning, and is in the change log', (name) => {
    const { fixed } = loadConfig({ [name]: valueOf(name) });
    const changed = Object.entries(fixed).filter(
      ([value, now]) => now !== BUILT_IN[value as keyof typeof BUILT_IN],
    );
    expect(changed.map(([, now]) => String(now))).toEqual([valueOf(name) === '7m' ? '420000' : '7']);
    expect(said).toEqual([`${name} is deprecated and still read; without it, the built-in value applies.\n`]);
    expect(name in configSchema.shape).toBe(false);
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(`\`${name}\``);
  });

  it.each(['PURCHASE_FIRST_TRY', 'PURCHASE_SWEEP_EVERY'])('%s may be off', (name) => {
    expect(Object.values(loadConfig({ [name]: 'off' }).fixed)).toContain('off');
    expect(faultsOf({ [name]: '5' })).toEqual([`${name}: "5" has no unit: write 5s or 5ms`]);
  });

  it('that cannot be read is named', () => {
    expect(faultsOf({ PURCHASE_RETRY_INITIAL: '5', API_STREAMS: 'many', WORKER_POLLERS: '1' })).toEqual([
      'API_STREAMS: must be a whole number in decimal digits, not "many"',
      'PURCHASE_RETRY_INITIAL: "5" has no unit: write 5s or 5ms',
      'WORKER_POLLERS: must be "auto", or a number of 2 or more; given: "1"',
    ]);
  });

  it('is refused by two of its names at once, since which of them holds would be a guess', () => {
    expect(faultsOf({ CIRCUIT_RETRY_MAX: '90s', CIRCUIT_COME_BACK_TO: '90s' })).toEqual([
      'CIRCUIT_RETRY_MAX: means the same as CIRCUIT_COME_BACK_TO, which is set as well; remove one of them',
    ]);
  });

  it('is held to what holds together, also with a built-in value', () => {
    expect(faultsOf({ CIRCUIT_RETRY_MIN: '2m' })).toEqual([
      'CIRCUIT_RETRY_MIN: 120000 ms is longer than CIRCUIT_RETRY_MAX (80000 ms); set a shorter one',
    ]);
    expect(faultsOf({ CIRCUIT_RETRY_MIN: '2m', CIRCUIT_RETRY_MAX: '4m' })).toEqual([]);
  });

  it('keeps a worker’s health where it was, which else is beside its metrics', () => {
    expect(
      loadConfig({ METRICS_HOST: '0.0.0.0', WORKER_HEALTH_HOST: '127.0.0.1' }).fixed.workerHealthHost,
    ).toBe('127.0.0.1');
    expect(loadConfig({ METRICS_HOST: '0.0.0.0' }).fixed.workerHealthHost).toBeUndefined();
  });
});

describe('a patience that ends before “not found” can count', () => {
  const fault = (least: string) =>
    `PURCHASE_PATIENCE: must be ${least} or more with this MOBIFONE_FINAL_AFTER, or “not found” would never count; raise it, or lower MOBIFONE_FINAL_AFTER`;
  const HTTPS = { MOBIFONE_BASE_URL: 'https://gateway.example' };

  it.each<[Record<string, string>, string]>([
    [{ ...HTTPS, PURCHASE_PATIENCE: '3s' }, '9s'],
    [{ MOBIFONE_FINAL_AFTER: '6h' }, '1351s'],
    [{ ...HTTPS, PURCHASE_PATIENCE: '9s', PURCHASE_HEARTBEAT_TIMEOUT: '60s' }, '12s'],
  ])('is refused at the start: %j', (given, least) => {
    expect(faultsOf(given)).toEqual([fault(least)]);
  });

  it.each<Record<string, string>>([
    { ...HTTPS, PURCHASE_PATIENCE: '9s' },
    { PURCHASE_PATIENCE: '1s' },
    { MOBIFONE_FINAL_AFTER: '6h', PURCHASE_PATIENCE: '30m' },
    { MOBIFONE_FINAL_AFTER: '2h' },
  ])('is not, where the longest round has room for it: %j', (given) => {
    expect(faultsOf(given)).toEqual([]);
  });

  it('is told by how long the rounds really get', () => {
    expect(patienceMs({ patience: 1 }, 1_000)).toBe(LONGEST_ROUND_TIMES);
  });
});

describe('a value that is nearly right', () => {
  it.each([
    ['WORKER_SHUTDOWN_GRACE', '35', '"35" has no unit: write 35s or 35ms'],
    ['MOBIFONE_FINAL_AFTER', ' 2 ', '" 2 " has no unit: write 2s or 2ms'],
    ['API_PORT', '0x1F', 'must be a whole number in decimal digits, not …'],
    ['API_PORT', '3e3', 'must be a whole number in decimal digits, not …'],
    ['WORKER_HEALTH_PORT', '3000.0', 'must be a whole number in decimal digits, not …'],
    ['API_RATE_LIMIT', '-1', 'must be a whole number in decimal digits, not …'],
    ['MOBIFONE_RATE_LIMIT', '1e2', 'must be a number such as 20 or 0.5; given: …'],
    [
      'MOBIFONE_BASE_URL',
      'ftp://gateway.example',
      'must be a URL that begins with http:// or https://, not …',
    ],
    ['TEMPORAL_UI_URL', 'temporal.example', 'must be a URL that begins with http:// or https://, not …'],
    ['CODEC_SERVER_JWKS_URL', 'file:///keys', 'must be a URL that begins with http:// or https://, not …'],
  ])('is refused, since what it would be taken for is a guess: %s=%s', (name, value, why) => {
    expect(faultsOf({ [name]: value })).toContain(`${name}: ${why.replace('…', JSON.stringify(value))}`);
  });

  it.each([
    ['API_PORT', '65536'],
    ['API_RATE_LIMIT', '0'],
    ['MOBIFONE_RATE_LIMIT', '0'],
  ])('is refused out of its range: %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(`${name}: `)]);
  });
});

/** One more needs a reason to turn it, and better one fewer elsewhere: all of them are read before the first start. */
const MOST_SETTINGS = 77;

describe('the settings', () => {
  it('are no more than somebody reads', () => {
    expect(Object.keys(configSchema.shape).length).toBeLessThanOrEqual(MOST_SETTINGS);
  });
});

describe('a setting that is no longer one', () => {
  const names = Object.keys(REMOVED);

  function warningsOf(environment: Record<string, string>): string[] {
    const said: string[] = [];
    const stderr = jest
      .spyOn(process.stderr, 'write')
      .mockImplementation((line) => said.push(String(line)) > 0);
    try {
      loadConfig(environment);
    } finally {
      stderr.mockRestore();
    }
    return said;
  }

  it('does not stop a start, whatever it is set to, and one line says once what holds instead', () => {
    for (const name of names) {
      const said = warningsOf({ [name]: 'anything' });
      expect(said).toEqual([`${name} is no longer a setting; its value is ${REMOVED[name]}.\n`]);
      expect(warningsOf({ [name]: 'anything' })).toEqual([]);
    }
    expect(warningsOf({ STOREFRONT_HOST: '' })).toEqual([]);
  });

  it('is not the name of a setting that there is, and is in the change log', () => {
    const log = readFileSync('CHANGELOG.md', 'utf8');
    expect(names.filter((name) => name in configSchema.shape)).toEqual([]);
    expect(names.filter((name) => !log.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('a value that nobody sets', () => {
  it('is the one that it was as a setting', () => {
    const { batchConcurrency: _, batchRowsAtOnce: __, ...former } = loadConfig({}).fixed; // never were one
    expect(former).toEqual({
      retryInitialMs: 1_000,
      retryMaximumMs: 120_000,
      heartbeatTimeoutMs: 10_000,
      firstTryLimitMs: 2_000,
      circuitRetryMinMs: 20_000,
      circuitRetryMaxMs: 80_000,
      webhookTimeoutMs: 10_000,
      webhookConnectTimeoutMs: 3_000,
      webhookConcurrency: 300,
      webhookChannelConcurrency: 10,
      webhookHostConcurrency: 20,
      pollers: 10,
      metricsRefreshMs: 30_000,
      anonymousPerMinute: 300,
      concurrentRequests: 500,
      channelStreams: 500,
      allStreams: 4_000,
      apiShutdownGraceMs: 35_000,
      sweepEveryMs: 300_000,
      reconciliationAttemptTimeoutMs: 3_600_000,
      reconciliationLookBackDays: 14,
      reconciliationPatienceMs: 21_600_000,
      reconciliationSourceTimeoutMs: 300_000,
      settlementFileMaxBytes: 500_000_000,
    });
  });
});

describe('Temporal’s own settings', () => {
  const ADDRESS = { TEMPORAL_ADDRESS: 'temporal.example:7233' };
  const authority = certificateAuthority('a test’s authority');
  const pair = authority.issue('worker');
  const data = (what: string, text: string) => ({ [`TEMPORAL_TLS_${what}_DATA`]: text });
  const PAIR = { ...data('CLIENT_CERT', pair.certificate), ...data('CLIENT_KEY', pair.key) };

  it('are taken when they are whole', () => {
    const paths = {
      TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem', pair.certificate),
      TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key', pair.key),
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('authority.pem', authority.certificate),
    };
    expect(faultsOf({ ...ADDRESS, ...paths })).toEqual([]);
    expect(faultsOf({ ...ADDRESS, ...PAIR, TEMPORAL_TLS: 'true' })).toEqual([]);
  });

  const other = authority.issue('somebody else');
  const old = authority.issue('worker', { from: new Date('2020-01-01'), to: new Date('2021-01-01') });
  const nowhere = '/nowhere/client.key';
  it.each([
    [
      'half of a pair',
      { ...data('CLIENT_CERT', pair.certificate) },
      /^TEMPORAL_TLS_CLIENT_KEY_PATH: must be/,
    ],
    ['the other half', { ...data('CLIENT_KEY', pair.key) }, /^TEMPORAL_TLS_CLIENT_CERT_PATH: must be set/],
    ['another key', { ...PAIR, ...data('CLIENT_KEY', other.key) }, /is not the key of the certificate in/],
    [
      'what is no key',
      { ...PAIR, ...data('CLIENT_KEY', 'x') },
      /^TEMPORAL_TLS_CLIENT_KEY_DATA: its text holds no private key/,
    ],
    [
      'an expired certificate',
      { ...data('CLIENT_CERT', old.certificate), ...data('CLIENT_KEY', old.key) },
      /expired on 2021-01-01/,
    ],
    [
      'a key that is not there',
      { ...data('CLIENT_CERT', pair.certificate), TEMPORAL_TLS_CLIENT_KEY_PATH: nowhere },
      /^TEMPORAL_TLS_CLIENT_KEY_PATH: \/nowhere\/client\.key cannot be read \(ENOENT\)/,
    ],
    [
      'a key given twice',
      { ...PAIR, TEMPORAL_TLS_CLIENT_KEY_PATH: nowhere },
      /^TEMPORAL_TLS_CLIENT_KEY_PATH: must not be set along with/,
    ],
    [
      'a yes that Temporal’s library takes for no',
      { TEMPORAL_TLS: 'yes' },
      /^TEMPORAL_TLS: "yes" is neither true nor false/,
    ],
    [
      'a certificate that TLS=false makes useless',
      { ...PAIR, TEMPORAL_TLS: 'false' },
      /^TEMPORAL_TLS: switches off/,
    ],
    ['an API key in clear', { TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: '0' }, /^TEMPORAL_TLS: must not be off/],
    ['a server that nobody checks', { TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }, /always checked/],
    [
      'an address with a scheme',
      { TEMPORAL_ADDRESS: 'https://temporal.example' },
      /^TEMPORAL_ADDRESS: must be host:port.*; given: "https:\/\/temporal.example"/,
    ],
    ['access to no server', { TEMPORAL_ADDRESS: '', ...PAIR }, /^TEMPORAL_ADDRESS: must be set where/],
  ])('are refused at the start for %s', (_what, settings: Record<string, string>, fault) => {
    expect(faultsOf({ ...ADDRESS, ...settings }).join('\n')).toMatch(new RegExp(fault, 'm'));
  });

  const profile = (tls: string, more = '') =>
    file(
      'temporal.toml',
      `[profile.default]\naddress = "temporal.example:7233"\n${more}\n[profile.default.tls]\n${tls}\n`,
    );
  const toml = (what: string, text: string) => `${what} = """${text}"""\n`;
  const of = (tls: string, more?: string) => {
    const variables = { TEMPORAL_CONFIG_FILE: profile(tls, more) };
    expect(faultsOf(variables)).toEqual([]);
    return () => temporalTarget({ TEMPORAL_PORT: 1 }, variables);
  };
  const inProfile = ({ certificate, key }: typeof pair) =>
    toml('client_cert_data', certificate) + toml('client_key_data', key);

  it('are taken from a profile when they are whole', () => {
    expect(of(inProfile(pair) + toml('server_ca_cert_data', authority.certificate))).not.toThrow();
    const here = file('here.toml', '[profile.default]\naddress = "127.0.0.1:7233"\napi_key = "k"\n');
    expect(() =>
      temporalTarget({ TEMPORAL_PORT: 1 }, { TEMPORAL_CONFIG_FILE: here, TEMPORAL_TLS: 'false' }),
    ).not.toThrow();
  });

  it.each([
    ['half of a pair', 'client_cert_data = "x"', '', /without its key/],
    ['another key', inProfile({ ...pair, key: other.key }), '', /is not the key of the client certificate/],
    ['an expired certificate', inProfile(old), '', /client certificate expired on 2021-01-01/],
    [
      'an expired authority',
      toml('server_ca_cert_data', old.certificate),
      '',
      /certificate of the authority expired on 2021-01-01/,
    ],
    [
      'what is no certificate',
      inProfile({ ...pair, certificate: 'x' }),
      '',
      /client certificate is not in PEM/,
    ],
    ['what is no key', inProfile({ ...pair, key: 'x' }), '', /client key is not a private key .* in PEM/],
    ['an API key in clear', 'disabled = true', 'api_key = "k"', /TLS must not be off .* API key/],
    [
      'a certificate without TLS',
      `disabled = true\n${inProfile(pair)}`,
      '',
      /TLS is off beside a certificate/,
    ],
  ])('are refused in a profile for %s', (_what, tls, more, fault) => {
    expect(of(tls, more)).toThrow(fault);
  });

  it('are refused for an API key of a variable that a profile has sent in clear', () => {
    const variables = { TEMPORAL_CONFIG_FILE: profile('disabled = true'), TEMPORAL_API_KEY: 'k' };
    expect(() => temporalTarget({ TEMPORAL_PORT: 1 }, variables)).toThrow(/TLS must not be off/);
    const off = { TEMPORAL_CONFIG_FILE: profile(''), TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' };
    expect(() => temporalTarget({ TEMPORAL_PORT: 1 }, off)).toThrow(/TLS must not be off/);
  });

  it('are told of along with every other fault', () => {
    const faults = faultsOf({ ...ADDRESS, TEMPORAL_TLS: 'yes', API_PORT: 'none', MOBIFONE_RATELIMIT: '5' });
    expect(faults.map((line) => line.split(':')[0])).toEqual([
      'API_PORT',
      'TEMPORAL_TLS',
      'MOBIFONE_RATELIMIT',
    ]);
  });
});

describe('several faults', () => {
  it('are told at once, also those of settings that are right in themselves', () => {
    const environment = {
      API_PORT: 'none',
      RECONCILIATION_SOURCE: 'http://elsewhere.example/{date}',
      MOBIFONE_BASE_URL: 'http://gateway.example',
      INSECURE_HTTP_HOSTS: 'sandbox, http://other',
      OPERATIONS_WEBHOOK: 'http://sandbox/alerts',
    };
    expect(faultsOf(environment).map((line) => line.split(':')[0])).toEqual([
      'INSECURE_HTTP_HOSTS',
      'API_PORT',
      'OPERATIONS_WEBHOOK_SECRET',
      'MOBIFONE_BASE_URL',
      'RECONCILIATION_SOURCE',
    ]);
  });

  it('are told at once with those that one process alone has', () => {
    const own = (ownFaults: Parameters<typeof loadConfig>[1], environment: Record<string, string>) =>
      faultsOf({ API_PORT: 'none', ...environment }, ownFaults).map((line) => line.split(':')[0]);
    expect(own(openDoorFaults, { DESK_HOST: '0.0.0.0' })).toEqual(['API_PORT', 'DESK_OIDC_ISSUER']);
    expect(own(openAccessFaults, { CODEC_SERVER_HOST: '127.example' })).toEqual([
      'API_PORT',
      'CODEC_SERVER_HOST',
    ]);
    expect(own(mobifoneFaults, { MOBIFONE_BASE_URL: 'https://gateway.example' })).toEqual([
      'API_PORT',
      'MOBIFONE_CLIENT_ID',
      'MOBIFONE_CLIENT_SECRET',
    ]);
  });

  it.each([
    ['https://files.example/today', 'must contain {date}'],
    ['settlement-{date}.csv', 'is not a URL'],
    ['ftp://files.example/{date}', 'must begin with file:, https: or http:'],
    ['file://elsewhere.example/{date}', 'must name a file on this machine'],
    ['file:///srv/all.csv?day={date}', 'must have nothing behind the path of a file'],
    ['file:///srv/{date}.csv#{kind}', 'must have nothing behind the path of a file'],
  ])('has one of the source of settlement files before anything is started: %s', (address, fault) => {
    expect(faultsOf({ RECONCILIATION_SOURCE: address })).toEqual([
      expect.stringContaining(`RECONCILIATION_SOURCE: ${fault}`),
    ]);
  });
});

describe('how much a worker takes on', () => {
  it('is a number or as much as there is room for', () => {
    for (const slots of ['resource', 'fixed:2', 'fixed:500'])
      expect(faultsOf({ WORKER_SLOTS: slots })).toEqual([]);
  });

  it('is not fewer than what Temporal’s worker needs to work at all', () => {
    for (const slots of ['fixed:1', 'fixed:0', 'fixed:', '100', 'many']) {
      expect(faultsOf({ WORKER_SLOTS: slots })).toEqual([expect.stringMatching(/^WORKER_SLOTS: must be/)]);
    }
  });
});
