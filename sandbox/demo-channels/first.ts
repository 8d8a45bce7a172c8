import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A channel made for trying things out, with its secrets in clear. */
const demoChannelSchema = z.object({
  name: z.string(),
  paymentForm: z.enum(['prepaid', 'postpaid']),
  apiKey: z.string(),
  webhookSecret: z.string(),
});
const demoChannelsSchema = z.object({ channels: z.array(demoChannelSchema) });

export type DemoChannel = z.infer<typeof demoChannelSchema>;

/** The demo channels cannot be read; the message says how to get them. */
export class NoDemoChannel extends Error {
  override readonly name = 'NoDemoChannel';
}

/** Sandbox numbers by what happens to them, and the package that is bought for them. */
export const DEMO = { succeeds: '0900000001', chargeRefused: '0900000402', package: 'D90' } as const;

/**
 * The demo channel of a name, from the file that `npm start` writes into DATA_DIR.
 * @throws NoDemoChannel
 */
export async function readDemoChannel(dataDir: string, name: string): Promise<DemoChannel> {
  const file = join(dataDir, 'demo-channels.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new NoDemoChannel(`${file} is not there: run \`npm start\` once in this folder, or give --key.`);
  }
  const { channels } = demoChannelsSchema.parse(JSON.parse(text));
  const channel = channels.find((candidate) => candidate.name === name);
  if (channel) return channel;
  const names = channels.map((candidate) => candidate.name).join(', ');
  throw new NoDemoChannel(`There is no demo channel "${name}"; there are: ${names}. Or give --key.`);
}
