import { InvalidArgumentError, type Command } from 'commander';
import { loadPackages } from '../catalogue/load';
import { isExpired, newChannelKey, newWebhookSecret, TEST_KEY_PREFIX, type ChannelKey } from '../channel/key';
import { limitsBelowPrices, sharedSecrets } from '../channel/registry';
import {
  addKey,
  channelOfFile,
  endWebhookSecretRotation,
  expireKey,
  revokeKey,
  rotateWebhookSecret,
} from '../channel/registry-edits';
import {
  isMisplacedTestKey,
  registryFileSchema,
  type RegisteredChannel,
  type RegistryFile,
  webhookUrlFault,
} from '../channel/registry-file';
import { channelsFile, loadConfig } from '../config';
import { DEFAULT_SCOPES, SCOPES, type Scope } from '../domain/scopes';
import { isRealGateway } from '../runtime/configuration/real-gateway';
import { readJsonFile, rewriteJsonFile } from '../runtime/json-file';
import { changeAlone } from '../runtime/lock-file';
import { verb } from './terminal/help';
import { moment } from './terminal/moment';
import { print, tell, type JsonOption } from './terminal/output';

const WHEN_MISSING = 'run `npm start` once, which makes one with demo channels, or set CHANNELS_FILE.';
const FOLLOWED =
  'The API and the workers follow within two seconds; no restart is needed. One that cannot read the file logs ' +
  '"channel registry reload failed" and keeps the previous version.';

function read(): RegistryFile {
  return readJsonFile(channelsFile(loadConfig()), registryFileSchema, WHEN_MISSING);
}

/**
 * Replaces the registry by its changed version, whole or not at all; by one command at a time, of which another would bring a
 * revoked key back.
 */
async function edit(change: (file: RegistryFile) => RegistryFile): Promise<void> {
  const file = channelsFile(loadConfig());
  await changeAlone(file, () => rewriteJsonFile(file, registryFileSchema.parse(change(read()))));
}

/** Edits the registry and prints what was done. */
async function editAndPrint(
  options: JsonOption,
  change: (file: RegistryFile) => RegistryFile,
  result: Readonly<Record<string, string>>,
  done: string,
): Promise<void> {
  await edit(change);
  print(options, result, () => [done]);
  if (!options.json) tell(FOLLOWED);
}

function list(options: JsonOption): void {
  const registry = read();
  const { channels } = registry;
  const { INSECURE_HTTP_HOSTS: insecureHosts, MOBIFONE_BASE_URL: gatewayUrl, PACKAGES_FILE } = loadConfig();
  const faultOf = ({ webhookUrl }: RegisteredChannel) => webhookUrlFault(webhookUrl, insecureHosts) ?? null;
  const shown = channels.map((channel) => ({ ...listed(channel), webhookUrlFault: faultOf(channel) }));
  print(options, shown, () =>
    channels.flatMap((channel) => {
      const { name, paymentForm, enabled, keys, previousWebhookSecret } = channel;
      const rotating = previousWebhookSecret === undefined ? '' : ', webhook secret being rotated';
      const line = `${name}  ${paymentForm}, ${enabled ? 'enabled' : 'not enabled'}${rotating}`;
      const fault = faultOf(channel);
      const faults =
        fault === null ? [] : [`  its webhook URL ${fault}: API and workers refuse the registry`];
      const keyLines = keys.map((key) => {
        const refused = isMisplacedTestKey(channel, key, gatewayUrl)
          ? '  a test key, and MOBIFONE_BASE_URL is not the sandbox: API and workers refuse the registry'
          : '';
        return `  ${keyInWords(key)}${refused}`;
      });
      return [line, ...faults, ...keyLines];
    }),
  );
  for (const warning of sharedSecrets(channels)) tell(warning);
  for (const warning of limitsBelowPrices(registry, loadPackages(PACKAGES_FILE))) tell(warning);
}

/** Shows a part of each hash only: a key is checked by its hash. */
function listed({ name, paymentForm, enabled, keys, previousWebhookSecret }: RegisteredChannel) {
  return {
    name,
    paymentForm,
    enabled,
    webhookSecretIsRotated: previousWebhookSecret !== undefined,
    keys: keys.map(({ hash, ...key }) => ({ ...key, hash: hash.slice(0, 8) })),
  };
}

function keyInWords(key: ChannelKey): string {
  const verb = isExpired(key, new Date()) ? 'expired' : 'expires';
  return [
    `${key.prefix}…${key.lastFour}`,
    `hash ${key.hash.slice(0, 8)}`,
    (key.scopes ?? DEFAULT_SCOPES).join('+'),
    ...(key.expiresAt === undefined ? [] : [`${verb} ${key.expiresAt}`]),
    ...(key.label === undefined ? [] : [key.label]),
  ].join('  ');
}

interface KeyOptions extends JsonOption {
  scopes?: Scope[];
  expires?: Date;
  label?: string;
}

async function addNewKey(
  channel: string,
  { scopes, expires, label, json = false }: KeyOptions,
): Promise<void> {
  const hasTestKeysOnly = channelOfFile(read(), channel).keys.every(
    ({ prefix }) => prefix === TEST_KEY_PREFIX,
  );
  const isTest = hasTestKeysOnly && !isRealGateway(loadConfig().MOBIFONE_BASE_URL);
  const key = newChannelKey(isTest ? TEST_KEY_PREFIX : 'dck_live_');
  await edit((file) => addKey(file, channel, key, { scopes, expiresAt: expires?.toISOString(), label }));
  if (!json) tell(`The new key of ${channel}, which is not shown again:`);
  print({ json }, { channel, key }, () => [key]);
  if (!json) tell(FOLLOWED);
}

async function rotate(channel: string, options: JsonOption & { again?: true }): Promise<void> {
  const webhookSecret = newWebhookSecret();
  await edit((file) => rotateWebhookSecret(file, channel, webhookSecret, options.again));
  if (!options.json) tell(`The new webhook secret of ${channel}, which is not shown again:`);
  print(options, { channel, webhookSecret }, () => [webhookSecret]);
  if (options.json) return;
  tell('Until `end-webhook-rotation` notices are signed with the previous secret as well.', FOLLOWED);
}

function scopeList(text: string): Scope[] {
  const scopes = text.split(',').map((each) => SCOPES.find((scope) => scope === each.trim()));
  if (scopes.includes(undefined))
    throw new InvalidArgumentError(`It must be one or more of ${SCOPES.join(',')}.`);
  return scopes.filter((scope) => scope !== undefined);
}

const KEY = 'the last four characters of the key, or 8 or more of its hash';
const CHANNEL_SETTINGS = [
  'CHANNELS_FILE',
  'DATA_DIR',
  'INSECURE_HTTP_HOSTS',
  'MOBIFONE_BASE_URL',
  'PACKAGES_FILE',
] as const;

/** `channels`: their keys and webhook secrets, replaced without a restart. */
export function addChannels(command: Command): void {
  command.description('lists the channels, and replaces their keys and webhook secrets without a restart');
  const add = (name: string, does: string, example: string): Command =>
    verb(command.command(name), does, [`datacode channels ${name}${example}`], CHANNEL_SETTINGS);

  add('list', 'lists the channels and their keys', " --json | jq '.[].name'").action(list);
  add(
    'add-key',
    'gives a channel another key, and prints it once',
    " shop --label 'from December' --expires 365d",
  )
    .argument('<channel>')
    .option(
      '--scopes <list>',
      `one or more of ${SCOPES.join(',')}; ${DEFAULT_SCOPES.join(',')} by default`,
      scopeList,
    )
    .option('--expires <moment>', 'a moment, or a duration from now; never by default', moment)
    .option('--label <text>', 'what the key is for')
    .action(addNewKey);
  add('expire-key', 'lets a key work until a moment', ' shop a1b2 24h')
    .argument('<channel>')
    .argument('<key>', KEY)
    .allowUnknownOption() // an older key may end in four characters that begin with a dash
    .argument('[moment]', 'a moment, or a duration from now such as 24h; now by default', moment)
    .action((channel: string, key: string, at: Date | undefined, options: JsonOption) => {
      const until = at ?? new Date();
      return editAndPrint(
        options,
        (file) => expireKey(file, channel, key, until),
        { channel, key, expiresAt: until.toISOString() },
        `The key ${key} of ${channel} works until ${until.toISOString()}.`,
      );
    });
  add('revoke-key', 'removes a key at once', ' shop a1b2')
    .argument('<channel>')
    .argument('<key>', KEY)
    .allowUnknownOption() // an older key may end in four characters that begin with a dash
    .action((channel: string, key: string, options: JsonOption) =>
      editAndPrint(
        options,
        (file) => revokeKey(file, channel, key),
        { channel, key },
        `The key ${key} of ${channel} is removed.`,
      ),
    );
  add(
    'rotate-webhook-secret',
    'gives a channel a new webhook secret, and prints it once; the old one stays valid',
    ' shop',
  )
    .argument('<channel>')
    .option('--again', 'replaces the new secret of a rotation that is under way, which the channel never got')
    .action(rotate);
  add('end-webhook-rotation', 'removes the previous webhook secret', ' shop')
    .argument('<channel>')
    .action((channel: string, options: JsonOption) =>
      editAndPrint(
        options,
        (file) => endWebhookSecretRotation(file, channel),
        { channel },
        `Notices to ${channel} are signed with the new webhook secret only.`,
      ),
    );
}
