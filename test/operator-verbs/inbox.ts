import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeKey, newWebhookSecret } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import { channelName, type PurchaseId } from '../../domain/identifiers';

/** The one channel of this room: a webhook on loopback that remembers what it was told. */
export class Inbox {
  private readonly down = new Set<string>();
  private readonly told = new Map<string, string[]>();
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => response.writeHead(this.take(request, body)).end());
  });

  /** @returns the channel as the registry would have it */
  async open(): Promise<Channel> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    const { port } = this.server.address() as AddressInfo; // listening on TCP
    return {
      name: channelName('demo'),
      keys: [describeKey('key')],
      paymentForm: 'postpaid',
      discountClass: 'standard',
      webhookUrl: `http://127.0.0.1:${port}/notices`,
      webhookSecret: newWebhookSecret(),
      enabled: true,
    };
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  break(purchaseId: PurchaseId): void {
    this.down.add(purchaseId);
  }

  mend(purchaseId: PurchaseId): void {
    this.down.delete(purchaseId);
  }

  /** The ids of the notices that were taken for a purchase, one for each delivery. */
  notices(purchaseId: PurchaseId): readonly string[] {
    return this.told.get(purchaseId) ?? [];
  }

  /** @returns the status to answer with */
  private take(request: http.IncomingMessage, body: string): number {
    const { data } = JSON.parse(body) as { data: { purchaseId: string } }; // every notice has it
    if (this.down.has(data.purchaseId)) return 503;
    const id = String(request.headers['webhook-id']);
    this.told.set(data.purchaseId, [...(this.told.get(data.purchaseId) ?? []), id]);
    return 204;
  }
}
