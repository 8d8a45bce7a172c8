import path from 'node:path';
import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { urlOf } from './runtime/address';
import { misspeltSettings } from './runtime/configuration/misspelt-settings';
import { withNewNames } from './runtime/configuration/renamed-settings';
import {
  SECRET_VARIABLES,
  TEMPORAL_SECRET_VARIABLES,
  withSecretsFromFiles,
} from './runtime/configuration/secret-files';
import { GATEWAY_PROMISE_NAMES, type GatewayPromise } from './domain/gateway-promises';
import { TEMPORAL_VARIABLES, temporalSettingsFaults } from './runtime/configuration/temporal-settings';
import { DIALECT_NAMES } from './mobifone/dialects';

function milliseconds(text: string, context: z.core.$RefinementCtx): number {
  if (/^[\d.\s]+$/.test(text)) {
    context.addIssue({
      code: 'custom',
      message: `"${text}" has no unit: write ${text.trim()}s or ${text.trim()}ms`,
    });
    return z.NEVER;
  }
  const parsed = ms(text as StringValue); // ms checks the text itself and answers undefined or NaN
  if (Number.isFinite(parsed) && parsed > 0) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 500ms, 10s, 5m or 2h` });
  return z.NEVER;
}

/** Text like `10s`, `5 minutes`, `500ms` as milliseconds. */
const duration = (fallback: StringValue) => z.string().default(fallback).transform(milliseconds);

/** As `duration`, where the part that reads it knows what it is unless set. */
const optionalDuration = () => z.string().transform(milliseconds).optional();

/** A duration, or none. */
const pause = (fallback: StringValue) =>
  z
    .string()
    .regex(/^0(?:ms|s|m)?$/)
    .transform(() => 0)
    .or(duration(fallback));

/** A whole number in decimal digits: `0x1F`, `1e3` and `3000.0` are slips rather than numbers. */
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number in decimal digits')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const MAX_PORT = 65_535;
const port = (fallback: number) => whole(0, MAX_PORT).default(fallback);
/** No port unless set. */
const portOfItsOwn = () => whole(1, MAX_PORT).optional();
const count = (fallback: number) => whole(1).default(fallback);
const webAddress = () =>
  z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' });
const flag = (fallback: boolean) => z.stringbool().default(fallback);

/** A file of ours unless another is named: ours is found from whatever folder a command is called in. */
const ownFile = (file: string) =>
  z
    .string()
    .min(1)
    .default(file)
    .transform((named) => (named === file ? path.join(__dirname, file) : named));

/** `https://ui.example,http://localhost:8233`, each without a path, as browsers send them. */
function origins(text: string | undefined, context: z.core.$RefinementCtx): string[] | undefined {
  const given = text?.split(',').map((origin) => origin.trim());
  for (const origin of given ?? []) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    context.addIssue({ code: 'custom', message: `"${origin}" is not an origin such as https://ui.example` });
  }
  return given;
}

/** `P1,P2`: names of `GATEWAY_PROMISES`. */
function promises(text: string, context: z.core.$RefinementCtx): GatewayPromise[] {
  const named = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return named.filter((name): name is GatewayPromise => {
    if (GATEWAY_PROMISE_NAMES.some((known) => known === name)) return true;
    context.addIssue({
      code: 'custom',
      message: `"${name}" is not a promise; there are: ${GATEWAY_PROMISE_NAMES.join(', ')}`,
    });
    return false;
  });
}

/**
 * Every setting there is. Each variable's description is in the tables of docs/configuration.md.
 * Temporal's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`,
 * `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`) are read by `@temporalio/envconfig`; see `client/connection.ts`.
 */
export const configSchema = z.object({
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe(
      'Folder of the embedded Temporal server’s database, the sandbox’s ledger and the demo channels.',
    ),
  CACHE_DIR: z
    .string()
    .min(1)
    .default('.cache')
    .describe('Folder for downloaded Temporal executables and the bundled workflows.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Minimum log level.'),
  LOG_FILES_MAX_BYTES: count(1_000_000_000).describe(
    'Maximum size of all files in `DATA_DIR/logs` together, in bytes; the oldest lines of each part are removed. For `npm start` and `npm run cluster`.',
  ),

  METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address that the metrics of worker and API are served on, for Prometheus alone.'),
  METRICS_WORKER_PORT: portOfItsOwn().describe(
    'Port of a worker’s `/metrics`; none are served unless set. Each worker of a machine needs one of its own.',
  ),
  METRICS_API_PORT: portOfItsOwn().describe(
    'Port of an API process’ `/metrics`, apart from the port of the channels; none are served unless set.',
  ),
  METRICS_REFRESH: duration('30s').describe(
    'How often an API process that serves metrics asks Temporal how the business stands.',
  ),

  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^/\s]+$/, 'must be host:port, without https:// before it')
    .optional()
    .describe('`host:port` of an outside Temporal server. Without it `npm start` provides one.'),
  TEMPORAL_UI_URL: webAddress().optional().describe('Base URL of the outside server’s Web UI, for links.'),
  TEMPORAL_TASK_QUEUE: z
    .string()
    .min(1)
    .default('datacode-purchases')
    .describe('Task queue of the purchase workflows.'),
  TEMPORAL_CLI_PATH: z
    .string()
    .min(1)
    .optional()
    .describe('`temporal` executable for the embedded server, instead of looking for one.'),
  TEMPORAL_TEST_SERVER_PATH: z
    .string()
    .min(1)
    .optional()
    .describe('Time-skipping test server executable, instead of looking for one.'),
  TEMPORAL_DOWNLOAD: flag(true).describe('Whether a missing Temporal executable may be downloaded.'),
  TEMPORAL_PORT: port(7233).describe('gRPC port of the embedded Temporal server.'),
  TEMPORAL_UI_PORT: port(8233).describe('Web UI port of the embedded Temporal server.'),
  TEMPORAL_RETENTION: duration('35d').describe(
    'How long closed purchases are kept where we start the server: the window in which a repeated order is recognised, longer than any month. The archive keeps them beyond it.',
  ),

  ENCRYPTION: flag(true).describe(
    'Whether payloads are encrypted before they reach Temporal. If off, subscriber numbers are in clear in its database and Web UI.',
  ),
  ENCRYPTION_KEYS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The key ring; `encryption-keys.json` in DATA_DIR unless set. The embedded server has one made, for an outside server `npx datacode keys create` makes it.',
    ),
  CODEC_SERVER_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address that the codec server listens on, which decrypts for the Web UI.'),
  CODEC_SERVER_PORT: port(8234).describe('Port of the codec server.'),
  CODEC_SERVER_ORIGINS: z
    .string()
    .optional()
    .transform((text, context) => origins(text, context))
    .describe(
      'Origins of the Web UIs that it decrypts for, with commas between; the embedded one’s and that of TEMPORAL_UI_URL unless set.',
    ),
  CODEC_SERVER_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('Bearer token that lets a command (`temporal --codec-auth`) have payloads decrypted.'),
  CODEC_SERVER_JWKS_URL: webAddress()
    .optional()
    .describe(
      'Keys (JWKS) of the identity provider whose access tokens the Web UI passes on; with it only people with such a token are served.',
    ),
  CODEC_SERVER_JWT_ISSUER: z
    .string()
    .min(1)
    .optional()
    .describe('Issuer (`iss`) that those tokens must have.'),
  CODEC_SERVER_JWT_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .describe('Audience (`aud`) that those tokens must have.'),
  CODEC_SERVER_OPEN: flag(false).describe(
    'Lets it decrypt without a token although it does not listen on loopback: for a container whose port is published on loopback only.',
  ),
  CLUSTER_PORT: port(7400).describe(
    'First of the ports, one after the other, that PostgreSQL and the Temporal servers of `npm run cluster` take: docs/cluster.md.',
  ),
  POSTGRESQL_BIN: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of `initdb` and `postgres` for `npm run cluster`, instead of looking for it.'),

  API_HOST: z.string().min(1).default('127.0.0.1').describe('Address that the API listens on.'),
  API_PORT: port(3000).describe('Port of the API.'),
  API_RATE_LIMIT: count(6000).describe(
    'Requests per minute and channel. The registry may set another number for a channel.',
  ),
  API_CONCURRENCY: count(500).describe(
    'Maximum concurrent requests per channel; event streams and held answers are not counted. The registry may set another number for a channel.',
  ),
  API_CHANNEL_STREAMS: count(500).describe(
    'Maximum open event streams per channel (more get 429), and, counted apart, maximum held answers (more are answered at once). The registry may set another number of streams for a channel.',
  ),
  API_STREAMS: count(4000).describe(
    'Maximum open event streams and held answers of all channels; at most half of the process’ file descriptors. More streams get 503.',
  ),
  API_ANONYMOUS_RATE_LIMIT: count(300).describe(
    'Unauthenticated requests per minute and client address; more get 429.',
  ),
  API_TRUSTED_PROXIES: whole(0)
    .default(0)
    .describe('Trusted reverse-proxy hops in front of the API (Express `trust proxy`).'),
  API_SHUTDOWN_DELAY: pause('5s').describe(
    'How long a stopping API goes on selling while `/readyz` already says no, so that whoever spreads requests has sent them elsewhere before connections are refused: longer than its probes take to notice. None under `npm start`.',
  ),
  API_SHUTDOWN_GRACE: duration('35s').describe(
    'How long after that its running requests may take before they are cut; an answer is held for 30 seconds at most.',
  ),
  CHANNELS_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('The channel registry; `channels.json` in DATA_DIR unless set.'),
  PACKAGES_FILE: ownFile('catalogue/packages.json').describe('The catalogue of Datacode packages.'),
  DISCOUNTS_FILE: ownFile('catalogue/discounts.json').describe('The discount rules.'),
  RECONCILIATION_SIGNING_KEY: z
    .string()
    .min(16)
    .optional()
    .describe('Key that seals reports and statements by HMAC; without it they carry a digest only.'),
  RECONCILIATION_SOURCE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where MobiFone’s settlement files come from: `file:///…/settlement-{date}.csv` or `https://…?date={date}`, with `{kind}` where corrections are told apart. With it each morning reconciles the day before; `npm start` takes the sandbox’s.',
    ),
  RECONCILIATION_SOURCE_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('Bearer token for a source behind HTTPS.'),
  RECONCILIATION_SOURCE_TIMEOUT: duration('5m').describe('Timeout of fetching one file over HTTP.'),
  RECONCILIATION_MAX_FILE_BYTES: count(500_000_000).describe('Maximum size of a settlement file, in bytes.'),
  RECONCILIATION_ENCODING: z
    .enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1258'])
    .default('utf-8')
    .describe('Encoding of the fetched files, where they have no byte order mark.'),
  RECONCILIATION_AT: z
    .string()
    .regex(/^(off|([01]\d|2[0-3]):[0-5]\d)$/, 'must be a time of day such as 06:00, or off')
    .default('06:00')
    .describe('When each morning’s reconciliation begins, in Vietnam; `off` takes its schedule away.'),
  RECONCILIATION_PATIENCE: duration('6h').describe(
    'How long to wait for yesterday’s file before operations are alerted.',
  ),
  RECONCILIATION_LOOK_BACK: count(14).describe(
    'How many days back each morning looks for a day that was not reconciled; less than the retention.',
  ),
  RECONCILIATION_ATTEMPT_TIMEOUT: duration('1h').describe(
    'Timeout of one attempt to fetch and compare a day.',
  ),
  RECONCILIATION_REPORTS: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the reports of each morning; `reconciliation` in DATA_DIR unless set.'),
  OPERATIONS_WEBHOOK: webAddress()
    .optional()
    .describe('Webhook for alerts to operations, such as breaks. Private addresses are allowed.'),
  OPERATIONS_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and a secret of 24 bytes or more in base64')
    .optional()
    .describe('Secret that signs the requests to OPERATIONS_WEBHOOK (Standard Webhooks).'),
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: flag(false).describe(
    'Lets channel webhooks be on private or loopback addresses. For development only.',
  ),
  WEBHOOK_TIMEOUT: duration('10s').describe('Timeout of one delivery to a webhook.'),
  WEBHOOK_CONNECT_TIMEOUT: duration('3s').describe('Timeout of its connection: DNS, TCP and TLS together.'),
  WEBHOOK_CONCURRENCY: count(300).describe(
    'Deliveries to webhooks that one worker makes at once, apart from everything else that it does. Half of them at most go to webhooks that did not answer last time.',
  ),
  WEBHOOK_CHANNEL_CONCURRENCY: count(10).describe(
    'Those of them that go to one channel; more wait at Temporal for their turn.',
  ),
  WEBHOOK_HOST_CONCURRENCY: count(20).describe(
    'Those of them that go to one host, of whichever channels: more than one channel may have, so that no channel closes a shared host to another.',
  ),

  MOBIFONE_BASE_URL: webAddress()
    .optional()
    .describe('MobiFone’s API gateway; the local sandbox unless set.'),
  MOBIFONE_DIALECT: z
    .enum(DIALECT_NAMES)
    .default('datacode-json')
    .describe(
      'How that gateway is spoken to: paths, field names, result codes, authentication. Each dialect is one file of `mobifone/dialects/`; the sandbox speaks `datacode-json`.',
    ),
  MOBIFONE_CLIENT_ID: z.string().min(1).default('sandbox-agent').describe('Client id at the gateway.'),
  MOBIFONE_CLIENT_SECRET: z
    .string()
    .min(1)
    .default('sandbox-secret')
    .describe('Client secret at the gateway.'),
  MOBIFONE_CALL_TIMEOUT: duration('10s').describe('Timeout of one call to the gateway.'),
  MOBIFONE_RATE_LIMIT: z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,3})?$/, 'must be a number such as 20 or 0.5')
    .transform(Number)
    .pipe(z.number().positive())
    .optional()
    .describe(
      'Calls a second to MobiFone that all workers together may start; no limit unless set. One that is repeated asks MobiFone first, which is a second request. Set it for the API and every worker alike: a worker without it lifts the limit.',
    ),
  MOBIFONE_FINAL_AFTER: optionalDuration().describe(
    'How long after a command an inquiry at MobiFone may still be wrong about it, and the command still take effect (promises P3 and P4 of docs/gateway-promises.md): until then “not found” is not believed and nothing is sent again. `2m` unless set, and `5s` at the local sandbox.',
  ),
  MOBIFONE_PROMISES: z
    .string()
    .default('')
    .transform((text, context) => promises(text, context))
    .describe(
      'Promises of docs/gateway-promises.md that MobiFone’s gateway keeps, agreed or measured, with commas between, such as `P1,P2,P7`; none unless set. `npx datacode gateway check` measures them.',
    ),
  OUTAGE_POLICY: z
    .enum(['wait', 'refuse'])
    .default('wait')
    .describe(
      'What happens to new purchases during a MobiFone outage: `wait` for its end, or `refuse` before anything is sent.',
    ),
  CIRCUIT_FIRST_PROBE: duration('5s').describe(
    'First pause of the circuit: during an outage calls are held back, and one call is let through as a probe after this pause.',
  ),
  CIRCUIT_LONGEST_PROBE: duration('1m').describe(
    'Longest pause between probes; the pause doubles up to it. MobiFone’s return is noticed within this time.',
  ),
  CIRCUIT_RETRY_MIN: duration('20s').describe(
    'Lower bound of the random delay after which calls that were held back are tried again.',
  ),
  CIRCUIT_RETRY_MAX: duration('80s').describe('Upper bound of that random delay.'),
  SANDBOX_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address that the MobiFone sandbox listens on.'),
  SANDBOX_PORT: port(4999).describe('Port of the MobiFone sandbox.'),
  SANDBOX_PROFILE: z
    .string()
    .min(1)
    .default('by_contract')
    .describe(
      'Which promises the MobiFone sandbox keeps: `by_contract`, `all_kept`, `none_kept`, or JSON with single fields; see docs/testing.md.',
    ),
  STOREFRONT_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address that the demo shop listens on; it runs where the sandbox and the demo channels do.'),
  STOREFRONT_PORT: port(8090).describe('Port of the demo shop.'),

  PURCHASE_FIRST_TRY: z
    .literal('off')
    .or(duration('2s'))
    .describe(
      'How long a registration, and then its charge, is waited for where one activity first tries both (postpaid). Slower ones go on call by call, and all do with `off` or a rate limit.',
    ),
  PURCHASE_RETRY_INITIAL: duration('1s').describe('First pause between attempts of a gateway call.'),
  PURCHASE_RETRY_MAXIMUM: duration('2m').describe('Longest pause between attempts of a gateway call.'),
  PURCHASE_HEARTBEAT_TIMEOUT: duration('10s').describe(
    'Heartbeat timeout: a worker that is silent for this long during a call counts as dead, and the call is tried again.',
  ),
  PURCHASE_PATIENCE: duration('10m').describe(
    'A command without an answer for this long needs attention; retries continue.',
  ),
  PURCHASE_SWEEP_EVERY: z
    .literal('off')
    .or(duration('5m'))
    .describe(
      'Interval between two sweeps for purchases that ended otherwise than by their own code (terminated, failed), each of which gets a case; `off` takes the schedule away.',
    ),
  PURCHASE_LATE_EFFECT_WATCH: duration('15m').describe(
    'How long after a rollback in doubt MobiFone is asked whether something landed late.',
  ),

  WORKER_SHUTDOWN_GRACE: duration('20s').describe(
    'How long a stopping worker lets its running calls finish; they are then cancelled, and 10 seconds later it ends whatever they do.',
  ),
  WORKER_HEALTH_PORT: whole(0, MAX_PORT)
    .optional()
    .describe('Port of a worker’s `/healthz` and `/readyz`; none unless set.'),
  WORKER_HEALTH_HOST: z.string().min(1).default('127.0.0.1').describe('Address for `WORKER_HEALTH_PORT`.'),
  WORKER_SLOTS: z
    .string()
    .regex(/^(?:resource|fixed:(?!0*[01]$)\d{1,5})$/, 'must be "resource", or "fixed:N" with N of 2 or more')
    .default('fixed:100')
    .describe(
      'Concurrent tasks of each kind per worker: `fixed:N`, or `resource` (as long as CPU and memory are free).',
    ),
  WORKER_POLLERS: z
    .string()
    .regex(/^(?:auto|(?!0*[01]$)\d{1,4})$/, 'must be "auto", or a number of 2 or more')
    .default('10')
    .describe('Concurrent pollers per task queue: a number, or `auto` (Temporal’s recommendation).'),
  WORKER_MAX_CACHED_WORKFLOWS: whole(0)
    .optional()
    .describe('Maximum number of cached workflows; Temporal’s default unless set.'),
  WORKER_DEPLOYMENT_NAME: z
    .string()
    .min(1)
    .regex(/^(?!__)[^.:]*$/, 'must not contain "." or ":", nor begin with "__"') // Temporal's own rule
    .optional()
    .describe(
      'Deployment that the worker is a build of; together with WORKER_BUILD_ID it keeps each purchase on the build that it began on.',
    ),
  WORKER_BUILD_ID: z
    .string()
    .min(1)
    .regex(/^(?!__)/, 'must not begin with "__"')
    .optional()
    .describe(
      'Build that the worker is, such as a commit. It gets new purchases when `npx datacode deploy current` says so.',
    ),
});

/** A build of no deployment, or a deployment of no build, is a slip that would send purchases nowhere. */
const partSchema = configSchema
  .refine((given) => given.WORKER_DEPLOYMENT_NAME === undefined || given.WORKER_BUILD_ID !== undefined, {
    path: ['WORKER_BUILD_ID'],
    message: 'must be set as well where WORKER_DEPLOYMENT_NAME is',
    when: () => true, // told along with the other faults
  })
  .refine((given) => given.WORKER_BUILD_ID === undefined || given.WORKER_DEPLOYMENT_NAME !== undefined, {
    path: ['WORKER_DEPLOYMENT_NAME'],
    message: 'must be set as well where WORKER_BUILD_ID is',
    when: () => true,
  })
  .refine(
    (given) => given.OPERATIONS_WEBHOOK === undefined || given.OPERATIONS_WEBHOOK_SECRET !== undefined,
    {
      path: ['OPERATIONS_WEBHOOK_SECRET'],
      message: 'must be set as well where OPERATIONS_WEBHOOK is',
      when: () => true,
    },
  )
  .refine(
    (given) =>
      given.CODEC_SERVER_JWKS_URL === undefined ||
      (given.CODEC_SERVER_JWT_ISSUER !== undefined && given.CODEC_SERVER_JWT_AUDIENCE !== undefined),
    {
      path: ['CODEC_SERVER_JWKS_URL'],
      message:
        'needs CODEC_SERVER_JWT_ISSUER and CODEC_SERVER_JWT_AUDIENCE, or any token of the provider opens',
      when: () => true,
    },
  );

export type Config = z.infer<typeof configSchema>;

/** All faults of the environment at once, one line each, by variable. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the environment of a part that runs.
 * @throws ConfigurationError that names every faulty variable.
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return readEnvironment(environment, partSchema);
}

/**
 * Reads the environment of a command about a deployment, which may name the deployment and be no build of it.
 * @throws ConfigurationError that names every faulty variable.
 */
export function loadOperatorConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return readEnvironment(environment, configSchema);
}

function readEnvironment(environment: NodeJS.ProcessEnv, schema: typeof configSchema): Config {
  const renamed = withNewNames(environment, (line) => process.stderr.write(`${line}\n`));
  const secrets = withSecretsFromFiles(renamed.environment, [
    ...SECRET_VARIABLES,
    ...TEMPORAL_SECRET_VARIABLES,
  ]);
  const given = Object.fromEntries(Object.entries(secrets.environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const faults = [
    ...(result.success
      ? [...emptyRanges(result.data), ...strangersCredentials(result.data)]
      : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...renamed.faults,
    ...secrets.faults,
    ...temporalSettingsFaults(given),
    ...misspeltSettings(Object.keys(given), KNOWN_VARIABLES),
  ];
  if (result.success && faults.length === 0) return result.data;
  const lines = faults.map((fault) => `  ${fault}`).join('\n');
  throw new ConfigurationError(`The configuration cannot be used:\n${lines}`);
}

const KNOWN_VARIABLES: readonly string[] = [
  ...Object.keys(configSchema.shape),
  ...TEMPORAL_VARIABLES,
  ...[...SECRET_VARIABLES, ...TEMPORAL_SECRET_VARIABLES].map((name) => `${name}_FILE`),
];

const RANGES = [
  ['CIRCUIT_FIRST_PROBE', 'CIRCUIT_LONGEST_PROBE'],
  ['CIRCUIT_RETRY_MIN', 'CIRCUIT_RETRY_MAX'],
] as const;

function emptyRanges(config: Config): string[] {
  return RANGES.filter(([least, most]) => config[least] > config[most]).map(
    ([least, most]) => `${most}: must not be shorter than ${least}`,
  );
}

/** The sandbox's credentials are known to everybody; the sandbox speaks plain HTTP only. */
function strangersCredentials(config: Config): string[] {
  if (!config.MOBIFONE_BASE_URL?.startsWith('https:')) return [];
  return (['MOBIFONE_CLIENT_ID', 'MOBIFONE_CLIENT_SECRET'] as const)
    .filter((name) => config[name] === configSchema.shape[name].parse(undefined))
    .map((name) => `${name}: must be set where MOBIFONE_BASE_URL is not the sandbox`);
}

/** The channel registry's file. */
export function channelsFile(config: Pick<Config, 'CHANNELS_FILE' | 'DATA_DIR'>): string {
  return config.CHANNELS_FILE ?? path.join(config.DATA_DIR, 'channels.json');
}

/** The folder of each morning's reports. */
export function reconciliationReports(config: Pick<Config, 'RECONCILIATION_REPORTS' | 'DATA_DIR'>): string {
  return config.RECONCILIATION_REPORTS ?? path.join(config.DATA_DIR, 'reconciliation');
}

/** The gateway that purchases are sent to: MobiFone's where it is configured, else the local sandbox. */
export function mobifoneBaseUrl(
  config: Pick<Config, 'MOBIFONE_BASE_URL' | 'SANDBOX_HOST' | 'SANDBOX_PORT'>,
): string {
  return config.MOBIFONE_BASE_URL ?? urlOf(config.SANDBOX_HOST, config.SANDBOX_PORT);
}
