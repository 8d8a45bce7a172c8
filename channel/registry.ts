import { timingSafeEqual } from 'node:crypto';
import type { ChannelName } from '../domain/identifiers';
import type { DatacodePackage, PaymentForm } from '../domain/catalogue/packages';
import type { NumberLimits } from '../domain/purchase/sale-count';
import type { PurchaseState } from '../domain/purchase/states';
import { isScope } from '../domain/scopes';
import { followFile, type Following } from '../runtime/followed-file';
import { readJsonFile } from '../runtime/json-file';
import { hashKey, type ChannelKey } from './key';
import { usableRegistrySchema, type RegistryFile } from './registry-file';

/** A sales channel: who it is, what its contract says, where its refund notices go. */
export interface Channel {
  name: ChannelName;
  keys: readonly ChannelKey[];
  /** A property of the channel's contract, so of each of its purchases. */
  paymentForm: PaymentForm;
  /** Selects the discount rules that apply. */
  discountClass: string;
  webhookUrl: string;
  /** `whsec_…`, for signing notices. */
  webhookSecret: string;
  /** The previous secret during a rotation: notices are signed with both. */
  previousWebhookSecret?: string | undefined;
  /** Purchase states that the channel gets notices of, besides refunds; none by default. */
  webhookStates?: readonly PurchaseState[] | undefined;
  /** A disabled channel sells nothing, but still gets refund notices for earlier purchases. */
  enabled: boolean;
  /** The channel may sign its requests, and must where that is required. */
  requestSigning?: { secret: string; required: boolean } | undefined;
  /** Its own limits where they differ from the configuration. */
  limits?: ChannelLimits | undefined;
}

export interface ChannelLimits extends NumberLimits {
  requestsPerMinute?: number | undefined;
  concurrentRequests?: number | undefined;
  openStreams?: number | undefined;
  /** For how long an order claims its sale, so that another one is refused; 0: not at all. */
  duplicateWindowSeconds?: number | undefined;
}

/** Whose a key is, and which of its keys. */
export interface KeyHolder {
  channel: Channel;
  key: ChannelKey;
}

/** The registered channels. */
export interface ChannelRegistry {
  /** The holder of an API key, expired or not; takes as long for a wrong key as for a right one. */
  byKey(presentedKey: string): KeyHolder | undefined;
  /** The holder of a key that was presented before, by its hash as it is stored; it may be gone since. */
  byHash(hash: string): KeyHolder | undefined;
  byName(name: ChannelName): Channel | undefined;
  /** What may be sold to one number over all channels; nothing is limited unless set. */
  numberLimits(): NumberLimits | undefined;
}

/** How a registry is read. */
export interface RegistryReading {
  /** Hosts whose webhooks may be without TLS: INSECURE_HTTP_HOSTS. */
  insecureHttpHosts?: readonly string[] | undefined;
  /** Where it is sold, MOBIFONE_BASE_URL: nothing is sold at MobiFone itself with test keys. */
  gatewayUrl?: string | undefined;
  /** What is sold: a limit below every price of it is told. */
  packages?: readonly PricedPackage[] | undefined;
  /** Told of what is accepted and means nothing. */
  onWarning?: ((warning: string) => void) | undefined;
}

/**
 * Reads the channel registry.
 * @throws UnusableFile that lists every fault by its JSON pointer
 */
export function loadRegistry(
  file: string,
  { insecureHttpHosts = [], gatewayUrl, packages = [], onWarning = noted }: RegistryReading = {},
): ChannelRegistry {
  const { channels, limits } = readJsonFile(
    file,
    usableRegistrySchema(insecureHttpHosts, gatewayUrl),
    'run `npm start` once to have one with demo channels made, or set CHANNELS_FILE.',
  );
  for (const { name, keys } of channels) {
    for (const { lastFour, scopes = [] } of keys) {
      for (const scope of scopes.filter((each) => !isScope(each))) {
        onWarning(`the scope "${scope}" of the key ${lastFour} of ${name} allows nothing; remove it`);
      }
    }
  }
  for (const warning of sharedSecrets(channels)) onWarning(warning);
  for (const warning of limitsBelowPrices({ channels, limits }, packages)) onWarning(warning);
  return channelRegistry(channels, limits);
}

/** A warning for each two channels of which one's notices verify with another's secret. */
export function sharedSecrets(
  channels: readonly Pick<Channel, 'name' | 'webhookSecret' | 'previousWebhookSecret'>[],
): string[] {
  const holders = new Map<string, ChannelName>();
  return channels.flatMap(({ name, webhookSecret, previousWebhookSecret }) => {
    const warnings: string[] = [];
    for (const secret of new Set([webhookSecret, previousWebhookSecret])) {
      if (secret === undefined) continue;
      const holder = holders.get(secret);
      if (holder === undefined) holders.set(secret, name);
      else
        warnings.push(
          `${holder} and ${name} have the same webhook secret: each can sign refund notices to the other; ` +
            'give each its own (datacode channels rotate-webhook-secret)',
        );
    }
    return warnings;
  });
}

type PricedPackage = Pick<DatacodePackage, 'faceValue' | 'paymentForms'>;

/** A warning for each limit by which nothing can be sold, as where thousands of đồng were meant. */
export function limitsBelowPrices(
  { channels, limits }: Pick<RegistryFile, 'channels' | 'limits'>,
  packages: readonly PricedPackage[],
): string[] {
  const places = [
    { whose: 'all channels', limits, sold: packages },
    ...channels.map(({ name, paymentForm, limits: own }) => ({
      whose: name,
      limits: own,
      sold: packages.filter(({ paymentForms }) => paymentForms.includes(paymentForm)),
    })),
  ];
  return places.flatMap(({ whose, limits: { amountPerNumberPerDay: most = Infinity } = {}, sold }) => {
    const cheapest = Math.min(...sold.map(({ faceValue }) => faceValue)); // Infinity where nothing is sold
    if (sold.length === 0 || most >= cheapest) return [];
    return [
      `${whose}: amountPerNumberPerDay ${most} allows no sale: it is in đồng, and the cheapest package costs ${cheapest}`,
    ];
  });
}

/** Where nobody reads warnings. */
const noted = (): void => undefined;

/**
 * The channel registry of a file, reloaded when the file changes, so that keys and secrets can be replaced at run time.
 * @throws UnusableFile when the file cannot be used at first
 */
export function followRegistry(
  file: string,
  { insecureHttpHosts, gatewayUrl, packages, onWarning, ...following }: Following & RegistryReading,
): ChannelRegistry {
  const read = (path: string) => loadRegistry(path, { insecureHttpHosts, gatewayUrl, packages, onWarning });
  const current = followFile(file, read, following);
  return {
    byKey: (presentedKey) => current().byKey(presentedKey),
    byHash: (hash) => current().byHash(hash),
    byName: (name) => current().byName(name),
    numberLimits: () => current().numberLimits(),
  };
}

/** A registry of these channels. */
export function channelRegistry(channels: readonly Channel[], limits?: NumberLimits): ChannelRegistry {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const entries = channels.flatMap((channel) =>
    channel.keys.map((key) => ({ hash: Buffer.from(key.hash, 'hex'), holder: { channel, key } })),
  );
  return {
    byName: (name) => byName.get(name),
    numberLimits: () => limits,
    byHash: (hash) => entries.find(({ holder }) => holder.key.hash === hash)?.holder,
    byKey(presentedKey) {
      const presented = hashKey(presentedKey);
      let found: KeyHolder | undefined;
      for (const { hash, holder } of entries) if (timingSafeEqual(hash, presented)) found = holder; // no early end
      return found;
    },
  };
}
