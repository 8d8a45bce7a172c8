import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { notifyOperations } from '../../channel/notice';
import type { LocalDay } from '../../domain/local-time';
import type { OperationsEvent } from '../../domain/notice/operations-events';

const EVENT: OperationsEvent = {
  type: 'operations.reconciliation_failed',
  id: 'evt_reconciliation_2026-11-23_failed_1',
  occurredAt: '2026-11-24T05:00:00.000Z',
  data: {
    day: '2026-11-23' as LocalDay,
    reason: 'file_missing',
    detail: 'the source answered 404',
    workflowId: 'reconciliation:2026-11-23',
  },
};
const DELIVERY = { timeoutMs: 60_000, connectTimeoutMs: 60_000, signal: new AbortController().signal };
const secret = newWebhookSecret();

let server: Server;
let status = 204;
const received: { headers: Record<string, string>; body: string }[] = [];
const webhook = () => {
  const { port } = server.address() as AddressInfo; // of a server that listens on TCP
  return { url: `http://127.0.0.1:${port}/alerts`, secret };
};
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body }); // none of ours comes twice
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the webhook of operations', () => {
  it('is told by the standard that channels know, on a private address too', async () => {
    expect(await notifyOperations(webhook(), EVENT, DELIVERY)).toMatchObject({ kind: 'delivered' });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(new Webhook(secret).verify(body, headers)).toEqual({
      type: EVENT.type,
      timestamp: EVENT.occurredAt,
      data: EVENT.data,
    });
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow('No matching signature');
  });

  it('is told again under the same id with the same content when it did not take it', async () => {
    received.length = 0;
    status = 503;
    expect(await notifyOperations(webhook(), EVENT, DELIVERY)).toMatchObject({ kind: 'retry', status: 503 });
    status = 204;
    expect(await notifyOperations(webhook(), EVENT, DELIVERY)).toMatchObject({ kind: 'delivered' });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([EVENT.id, EVENT.id]);
  });
});
