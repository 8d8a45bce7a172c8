import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CHANNEL_NAME_PATTERN, channelName } from '../domain/identifiers';
import { PAYMENT_FORMS } from '../domain/catalogue/packages';
import { isRealGateway } from '../runtime/configuration/real-gateway';
import { readJsonFile, UnusableFile, rewriteJsonFile } from '../runtime/json-file';
import { describeKey, newChannelKey, newWebhookSecret, TEST_KEY_PREFIX } from '../channel/key';
import { registryFileSchema, type RegisteredChannel } from '../channel/registry-file';

/** What of the configuration the demo channels depend on. */
export interface DemoSettings {
  DATA_DIR: string;
  /** A registry of the operator's own: then there are no demo channels. */
  CHANNELS_FILE?: string | undefined;
  SANDBOX_PORT: number;
  /** MobiFone itself: then there are none either, since their keys are shown to anybody who starts a demo. */
  MOBIFONE_BASE_URL?: string | undefined;
}

const demoChannelSchema = z.strictObject({
  name: z.string().regex(CHANNEL_NAME_PATTERN),
  paymentForm: z.enum(PAYMENT_FORMS),
  apiKey: z.string().min(1),
  webhookSecret: z.string().min(1),
});
const demoFileSchema = z.strictObject({ channels: z.array(demoChannelSchema) });

/** A channel for trying things out, with its secrets in clear text. */
export type DemoChannel = z.output<typeof demoChannelSchema>;

const DEMO_CHANNELS = [
  { name: channelName('demo'), paymentForm: 'postpaid' },
  { name: channelName('demo-prepaid'), paymentForm: 'prepaid' },
] as const;

/** Sandbox numbers by what happens to them, and the package that is bought for them. */
export const DEMO = { succeeds: '0900000001', chargeRefused: '0900000402', package: 'D90' } as const;

/** A webhook that we set; one that a person set is kept. */
const OWN_INBOX = /^http:\/\/127\.0\.0\.1:\d+\/inbox\//;

/**
 * Makes sure that the demo channels are in the registry of DATA_DIR and that their secrets are in clear text beside it,
 * in `demo-channels.json`, readable by the owner only. May be called at every start: existing channels are kept, and
 * the demo webhooks follow a changed sandbox port.
 * @param registry the registry's file, where it is another than that of DATA_DIR
 * @returns the demo channels; none when the registry is the operator's own (CHANNELS_FILE), or MobiFone itself is called
 * @throws UnusableFile when one of the two files is there but cannot be used
 */
export async function ensureDemoChannels(settings: DemoSettings, registry?: string): Promise<DemoChannel[]> {
  if (settings.CHANNELS_FILE !== undefined || isRealGateway(settings.MOBIFONE_BASE_URL)) return [];
  const registryFile = registry ?? path.join(settings.DATA_DIR, 'channels.json');
  const registered = existsSync(registryFile)
    ? readJsonFile(registryFile, registryFileSchema, '')
    : { channels: [] };
  const known = knownDemoChannels(settings.DATA_DIR);

  const pairs = DEMO_CHANNELS.map(({ name, paymentForm }) => {
    const entry = registered.channels.find((channel) => channel.name === name);
    const demo = known.find((channel) => channel.name === name);
    const secrets = {
      apiKey: demo?.apiKey ?? newChannelKey(TEST_KEY_PREFIX),
      webhookSecret: entry?.webhookSecret ?? demo?.webhookSecret ?? newWebhookSecret(),
    };
    const form = entry?.paymentForm ?? paymentForm;
    return {
      demo: { name, paymentForm: form, ...secrets },
      entry: registration(entry, { name, paymentForm: form, ...secrets }, settings.SANDBOX_PORT),
    };
  });
  const others = registered.channels.filter(
    (channel) => !DEMO_CHANNELS.some(({ name }) => name === channel.name),
  );
  // The secrets first: after a crash in between, a registry without its keys in clear text would be useless.
  await writeIfChanged(
    demoFile(settings.DATA_DIR),
    { channels: known },
    { channels: pairs.map(({ demo }) => demo) },
  );
  await writeIfChanged(registryFile, registered, {
    ...registered,
    channels: [...pairs.map(({ entry }) => entry), ...others],
  });
  return pairs.map(({ demo }) => demo);
}

/**
 * The demo channels of a data folder; none before they were made.
 * @throws UnusableFile
 */
export function knownDemoChannels(dataDir: string): DemoChannel[] {
  return existsSync(demoFile(dataDir)) ? readDemoFile(dataDir) : [];
}

/**
 * The demo channel of a name.
 * @throws UnusableFile when there are no demo channels yet, or none of that name
 */
export function readDemoChannel(dataDir: string, name: string): DemoChannel {
  const channels = readDemoFile(dataDir);
  const channel = channels.find((candidate) => candidate.name === name);
  if (channel) return channel;
  const names = channels.map((candidate) => candidate.name).join(', ');
  throw new UnusableFile(`There is no demo channel "${name}"; there are: ${names}. Or give --key.`);
}

function readDemoFile(dataDir: string): DemoChannel[] {
  const whenMissing = 'run `npm start` once in this folder, or give --key.';
  return readJsonFile(demoFile(dataDir), demoFileSchema, whenMissing).channels;
}

/** Where the keys of the demo channels are in clear text. */
export function demoFile(dataDir: string): string {
  return path.join(dataDir, 'demo-channels.json');
}

function registration(
  entry: RegisteredChannel | undefined,
  demo: Pick<RegisteredChannel, 'name' | 'paymentForm' | 'webhookSecret'> & { apiKey: string },
  sandboxPort: number,
): RegisteredChannel {
  const { apiKey, ...channel } = demo;
  const key = describeKey(apiKey);
  const inbox = `http://127.0.0.1:${sandboxPort}/inbox/${demo.name}`;
  if (!entry) {
    return { ...channel, keys: [key], discountClass: 'standard', webhookUrl: inbox, enabled: true };
  }
  return {
    ...entry,
    keys: entry.keys.some(({ hash }) => hash === key.hash) ? entry.keys : [...entry.keys, key],
    webhookUrl: OWN_INBOX.test(entry.webhookUrl) ? inbox : entry.webhookUrl,
  };
}

async function writeIfChanged(file: string, before: object, after: object): Promise<void> {
  if (existsSync(file) && JSON.stringify(before) === JSON.stringify(after)) return;
  await rewriteJsonFile(file, after);
}
