import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describeKey, newWebhookSecret } from '../../channel/key';
import { deliverNotice } from '../../channel/notice';
import type { NoticeDelivery } from '../../channel/signed-delivery';
import type { Channel } from '../../channel/registry';
import {
  caseRefundNoticeId,
  channelName,
  externalId,
  purchaseId,
  refundNoticeId,
  stateNoticeId,
} from '../../domain/identifiers';
import type { Notice, RefundNotice, StateNotice } from '../../domain/notice/notice';
import { packageCode } from '../../domain/catalogue/packages';
import { traceparent, type Traceparent } from '../../domain/trace';
import { vnd } from '../../domain/vnd';
import { eventually } from '../support/eventually';

interface Delivered {
  headers: Record<string, string>;
  body: string;
}

let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
let delivered: Delivered[];
let server: http.Server;
let channel: Channel;

beforeEach(async () => {
  delivered = [];
  answer = (_request, response) => response.writeHead(204).end();
  server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      delivered.push({ headers: request.headers as Record<string, string>, body }); // none of ours is given twice
      answer(request, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  channel = {
    name: channelName('shop'),
    keys: [describeKey('key')],
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/refunds`, // listening on TCP
    webhookSecret: newWebhookSecret(),
    enabled: true,
  };
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((closed) => server.close(closed));
});

const id = purchaseId(`pur_${'a'.repeat(26)}`);
const notice: RefundNotice = {
  id: refundNoticeId(id),
  purchaseId: id,
  externalId: externalId('order-1'),
  outcome: 'rolled_back',
  refusal: 'insufficient_balance',
  amount: vnd(90000),
  occurredAt: '2026-11-24T03:05:00.000Z',
};

function deliver(
  over: Partial<NoticeDelivery> = {},
  to: Channel | undefined = channel,
  what: Notice = notice,
) {
  const signal = new AbortController().signal;
  return deliverNotice(to, what, {
    allowPrivateAddresses: true,
    timeoutMs: 60_000, // for a machine that stalls
    connectTimeoutMs: 60_000,
    signal,
    ...over,
  });
}

describe('a notice that a channel takes', () => {
  it('is signed so that the channel’s own library verifies it, and says what to refund and why', async () => {
    await expect(deliver()).resolves.toEqual({ kind: 'delivered', status: 204 });
    const [{ headers, body } = { headers: {}, body: '' }] = delivered;
    expect(new Webhook(channel.webhookSecret).verify(body, headers)).toEqual({
      type: 'purchase.refund_due',
      timestamp: '2026-11-24T03:05:00.000Z',
      data: {
        purchaseId: id,
        externalId: 'order-1',
        outcome: 'rolled_back',
        reason: {
          code: 'insufficient_balance',
          message: { vi: expect.stringContaining('Tài khoản'), en: expect.stringContaining('balance') },
        },
        refund: { amount: 90000, currency: 'VND' },
      },
    });
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
  });

  it('has the same id and the same bytes however often it is delivered', async () => {
    await deliver();
    await deliver();
    expect(delivered.map(({ headers }) => headers['webhook-id'])).toEqual([notice.id, notice.id]);
    expect(delivered[0]?.body).toBe(delivered[1]?.body);
  });

  it('carries the request and the trace that the purchase came from, outside of what is signed', async () => {
    const origin = {
      requestId: 'r-7',
      traceparent: traceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01') as Traceparent, // it is one
    };
    await deliver({}, channel, { ...notice, ...origin });
    expect(delivered[0]?.headers).toMatchObject({ traceparent: origin.traceparent, 'x-request-id': 'r-7' });
    expect(delivered[0]?.body).not.toMatch(/4bf92f|r-7/);
    await deliver();
    expect(Object.keys(delivered[1]?.headers ?? {})).not.toContain('traceparent');
  });

  it('is delivered even if the answer’s body never ends', async () => {
    answer = (_request, response) => void response.writeHead(200).write('x'.repeat(100));
    await expect(deliver()).resolves.toEqual({ kind: 'delivered', status: 200 });
  });

  it('keeps no connection once it is delivered, even if the answer’s body never ends', async () => {
    answer = (_request, response) => void response.writeHead(200).write('x'.repeat(100));
    await deliver({ timeoutMs: 3_600_000 });
    const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    await eventually('the connection to be closed', async () => (await open()) === 0 || undefined, 60_000);
  });

  it('may be answered by some hints first', async () => {
    answer = (_request, response) => {
      for (let hints = 0; hints < 3; hints += 1)
        response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(204).end();
    };
    await expect(deliver()).resolves.toEqual({ kind: 'delivered', status: 204 });
  });
});

describe('a notice that a sale turned out wrong after it had succeeded', () => {
  it('says what to refund and why, under a type and an id of its own', async () => {
    const { purchaseId, externalId, amount, occurredAt } = notice;
    const about = { id: caseRefundNoticeId(id), purchaseId, externalId, amount, occurredAt };
    await deliver({}, channel, { ...about, caseReason: 'undone_at_mobifone' });
    const [{ headers, body } = { headers: {}, body: '' }] = delivered;
    expect(headers['webhook-id']).toBe(`case_refund_${id}`);
    expect(new Webhook(channel.webhookSecret).verify(body, headers)).toEqual({
      type: 'purchase.case_refund_due',
      timestamp: '2026-11-24T03:05:00.000Z',
      data: {
        purchaseId: id,
        externalId: 'order-1',
        reason: {
          code: 'undone_at_mobifone',
          message: { vi: 'MobiFone đã hủy giao dịch này.', en: 'MobiFone undid the sale.' },
        },
        refund: { amount: 90000, currency: 'VND' },
      },
    });
  });
});

describe('a notice of a purchase’s state', () => {
  const moved: StateNotice = {
    id: stateNoticeId(id, 11),
    purchaseId: id,
    externalId: externalId('order-1'),
    sequence: 11,
    state: 'rolled_back',
    reason: 'insufficient_balance',
    package: packageCode('D90'),
    faceValue: vnd(90000),
    occurredAt: '2026-11-24T03:05:00.000Z',
  };

  it('says which purchase, which state and in which order, and nothing of the subscriber', async () => {
    await deliver({}, channel, moved);
    const [{ headers, body } = { headers: {}, body: '' }] = delivered;
    expect(new Webhook(channel.webhookSecret).verify(body, headers)).toEqual({
      type: 'purchase.rolled_back',
      timestamp: '2026-11-24T03:05:00.000Z',
      data: {
        purchaseId: id,
        externalId: 'order-1',
        sequence: 11,
        state: 'rolled_back',
        outcome: 'rolled_back',
        reason: { code: 'insufficient_balance', message: { vi: expect.any(String), en: expect.any(String) } },
        package: 'D90',
        faceValue: { amount: 90000, currency: 'VND' },
      },
    });
  });

  it('has no outcome while the purchase has none', async () => {
    await deliver({}, channel, { ...moved, state: 'charging', reason: null });
    expect(JSON.parse(delivered[0]?.body ?? '').data).toMatchObject({ outcome: null, reason: null });
  });
});

describe('a channel that changes its secret', () => {
  it('can verify each notice with the old one and with the new one meanwhile', async () => {
    const previousWebhookSecret = newWebhookSecret();
    await deliver({}, { ...channel, previousWebhookSecret });
    const [{ headers, body } = { headers: {}, body: '' }] = delivered;
    for (const secret of [channel.webhookSecret, previousWebhookSecret]) {
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'purchase.refund_due' });
    }
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
  });

  it.each<[string, typeof answer]>([
    ['ends', (_request, response) => response.writeHead(200).end('thanks')],
    ['never ends', (_request, response) => response.writeHead(200, { 'content-length': '1000' }).write('x')],
    ['breaks off', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nx')],
    ['has no bounds', (_request, response) => response.writeHead(200).write('x'.repeat(10_000_000))],
  ])(
    'is over when its connection is closed, which is soon where the body of the answer %s',
    async (_body, says) => {
      answer = says;
      const connections: net.Socket[] = [];
      const remember = (message: unknown) => connections.push((message as { socket: net.Socket }).socket); // Node's own
      subscribe('net.client.socket', remember);
      await expect(deliver({ timeoutMs: 3_600_000 })).resolves.toEqual({ kind: 'delivered', status: 200 });
      unsubscribe('net.client.socket', remember);
      expect(connections.map(({ destroyed }) => destroyed)).toEqual([true]);
    },
  );
});

describe('a notice that a channel does not take', () => {
  it.each([400, 404, 410, 500, 503])('is to be delivered again after a %d', async (status) => {
    answer = (_request, response) => response.writeHead(status).end('a secret of theirs');
    await expect(deliver()).resolves.toEqual({
      kind: 'retry',
      status,
      detail: `the webhook answered ${status}`,
    });
  });

  it('waits as long as the channel asks, within reason', async () => {
    const after = async (text: string) => {
      answer = (_request, response) => response.writeHead(429, { 'retry-after': text }).end();
      const verdict = await deliver();
      return verdict.kind === 'retry' ? verdict.retryAfterMs : undefined;
    };
    await expect(after('7')).resolves.toBe(7000);
    await expect(after('999999')).resolves.toBe(3600000);
    await expect(after('soon')).resolves.toBeUndefined();
    const inAMinute = await after(new Date(Date.now() + 60_000).toUTCString());
    expect(inAMinute).toBeGreaterThan(50_000);
    expect(inAMinute).toBeLessThanOrEqual(60_000);
  });

  it('does not follow a redirect', async () => {
    answer = (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end();
    await expect(deliver()).resolves.toMatchObject({
      kind: 'retry',
      detail: expect.stringContaining('redirects'),
    });
    expect(delivered).toHaveLength(1);
  });

  it('is cut when the answer does not come, or comes a byte at a time', async () => {
    answer = () => undefined;
    await expect(deliver({ timeoutMs: 100 })).resolves.toEqual({
      kind: 'retry',
      detail: 'no answer within 100 ms',
      silent: true,
    });
    let dribble: NodeJS.Timeout | undefined;
    answer = (request) => void (dribble = setInterval(() => request.socket.write('H'), 20));
    await expect(deliver({ timeoutMs: 200 })).resolves.toMatchObject({ kind: 'retry' });
    clearInterval(dribble);
  });

  it('is cut sooner when not even a connection comes about, TLS included', async () => {
    const mute = net.createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => mute.once('listening', listening));
    const { port } = mute.address() as AddressInfo; // listening on TCP
    const connections: net.Socket[] = [];
    mute.on('connection', (socket) => connections.push(socket.on('error', () => undefined)));
    const to = { ...channel, webhookUrl: `https://127.0.0.1:${port}/` };
    await expect(deliver({ timeoutMs: 3_600_000, connectTimeoutMs: 100 }, to)).resolves.toEqual({
      kind: 'retry',
      detail: 'no connection within 100 ms',
      silent: true,
    });
    for (const socket of connections) socket.destroy();
    await new Promise((closed) => mute.close(closed));
  });

  it('has its whole time for an answer once it is connected', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const connected = new Promise<http.ServerResponse>((came) => {
        answer = (_request, response) => came(response);
      });
      const over = deliver({ timeoutMs: 10_000, connectTimeoutMs: 3_000 });
      const response = await connected;
      jest.advanceTimersByTime(9_000); // the limit of the connection has passed, that of the answer has not
      response.writeHead(204).end();
      await expect(over).resolves.toMatchObject({ kind: 'delivered' });
    } finally {
      jest.useRealTimers();
    }
  });

  it('is to be delivered again when the connection breaks or nobody listens', async () => {
    answer = (request) => request.socket.destroy();
    await expect(deliver()).resolves.toMatchObject({
      kind: 'retry',
      detail: 'the webhook cannot be reached (ECONNRESET)',
    });
    const closed = { ...channel, webhookUrl: 'http://127.0.0.1:9/' };
    await expect(deliver({}, closed)).resolves.toMatchObject({
      kind: 'retry',
      detail: 'the webhook cannot be reached (ECONNREFUSED)',
    });
  });

  it('is to be delivered again when the answer’s head is too large', async () => {
    answer = (_request, response) => response.writeHead(200, { 'x-large': 'x'.repeat(20_000) }).end();
    await expect(deliver()).resolves.toMatchObject({ kind: 'retry' });
  });

  it('waits for the channel to be in the registry again', async () => {
    await expect(
      deliverNotice(undefined, notice, {
        allowPrivateAddresses: true,
        timeoutMs: 100,
        connectTimeoutMs: 100,
        signal: new AbortController().signal,
      }),
    ).resolves.toMatchObject({ kind: 'retry', detail: expect.stringContaining('registry') });
  });
});

describe('a webhook inside our own network', () => {
  it('is not called, by address or by a name that leads there', async () => {
    const { port } = new URL(channel.webhookUrl);
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1']) {
      const inside = { ...channel, webhookUrl: `http://${host}:${port}/refunds` };
      await expect(deliver({ allowPrivateAddresses: false }, inside)).resolves.toMatchObject({
        kind: 'retry',
        detail: expect.stringContaining('not public'),
      });
    }
    expect(delivered).toEqual([]);
  });
});

describe('a webhook whose name leads inside our own network', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['by its only address', ['127.0.0.1']],
    ['by one of its addresses', ['203.113.131.1', '10.0.0.1']],
  ])('is not called: %s', async (_how, addresses) => {
    const { Resolver } = dns.promises; // whatever the name servers of this machine would say
    jest.spyOn(Resolver.prototype, 'resolve4').mockResolvedValue(addresses);
    jest.spyOn(Resolver.prototype, 'resolve6').mockRejectedValue(new Error('no such record'));
    const { port } = new URL(channel.webhookUrl);
    for (const scheme of ['http', 'https']) {
      const named = { ...channel, webhookUrl: `${scheme}://shop.example:${port}/refunds` };
      await expect(deliver({ allowPrivateAddresses: false }, named)).resolves.toMatchObject({
        kind: 'retry',
        detail: expect.stringContaining('not public'),
      });
    }
    expect(delivered).toEqual([]);
  });
});

describe('a delivery that nobody waits for any more', () => {
  it('ends at once with the reason, before or in the middle of it', async () => {
    const reason = new Error('the worker stops');
    await expect(deliver({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    answer = () => undefined;
    const stopping = new AbortController();
    const running = deliver({ signal: stopping.signal });
    setTimeout(() => stopping.abort(reason), 50);
    await expect(running).rejects.toBe(reason);
  });
});
