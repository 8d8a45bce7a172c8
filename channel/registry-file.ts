import { z } from 'zod';
import { CHANNEL_NAME_PATTERN, channelName } from '../domain/identifiers';
import { PAYMENT_FORMS } from '../domain/catalogue/packages';
import { FORMER_SCOPES, SCOPES } from '../domain/scopes';
import { PURCHASE_STATE_NAMES } from '../domain/purchase/states';
import { isRealGateway } from '../runtime/configuration/real-gateway';
import { transportFault } from '../runtime/transport';
import { isExpired, TEST_KEY_PREFIX } from './key';
import { isCloudService } from './public-address';

const keySchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'It must be the SHA-256 of the key: 64 hexadecimal digits.'),
  prefix: z.string().max(16),
  lastFour: z.string().length(4),
  scopes: z
    .array(z.enum([...SCOPES, ...FORMER_SCOPES]))
    .min(1)
    .readonly()
    .optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  label: z.string().min(1).max(64).optional(),
});

const requestSigningSchema = z.strictObject({
  secret: z
    .string()
    .min(32, 'It must have 32 characters at least, of random origin.')
    .max(128)
    .refine(isVaried, 'It must be random, not one character again and again.'),
  required: z.boolean(),
});

const numberLimits = {
  salesPerNumberPerDay: z.number().int().min(1).max(50).optional(),
  amountPerNumberPerDay: z.number().int().positive().optional(),
};

const limitsSchema = z.strictObject({
  requestsPerMinute: z.number().int().positive().optional(),
  concurrentRequests: z.number().int().positive().optional(),
  openStreams: z.number().int().positive().optional(),
  duplicateWindowSeconds: z.number().int().min(0).max(86_400).optional(),
  ...numberLimits,
});

const webhookSecret = z
  .string()
  .refine(isWebhookSecret, 'It must be "whsec_" and the base64 of 24 to 64 random bytes.');

const channelSchema = z.strictObject({
  name: z
    .string()
    .regex(CHANNEL_NAME_PATTERN, 'It must be a lower-case letter, then lower-case letters, digits, hyphens.')
    .transform(channelName),
  keys: z.array(keySchema).min(1),
  paymentForm: z.enum(PAYMENT_FORMS),
  discountClass: z.string().min(1).max(32),
  webhookUrl: z
    .string()
    .refine(isWebhookUrl, 'It must be an http or https URL without user, password and fragment.'),
  webhookSecret,
  previousWebhookSecret: webhookSecret.optional(),
  webhookStates: z.array(z.enum(PURCHASE_STATE_NAMES)).optional(),
  enabled: z.boolean(),
  requestSigning: requestSigningSchema.optional(),
  limits: limitsSchema.optional(),
});

/** The channel registry as a file. */
export const registryFileSchema = z.strictObject({
  about: z.string().optional(),
  /** Over all channels. */
  limits: z.strictObject(numberLimits).optional(),
  channels: z.array(channelSchema).superRefine((channels, context) => {
    const names = new Set<string>();
    const hashes = new Set<string>();
    channels.forEach((channel, at) => {
      if (names.has(channel.name)) {
        const message = `"${channel.name}" is given twice.`;
        context.addIssue({ code: 'custom', path: [at, 'name'], message });
      }
      names.add(channel.name);
      channel.keys.forEach((key, keyAt) => {
        if (hashes.has(key.hash)) {
          const message = 'This key is given twice: a key must identify one channel.';
          context.addIssue({ code: 'custom', path: [at, 'keys', keyAt, 'hash'], message });
        }
        hashes.add(key.hash);
      });
    });
  }),
});

/**
 * A registry whose webhooks may be called: over HTTPS, or on this machine; and whose keys may be sold with.
 * @param insecureHttpHosts other hosts that may be called over plain HTTP: INSECURE_HTTP_HOSTS
 * @param gatewayUrl where it is sold: MOBIFONE_BASE_URL
 */
export const usableRegistrySchema = (insecureHttpHosts: readonly string[], gatewayUrl: string | undefined) =>
  registryFileSchema.superRefine(({ channels }, context) => {
    channels.forEach((channel, at) => {
      const fault = webhookUrlFault(channel.webhookUrl, insecureHttpHosts);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', path: ['channels', at, 'webhookUrl'], message: `It ${fault}.` });
      channel.keys.forEach((key, keyAt) => {
        if (!isMisplacedTestKey(channel, key, gatewayUrl)) return;
        context.addIssue({
          code: 'custom',
          path: ['channels', at, 'keys', keyAt],
          message: MISPLACED_TEST_KEY,
        });
      });
    });
  });

/** Why a webhook is not called, whatever network it is on; undefined when it may be. */
export function webhookUrlFault(url: string, insecureHttpHosts: readonly string[]): string | undefined {
  const fault = transportFault(url, insecureHttpHosts);
  if (fault !== undefined || !isCloudService(new URL(url).hostname)) return fault;
  return 'is at a link-local address, or another where a cloud keeps its secrets; no webhook is there';
}

const MISPLACED_TEST_KEY =
  'This is a test key, and MOBIFONE_BASE_URL is not the sandbox: give the channel a live key and remove it, ' +
  'set the channel’s "enabled" to false, or set CHANNELS_FILE to another registry.';

/** Whether real packages could be sold with a test key, which a demo may have shown to anybody. */
export function isMisplacedTestKey(
  { enabled }: Pick<RegisteredChannel, 'enabled'>,
  key: RegisteredChannel['keys'][number],
  gatewayUrl: string | undefined,
): boolean {
  return (
    isRealGateway(gatewayUrl) && enabled && key.prefix === TEST_KEY_PREFIX && !isExpired(key, new Date())
  );
}

export type RegistryFile = z.output<typeof registryFileSchema>;
export type RegisteredChannel = RegistryFile['channels'][number];

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && !username && !password && !hash;
}

function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (!encoded) return false;
  const bytes = Buffer.from(encoded, 'base64');
  return (
    bytes.toString('base64') === encoded && bytes.length >= 24 && bytes.length <= 64 && isVaried([...bytes])
  );
}

function isVaried(parts: Iterable<string | number>): boolean {
  return new Set(parts).size > 1;
}
