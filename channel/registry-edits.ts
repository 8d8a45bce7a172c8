import type { Scope } from '../domain/scopes';
import { describeKey, isExpired, type ChannelKey } from './key';
import type { RegisteredChannel, RegistryFile } from './registry-file';

/** An edit of the registry that cannot be made; the message says what there is instead. */
export class RegistryEditRefused extends Error {
  override readonly name = 'RegistryEditRefused';
}

/** Optional properties of a key. */
export interface KeyTerms {
  scopes?: readonly Scope[] | undefined;
  expiresAt?: string | undefined;
  label?: string | undefined;
}

/** Adds a key to a channel; the ones that it has go on working. @throws RegistryEditRefused also when it would never work */
export function addKey(file: RegistryFile, channel: string, key: string, terms: KeyTerms): RegistryFile {
  if (terms.expiresAt !== undefined && new Date(terms.expiresAt) <= new Date())
    throw new RegistryEditRefused(
      `A key that expires at ${terms.expiresAt} would never work: name a moment to come.`,
    );
  const given = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
  return edited(file, channel, (entry) => ({
    ...entry,
    keys: [...entry.keys, { ...describeKey(key), ...given }],
  }));
}

/** Has a key work until a moment. @throws RegistryEditRefused when it is over, and no other key of the channel works then */
export function expireKey(file: RegistryFile, channel: string, which: string, at: Date): RegistryFile {
  return edited(file, channel, (entry) => {
    const { hash } = keyOf(entry, which);
    const isLast = entry.keys.every((key) => key.hash === hash || isExpired(key, at));
    if (isLast && at <= new Date()) throw lastKey(channel);
    const expiresAt = at.toISOString();
    return { ...entry, keys: entry.keys.map((key) => (key.hash === hash ? { ...key, expiresAt } : key)) };
  });
}

/** Takes a key out for ever. @throws RegistryEditRefused when it is the channel's last */
export function revokeKey(file: RegistryFile, channel: string, which: string): RegistryFile {
  return edited(file, channel, (entry) => {
    const { hash } = keyOf(entry, which);
    const keys = entry.keys.filter((key) => key.hash !== hash);
    if (keys.length > 0) return { ...entry, keys };
    throw lastKey(channel);
  });
}

function lastKey(channel: string): RegistryEditRefused {
  return new RegistryEditRefused(
    `This is the last key of ${channel}: add another first, or set the channel's "enabled" to false.`,
  );
}

/**
 * Signs notices with a new secret, and with the previous one as well until that is ended.
 * @param again replaces the new secret of a rotation that is under way, before the channel has it
 * @throws RegistryEditRefused while a rotation is under way: the channel may still verify with the secret before it
 */
export function rotateWebhookSecret(
  file: RegistryFile,
  channel: string,
  secret: string,
  again = false,
): RegistryFile {
  return edited(file, channel, (entry) => {
    const { webhookSecret, previousWebhookSecret } = entry;
    if (previousWebhookSecret !== undefined && !again)
      throw new RegistryEditRefused(
        `A rotation of ${channel} is under way, and the channel may still verify with the secret before it. Once it verifies with ` +
          'the new one: end-webhook-rotation. If it never got the new one: rotate-webhook-secret --again.',
      );
    return {
      ...entry,
      webhookSecret: secret,
      previousWebhookSecret: previousWebhookSecret ?? webhookSecret,
    };
  });
}

/** Signs notices with the new secret only. @throws RegistryEditRefused */
export function endWebhookSecretRotation(file: RegistryFile, channel: string): RegistryFile {
  return edited(file, channel, ({ previousWebhookSecret, ...entry }) => {
    if (previousWebhookSecret !== undefined) return entry;
    throw new RegistryEditRefused(`${channel} has one webhook secret only; rotate-webhook-secret begins.`);
  });
}

/** The entry of a channel. @throws RegistryEditRefused */
export function channelOfFile(file: RegistryFile, channel: string): RegisteredChannel {
  const found = file.channels.find(({ name }) => name === channel);
  if (found) return found;
  const names = file.channels.map(({ name }) => name).join(', ');
  throw new RegistryEditRefused(`There is no channel "${channel}"; there are: ${names}.`);
}

function edited(
  file: RegistryFile,
  channel: string,
  edit: (entry: RegisteredChannel) => RegisteredChannel,
): RegistryFile {
  const entry = edit(channelOfFile(file, channel));
  return { ...file, channels: file.channels.map((each) => (each.name === channel ? entry : each)) };
}

/** A key by its last four characters, or by the beginning of its hash where two end alike. */
function keyOf({ name, keys }: RegisteredChannel, which: string): ChannelKey {
  const byEnd = keys.filter(({ lastFour }) => lastFour === which);
  const found =
    byEnd.length > 0 ? byEnd : keys.filter(({ hash }) => which.length >= 8 && hash.startsWith(which));
  const [first, second] = found;
  if (first && !second) return first;
  const all = keys.map(({ lastFour, hash }) => `${lastFour} (hash ${hash.slice(0, 8)})`).join(', ');
  const fault = second
    ? `Several keys of ${name} end in "${which}"; name one by its hash`
    : `${name} has no key "${which}"`;
  throw new RegistryEditRefused(`${fault}. Its keys: ${all}.`);
}
