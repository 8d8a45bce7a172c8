import { InvalidArgumentError, type Command } from 'commander';
import { isExpired, newChannelKey, newWebhookSecret, type ChannelKey } from '../channel/key';
import {
  addKey,
  channelOfFile,
  endWebhookSecretRotation,
  expireKey,
  revokeKey,
  rotateWebhookSecret,
} from '../channel/registry-edits';
import { registryFileSchema, type RegistryFile } from '../channel/registry-file';
import { channelsFile, loadConfig } from '../config';
import { DEFAULT_SCOPES, SCOPES, type Scope } from '../domain/scopes';
import { readJsonFile, writeJsonFile } from '../runtime/json-file';
import { moment } from './terminal/moment';
import { say, sayJson } from './terminal/output';

const WHEN_MISSING = 'run `npm start` once to have one with demo channels made, or set CHANNELS_FILE.';
const FOLLOWED = 'The API and the workers follow it within a second or two; nothing needs to be restarted.';

function read(): RegistryFile {
  return readJsonFile(channelsFile(loadConfig()), registryFileSchema, WHEN_MISSING);
}

/** Edits the registry, whole or not at all, then says what was done. */
async function edit(change: (file: RegistryFile) => RegistryFile, ...done: readonly string[]): Promise<void> {
  const after = registryFileSchema.parse(change(read()));
  await writeJsonFile(channelsFile(loadConfig()), after);
  say(...done, FOLLOWED);
}

function list({ json }: { json?: boolean }): void {
  const { channels } = read();
  if (json) return sayJson(channels.map(listed));
  for (const { name, paymentForm, enabled, keys, previousWebhookSecret } of channels) {
    const rotating = previousWebhookSecret === undefined ? '' : ', webhook secret being rotated';
    say(`${name}  ${paymentForm}, ${enabled ? 'enabled' : 'not enabled'}${rotating}`);
    say(...keys.map((key) => `  ${keyInWords(key)}`));
  }
}

/** No hash is told whole: it is what a key is checked by. */
function listed({
  name,
  paymentForm,
  enabled,
  keys,
  previousWebhookSecret,
}: RegistryFile['channels'][number]) {
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

interface KeyOptions {
  scopes?: Scope[];
  expires?: Date;
  label?: string;
}

async function add(channel: string, { scopes, expires, label }: KeyOptions): Promise<void> {
  const isTest = channelOfFile(read(), channel).keys.every(({ prefix }) => prefix === 'dck_test_');
  const key = newChannelKey(isTest ? 'dck_test_' : 'dck_live_');
  await edit(
    (file) => addKey(file, channel, key, { scopes, expiresAt: expires?.toISOString(), label }),
    `The new key of ${channel}, shown this once only:`,
    key,
  );
}

async function rotate(channel: string): Promise<void> {
  const secret = newWebhookSecret();
  await edit(
    (file) => rotateWebhookSecret(file, channel, secret),
    `The new webhook secret of ${channel}, shown this once only:`,
    secret,
    'Notices are signed with the one before as well, until `end-webhook-rotation`.',
  );
}

function scopeList(text: string): Scope[] {
  const scopes = text.split(',').map((each) => SCOPES.find((scope) => scope === each.trim()));
  if (scopes.includes(undefined)) throw new InvalidArgumentError(`Give some of ${SCOPES.join(',')}.`);
  return scopes.filter((scope) => scope !== undefined);
}

const KEY = 'its last four characters, or 8 or more of its hash';

/** `channels`: their keys and secrets, replaced while everything runs. */
export function addChannels(command: Command): void {
  command.description('the channels’ keys and secrets, replaced while everything runs');
  command
    .command('list')
    .description('lists the channels and their keys')
    .option('--json', 'as JSON')
    .action(list);
  command
    .command('add-key')
    .description('gives a channel another key, and shows it once')
    .argument('<channel>')
    .option(
      '--scopes <list>',
      `some of ${SCOPES.join(',')}; ${DEFAULT_SCOPES.join(',')} unless given`,
      scopeList,
    )
    .option('--expires <moment>', 'a moment, or a time from now; never unless given', moment)
    .option('--label <text>', 'what or whom it is for')
    .action(add);
  command
    .command('expire-key')
    .description('has a key work until a moment')
    .argument('<channel>')
    .argument('<key>', KEY)
    .allowUnknownOption() // a key made earlier may end in four characters of which the first is a dash
    .argument('[moment]', 'a moment, or a time from now such as 24h; now unless given', moment)
    .action((channel: string, key: string, at: Date = new Date()) =>
      edit(
        (file) => expireKey(file, channel, key, at),
        `The key ${key} of ${channel} works until ${at.toISOString()}.`,
      ),
    );
  command
    .command('revoke-key')
    .description('takes a key out for ever')
    .argument('<channel>')
    .argument('<key>', KEY)
    .allowUnknownOption() // a key made earlier may end in four characters of which the first is a dash
    .action((channel: string, key: string) =>
      edit((file) => revokeKey(file, channel, key), `The key ${key} of ${channel} is no more.`),
    );
  command
    .command('rotate-webhook-secret')
    .description('gives a channel a new webhook secret, and shows it once; the one before goes on')
    .argument('<channel>')
    .action(rotate);
  command
    .command('end-webhook-rotation')
    .description('ends the webhook secret before')
    .argument('<channel>')
    .action((channel: string) =>
      edit((file) => endWebhookSecretRotation(file, channel), `${channel} has its new webhook secret only.`),
    );
}
