import path from 'node:path';
import { z } from 'zod';
import { visibleLines } from './domain/harmless-text';
import { DIALECT_NAMES } from './mobifone/dialects';
import { urlOf } from './runtime/address';
import { filesOfOthers } from './runtime/configuration/files-of-others';
import type { FixedValues } from './runtime/configuration/fixed-values';
import {
  FORMER_SETTINGS,
  readFormerSettings,
  REMOVED,
  warnOnce,
} from './runtime/configuration/former-settings';
import { misspeltSettings } from './runtime/configuration/misspelt-settings';
import { isRealGateway } from './runtime/configuration/real-gateway';
import { LEAST_FINAL_AFTER_MS, leastPatienceMs } from './runtime/configuration/purchase-policy';
import { outsideUrlFaults, uncheckedCertificates } from './runtime/configuration/outside-urls';
import {
  SECRET_VARIABLES,
  TEMPORAL_SECRET_VARIABLES,
  withSecretsFromFiles,
} from './runtime/configuration/secret-files';
import { choice } from './runtime/configuration/setting-kinds';
import { apiSettings } from './runtime/configuration/settings/api';
import { commonSettings } from './runtime/configuration/settings/common';
import { deskSettings } from './runtime/configuration/settings/desk';
import { developmentSettings } from './runtime/configuration/settings/development';
import { reconciliationSettings } from './runtime/configuration/settings/reconciliation';
import { securitySettings } from './runtime/configuration/settings/security';
import { sellingSettings } from './runtime/configuration/settings/selling';
import { workerSettings } from './runtime/configuration/settings/worker';
import { TEMPORAL_VARIABLES, temporalSettingsFaults } from './runtime/configuration/temporal-settings';
import { PROXY_VARIABLES, proxySettingsFaults } from './runtime/proxy/settings';

const selling = sellingSettings(choice(DIALECT_NAMES).default('datacode-json'));

/** The settings by who turns them, in the order of docs/configuration.md. */
export const SETTING_GROUPS = [
  { title: 'All processes', settings: commonSettings },
  { title: 'Selling: MobiFone, channels and the catalogue', settings: selling },
  { title: 'The API', settings: apiSettings },
  { title: 'The workers', settings: workerSettings },
  { title: 'Security: encryption and the codec server', settings: securitySettings },
  { title: 'The operators’ desk', settings: deskSettings },
  { title: 'Reconciliation', settings: reconciliationSettings },
  { title: 'Sandbox and development', settings: developmentSettings },
] as const;

/**
 * Every setting. Temporal's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS…`, `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`) are read by `@temporalio/envconfig`; see
 * `runtime/configuration/temporal-target.ts`.
 */
export const configSchema = z.object({
  ...commonSettings,
  ...selling,
  ...apiSettings,
  ...workerSettings,
  ...securitySettings,
  ...deskSettings,
  ...reconciliationSettings,
  ...developmentSettings,
});

/** Settings that only hold together. */
const partSchema = configSchema
  .refine((given) => given.WORKER_DEPLOYMENT_NAME === undefined || given.WORKER_BUILD_ID !== undefined, {
    path: ['WORKER_BUILD_ID'],
    message: 'must be set as well where WORKER_DEPLOYMENT_NAME is',
    when: () => true, // reported along with the other faults
  })
  .refine(
    (given) =>
      !isRealGateway(given.MOBIFONE_BASE_URL) || !(Number(given.MOBIFONE_FINAL_AFTER) < LEAST_FINAL_AFTER_MS),
    {
      path: ['MOBIFONE_FINAL_AFTER'],
      message: `must be ${LEAST_FINAL_AFTER_MS / 1_000}s or more with a gateway that is called by https://`,
      when: () => true,
    },
  )
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
  .refine((given) => given.DESK_OIDC_ISSUER === undefined || given.DESK_OIDC_CLIENT_ID !== undefined, {
    path: ['DESK_OIDC_CLIENT_ID'],
    message: 'must be set as well where DESK_OIDC_ISSUER is',
    when: () => true,
  })
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

/** What was set, and the values that cannot be set. */
export type Config = z.infer<typeof configSchema> & { readonly fixed: FixedValues };

/** All faults of the environment at once: one line each, which names the variable, what was given and what is accepted. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Faults that one process alone has with its own settings, of those that can be read. */
type OwnFaults = (given: Partial<Config>) => readonly string[];

/**
 * Reads the environment of a process of the product.
 * @param ownFaults of a process that needs more than the others, so that these are told along with the rest
 * @throws ConfigurationError that names every faulty variable.
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
  ownFaults: OwnFaults = () => [],
): Config {
  return readEnvironment(environment, partSchema, ownFaults);
}

/**
 * Reads the environment of a command about a worker deployment, which may name the deployment without a build.
 * @throws ConfigurationError that names every faulty variable.
 */
export function loadOperatorConfig(
  environment: NodeJS.ProcessEnv = process.env,
  ownFaults: OwnFaults = () => [],
): Config {
  return readEnvironment(environment, configSchema, ownFaults);
}

function readEnvironment(
  environment: NodeJS.ProcessEnv,
  schema: typeof configSchema,
  ownFaults: OwnFaults,
): Config {
  const warn = (line: string) => process.stderr.write(`${visibleLines(line)}\n`);
  const former = readFormerSettings(environment, warn);
  const secrets = withSecretsFromFiles(environment, [...SECRET_VARIABLES, ...TEMPORAL_SECRET_VARIABLES]);
  const given = Object.fromEntries(Object.entries(secrets.environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const readable = result.success ? result.data : readOneByOne(given);
  const others = filesOfOthers(given, decidingPlaces(readable));
  const faults = [
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...outsideUrlFaults(readable, given['INSECURE_HTTP_HOSTS']),
    ...patienceFaults(readable, former.fixed),
    ...ownFaults(readable),
    ...former.faults,
    ...secrets.faults,
    ...others.faults,
    ...temporalSettingsFaults(given),
    ...proxySettingsFaults(given),
    ...uncheckedCertificates(given),
    ...misspeltSettings(Object.keys(given), KNOWN_VARIABLES),
  ];
  if (result.success && faults.length === 0) {
    for (const line of others.warnings) warnOnce(warn, line);
    return { ...result.data, fixed: former.fixed };
  }
  throw new ConfigurationError(unusable(faults));
}

/** A purchase that MobiFone does not know would be asked about for ever, round after round. */
function patienceFaults(given: Partial<Config>, fixed: Config['fixed']): string[] {
  const { PURCHASE_PATIENCE, MOBIFONE_FINAL_AFTER, MOBIFONE_BASE_URL } = given;
  const leastMs = leastPatienceMs({ MOBIFONE_FINAL_AFTER, MOBIFONE_BASE_URL, MOBIFONE_PROMISES: [] }, fixed);
  if (PURCHASE_PATIENCE === undefined || PURCHASE_PATIENCE >= leastMs) return [];
  const least = Math.ceil(leastMs / 1_000);
  return [
    `PURCHASE_PATIENCE: must be ${least}s or more with this MOBIFONE_FINAL_AFTER, or “not found” would never count; raise it, or lower MOBIFONE_FINAL_AFTER`,
  ];
}

/** Where it stands who may sell, what and at which price, and by which keys it is stored. */
function decidingPlaces(given: Partial<Config>): Partial<Record<string, string>> {
  const { DATA_DIR } = given;
  const within = (file: string) => (DATA_DIR === undefined ? undefined : path.join(DATA_DIR, file));
  return {
    DATA_DIR,
    CHANNELS_FILE: given.CHANNELS_FILE ?? within('channels.json'),
    PACKAGES_FILE: given.PACKAGES_FILE,
    DISCOUNTS_FILE: given.DISCOUNTS_FILE,
    ENCRYPTION_KEYS_FILE: given.ENCRYPTION_KEYS_FILE ?? within('encryption-keys.json'),
    RECONCILIATION_LAYOUT: given.RECONCILIATION_LAYOUT,
  };
}

/** What can be read of settings of which some cannot, so that faults between the others are told as well. */
function readOneByOne(given: Readonly<Record<string, string | undefined>>): Partial<Config> {
  const read = Object.entries(configSchema.shape).flatMap(([name, kind]) => {
    const { success, data } = kind.safeParse(given[name]);
    return success ? [[name, data]] : [];
  });
  return Object.fromEntries(read) as Partial<Config>; // each by its own part of the schema
}

/** @throws ConfigurationError where there are any */
export function requireFaultless(faults: readonly string[]): void {
  if (faults.length > 0) throw new ConfigurationError(unusable(faults));
}

const KNOWN_VARIABLES: readonly string[] = [
  ...Object.keys(configSchema.shape),
  ...TEMPORAL_VARIABLES,
  ...PROXY_VARIABLES,
  ...FORMER_SETTINGS,
  ...Object.keys(REMOVED),
  ...[...SECRET_VARIABLES, ...TEMPORAL_SECRET_VARIABLES].map((name) => `${name}_FILE`),
];

/**
 * What a process that calls the gateway lacks: the sandbox's credentials, which everybody knows, are not sent to MobiFone, and
 * MobiFone's sales are not compared with the sandbox's file, into which everybody on the machine can write.
 */
export function mobifoneFaults(given: Partial<Config>): string[] {
  if (!isRealGateway(given.MOBIFONE_BASE_URL)) return [];
  const isSandboxFile = given.RECONCILIATION_SOURCE?.includes('/sandbox/settlement') ?? false;
  return [
    ...(['MOBIFONE_CLIENT_ID', 'MOBIFONE_CLIENT_SECRET'] as const)
      .filter((name) => given[name] === selling[name].parse(undefined))
      .map((name) => `${name}: must be set where MOBIFONE_BASE_URL is not the sandbox`),
    ...(isSandboxFile
      ? [
          'RECONCILIATION_SOURCE: is the sandbox’s file; where MOBIFONE_BASE_URL is not the sandbox, name the place of MobiFone’s files',
        ]
      : []),
  ];
}

/**
 * Who we are at the gateway, for the processes that call it; the others are not given the secret.
 * @throws ConfigurationError as `mobifoneFaults`
 */
export function mobifoneCredentials(config: Config): { clientId: string; clientSecret: string } {
  requireFaultless(mobifoneFaults(config));
  return { clientId: config.MOBIFONE_CLIENT_ID, clientSecret: config.MOBIFONE_CLIENT_SECRET };
}

function unusable(faults: readonly string[]): string {
  return `The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
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
