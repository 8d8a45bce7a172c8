import { timingSafeEqual } from 'node:crypto';
import type { ChannelName } from '../domain/identifiers';
import type { PaymentForm } from '../domain/catalogue/packages';
import type { PurchaseState } from '../domain/purchase/states';
import { readJsonFile } from '../runtime/json-file';
import { hashKey, type ChannelKey } from './key';
import { registryFileSchema } from './registry-file';

/** A sales channel: who it is, what its contract says, where it is told to refund. */
export interface Channel {
  name: ChannelName;
  keys: readonly ChannelKey[];
  /** A property of the channel's contract, so of each of its purchases. */
  paymentForm: PaymentForm;
  /** What discount rules may ask for. */
  discountClass: string;
  webhookUrl: string;
  /** `whsec_…`, for signing notices. */
  webhookSecret: string;
  /** While secrets are rotated: the one before, with which notices are signed as well. */
  previousWebhookSecret?: string | undefined;
  /** The states of purchases that the channel is told of besides refunds; none unless given. */
  webhookStates?: readonly PurchaseState[] | undefined;
  /** A channel that is not enabled sells nothing, but is still told of the refunds of what it sold. */
  enabled: boolean;
  /** The channel may sign its requests, and must where that is required. */
  requestSigning?: { secret: string; required: boolean } | undefined;
  /** What it may ask of us at most, where it differs from the configuration. */
  limits?: ChannelLimits | undefined;
}

export interface ChannelLimits {
  requestsPerMinute?: number | undefined;
  concurrentRequests?: number | undefined;
  openStreams?: number | undefined;
}

/** Whose a key is, and which of its keys. */
export interface KeyHolder {
  channel: Channel;
  key: ChannelKey;
}

/** The channels that there are. */
export interface ChannelRegistry {
  /** Whom a presented key belongs to, expired or not; takes as long for a wrong key as for a right one. */
  byKey(presentedKey: string): KeyHolder | undefined;
  byName(name: ChannelName): Channel | undefined;
}

/**
 * Reads the channel registry.
 * @throws UnusableFile that lists every fault by its JSON pointer
 */
export function loadRegistry(file: string): ChannelRegistry {
  const { channels } = readJsonFile(
    file,
    registryFileSchema,
    'run `npm start` once to have one with demo channels made, or set CHANNELS_FILE.',
  );
  return channelRegistry(channels);
}

/** A registry of channels that are known already. */
export function channelRegistry(channels: readonly Channel[]): ChannelRegistry {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const entries = channels.flatMap((channel) =>
    channel.keys.map((key) => ({ hash: Buffer.from(key.hash, 'hex'), holder: { channel, key } })),
  );
  return {
    byName: (name) => byName.get(name),
    byKey(presentedKey) {
      const presented = hashKey(presentedKey);
      let found: KeyHolder | undefined;
      for (const { hash, holder } of entries) if (timingSafeEqual(hash, presented)) found = holder; // no early end
      return found;
    },
  };
}
