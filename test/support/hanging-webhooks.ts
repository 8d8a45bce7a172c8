import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeKey, newChannelKey, newWebhookSecret } from '../../channel/key';
import { registryFileSchema } from '../../channel/registry-file';
import { channelsFile, type Config } from '../../config';
import { channelName } from '../../domain/identifiers';
import { readJsonFile, writeJsonFile } from '../../runtime/json-file';

/** A webhook that takes every request and answers none. */
export class HangingWebhook {
  /** Requests that wait for an answer now, and the most that ever did at once. */
  waiting = 0;
  mostWaiting = 0;
  /** Requests that ever came. */
  came = 0;

  private constructor(private readonly server: http.Server) {
    server.on('request', (_, response: http.ServerResponse) => this.hold(response));
  }

  static async listen(): Promise<HangingWebhook> {
    const server = http.createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new HangingWebhook(server);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo; // listening on TCP
    return `http://127.0.0.1:${port}/notices`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private hold(response: http.ServerResponse): void {
    this.came += 1;
    this.waiting += 1;
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    response.once('close', () => (this.waiting -= 1));
  }
}

/** Adds postpaid channels to the registry that a stack follows; their keys, in order. */
export async function addChannels(
  config: Config,
  channels: readonly { name: string; webhookUrl: string }[],
): Promise<string[]> {
  const file = channelsFile(config);
  const registry = readJsonFile(file, registryFileSchema, '');
  const added = channels.map(({ name, webhookUrl }) => ({
    name,
    webhookUrl,
    key: newChannelKey('dck_test_'),
  }));
  await writeJsonFile(file, {
    ...registry,
    channels: [
      ...registry.channels,
      ...added.map(({ name, webhookUrl, key }) => ({
        name: channelName(name),
        webhookUrl,
        keys: [describeKey(key)],
        paymentForm: 'postpaid',
        discountClass: 'standard',
        webhookSecret: newWebhookSecret(),
        enabled: true,
      })),
    ],
  });
  return added.map(({ key }) => key);
}
