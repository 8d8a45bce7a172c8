import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request as openRequest, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createGateway, type Gateway } from '../../mobifone/client';
import { HeldRequest } from '../../mobifone/held-request';
import { DATACODE_JSON, PATHS } from '../../mobifone/dialects/datacode-json';
import { readyConnections } from '../../mobifone/ready-connections';
import { certificateAuthority } from '../support/certificates';
import { eventually } from '../support/eventually';
import { COMMANDS, make } from '../support/gateway-commands';
import { reachTimeLimit } from '../support/held-time-limit';

jest.mock('../../runtime/deadline', () =>
  jest.requireActual<{ heldTimeLimits: () => object }>('../support/held-time-limit').heldTimeLimits(),
);

/** A gateway on TCP: what it received, and how it answers the commands. */
let received: string[];
let answerCommand: (socket: Socket) => void;
let server: Server;
let gateway: Gateway;
const accepted = new Set<Socket>();
let opened: Socket[];
const keepOpened = (message: unknown) => opened.push((message as { socket: Socket }).socket); // what Node publishes there
/** Our own ends of the connections to it, in order: Node tells of every connection that this process opens. */
const ours = () => opened.filter((socket) => socket.remotePort === (server.address() as AddressInfo).port);
const bytesWritten = () => ours().reduce((bytes, socket) => bytes + socket.bytesWritten, 0);

beforeEach(async () => {
  received = [];
  opened = [];
  answerCommand = (socket) => socket.write(DONE);
  subscribe('net.client.socket', keepOpened);
  server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).on('close', () => accepted.delete(socket));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!isWhole(text)) return;
      const path = text.split(' ', 2)[1] ?? '';
      received.push(path);
      text = '';
      if (path === PATHS.token) socket.write(TOKEN);
      else answerCommand(socket);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  gateway = connect();
});
afterEach(async () => {
  jest.restoreAllMocks();
  unsubscribe('net.client.socket', keepOpened);
  gateway.close();
  for (const socket of accepted) socket.destroy();
  await new Promise((closed) => server.close(closed));
});

describe('before a command leaves', () => {
  it('its caller is asked, with the connection ready and nothing written to it', async () => {
    const asked: { connecting: boolean | undefined; commands: number }[] = [];
    const beforeSend = () => {
      asked.push({ connecting: ours().at(-1)?.connecting, commands: commandsReceived() });
      return undefined;
    };
    expect(await make(gateway, 'charge', { beforeSend })).toEqual({ kind: 'done' });
    expect(asked).toEqual([{ connecting: false, commands: 0 }]);
  });

  it('a promise makes it wait, and its caller is asked again until it says nothing more', async () => {
    const waits = [arrival(), arrival()];
    let asked = 0;
    const beforeSend = () => waits[asked++]?.promise;
    const charge = make(gateway, 'charge', { beforeSend });

    await eventually('the first question', () => asked === 1 || undefined);
    expect(commandsReceived()).toBe(0);
    waits[0]?.arrive();
    await eventually('the second question', () => asked === 2 || undefined);
    expect(commandsReceived()).toBe(0);
    waits[1]?.arrive();

    expect(await charge).toEqual({ kind: 'done' });
    expect(asked).toBe(3);
  });

  it.each([
    ['at once', () => undefined],
    ['after a wait', waitingOnce()],
  ])('once let go %s, it is written in the same tick', async (_, beforeSend) => {
    await make(gateway, 'check'); // so that the token and a connection are there
    const before = bytesWritten();
    let written: number | undefined;
    await make(gateway, 'charge', {
      beforeSend() {
        const wait = beforeSend();
        if (!wait) queueMicrotask(() => (written = bytesWritten()));
        return wait;
      },
    });
    expect(written).toBeGreaterThan(before);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the attempt was declared lost');
      },
    ],
    ['rejects with', () => Promise.reject(new Error('the attempt was declared lost'))],
  ])('what its caller %s keeps it here, and the call rejects with it', async (_, beforeSend) => {
    await expect(make(gateway, 'charge', { beforeSend })).rejects.toThrow('the attempt was declared lost');
    await make(gateway, 'check');
    expect(received).toEqual([PATHS.token, PATHS.check]);
  });

  it('its caller may end the call while it waits', async () => {
    const caller = new AbortController();
    let asked = 0;
    const beforeSend = () => {
      asked += 1;
      return new Promise<void>(() => undefined);
    };
    const charge = make(gateway, 'charge', { signal: caller.signal, beforeSend });
    await eventually('the first question', () => asked === 1 || undefined);
    caller.abort(new Error('the worker is draining'));
    await expect(charge).rejects.toThrow('the worker is draining');
    expect(commandsReceived()).toBe(0);
  });

  it('its caller is asked once more when it is sent once more, with a fresh token', async () => {
    const checked = answer('200 OK', { ...OK, transactionId: COMMANDS.check.transactionId });
    const answers = [UNAUTHORISED, checked];
    answerCommand = (socket) => socket.write(answers.shift() ?? checked);
    let asked = 0;
    const beforeSend = () => {
      asked += 1;
      return undefined;
    };
    expect(await make(gateway, 'check', { beforeSend })).toMatchObject({ kind: 'done' });
    expect(received).toEqual([PATHS.token, PATHS.check, PATHS.token, PATHS.check]);
    expect(asked).toBe(2);
  });
});

describe('a command that did not leave', () => {
  it('is to be sent again later when time runs out before its caller lets it go, which is no outage', async () => {
    const beforeSend = () => {
      reachTimeLimit();
      return new Promise<void>(() => undefined);
    };
    expect(await make(gateway, 'charge', { beforeSend })).toEqual({
      kind: 'retry_later',
      detail: 'the request could not be sent (within 60000 ms)',
    });
    expect(commandsReceived()).toBe(0);
  });

  it('is to be sent again later when its connection breaks meanwhile', async () => {
    const beforeSend = () => {
      for (const socket of accepted) socket.resetAndDestroy();
      return new Promise<void>(() => undefined);
    };
    expect(await make(gateway, 'charge', { beforeSend })).toMatchObject({
      kind: 'retry_later',
      outage: true,
    });
    expect(commandsReceived()).toBe(0);
  });

  it('is to be sent again later when an answer comes before it, as to a connection that was idle for too long', async () => {
    const sooner = 'HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';
    const beforeSend = () => {
      for (const socket of accepted) socket.write(sooner);
      return new Promise<void>(() => undefined);
    };
    expect(await make(gateway, 'charge', { beforeSend })).toMatchObject({ kind: 'retry_later' });
    expect(commandsReceived()).toBe(0);
  });

  it('is to be sent again later when TLS is never established, though TCP is', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => reachTimeLimit()); // the client's part of the handshake
    });
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const { port } = silent.address() as AddressInfo; // listening on TCP
    const open = createGateway({
      ...CREDENTIALS,
      baseUrl: `https://127.0.0.1:${port}`,
      callTimeoutMs: 60_000,
      dialect: { ...DATACODE_JSON, authentication: { kind: 'none' } }, // or it is a token that is missing
    });
    let asked = 0;
    const beforeSend = () => {
      asked += 1;
      return undefined;
    };
    const verdict = await make(open, 'charge', { beforeSend });
    open.close();
    await new Promise((closed) => silent.close(closed));
    expect(verdict).toMatchObject({ kind: 'retry_later', outage: true });
    expect(asked).toBe(0);
  });
});

describe('a command that left', () => {
  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'])(
    'is unknown when its connection breaks with %s, whatever such a code suggests',
    async (code) => {
      answerCommand = () =>
        ours()
          .at(-1)
          ?.destroy(Object.assign(new Error(code), { code }));
      expect(await make(gateway, 'charge')).toEqual({
        kind: 'unknown',
        detail: `the connection broke (${code})`,
        outage: true,
      });
    },
  );

  it('is unknown when a connection that was used before is reset under it', async () => {
    await make(gateway, 'check');
    const [used] = accepted;
    let reset: Socket | undefined;
    answerCommand = (socket) => (reset = socket.resetAndDestroy());
    expect(await make(gateway, 'charge')).toMatchObject({ kind: 'unknown', outage: true });
    expect(reset).toBe(used);
  });

  it('is unknown when time runs out after its caller let it go', async () => {
    answerCommand = () => void reachTimeLimit();
    expect(await make(gateway, 'charge', { beforeSend: waitingOnce() })).toEqual({
      kind: 'unknown',
      detail: 'no reply within 60000 ms',
      outage: true,
    });
  });
});

describe('over TLS', () => {
  it('the handshake is over before anything leaves, and what leaves is answered', async () => {
    const authority = certificateAuthority('test authority');
    const { certificate: cert, key } = authority.issue('gateway');
    let handshakes = 0;
    let requests = 0;
    const secure = createTlsServer({ cert, key }, (request, response) => {
      requests += 1;
      request.on('data', (body: Buffer) => response.end(`echo of ${body.toString()}`));
    });
    secure.on('secureConnection', () => (handshakes += 1));
    await new Promise<void>((listening) => secure.listen(0, '127.0.0.1', listening));
    const connections = readyConnections(60_000);
    connections.httpsAgent.options.ca = authority.certificate;

    let asked = 0;
    const held = new HeldRequest(() => {
      asked += 1;
      expect(requests).toBe(0);
      return handshakes === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = secure.address() as AddressInfo; // listening on TCP
      const agent = connections.httpsAgent;
      const options = { protocol: 'https:', host: '127.0.0.1', port, method: 'POST', agent };
      const request = held.transport.request(options, resolve);
      request.on('error', reject);
      request.write(Buffer.from('a command'));
      request.end();
    });
    let text = '';
    for await (const chunk of response) text += String(chunk);
    connections.close();
    await new Promise((closed) => secure.close(closed));

    expect(text).toBe('echo of a command');
    expect(asked).toBeGreaterThan(0);
    expect(handshakes).toBe(1);
  });

  it('a certificate that nobody vouches for gets no command', async () => {
    const { certificate: cert, key } = certificateAuthority('a stranger').issue('gateway');
    let requests = 0;
    const secure = createTlsServer({ cert, key }, () => (requests += 1));
    await new Promise<void>((listening) => secure.listen(0, '127.0.0.1', listening));
    const { port } = secure.address() as AddressInfo; // listening on TCP
    const gateway = connect(`https://127.0.0.1:${port}`);
    expect(await make(gateway, 'charge')).toMatchObject({ kind: 'retry_later', outage: true });
    gateway.close();
    await new Promise((closed) => secure.close(closed));
    expect(requests).toBe(0);
  });
});

describe('a gateway that is closed', () => {
  it('leaves no connection behind, not even one that was being established', async () => {
    const connections = readyConnections(60_000);
    const silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const { port } = silent.address() as AddressInfo; // listening on TCP
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => {
      const options = { host: '127.0.0.1', port, agent: connections.httpAgent };
      openRequest(options).on('error', resolve).end();
    });
    connections.close();
    expect((await failed).code).toBe('ECONNABORTED');
    await new Promise((closed) => silent.close(closed));
  });
});

const CREDENTIALS = { clientId: 'agent', clientSecret: 'secret' };
const { transactionId, msisdn, amount } = COMMANDS.charge;
const TOKEN = answer('200 OK', { accessToken: 'token', expiresIn: 3600 });
const OK = { resultCode: '0000', transactionId, msisdn, amount };
const DONE = answer('200 OK', OK);
const UNAUTHORISED = answer('401 Unauthorized', { error: 'token expired' });

function connect(baseUrl?: string): Gateway {
  const { port } = server.address() as AddressInfo; // listening on TCP
  return createGateway({
    ...CREDENTIALS,
    baseUrl: baseUrl ?? `http://127.0.0.1:${port}`,
    callTimeoutMs: 60_000,
  });
}

function commandsReceived(): number {
  return received.filter((path) => path !== PATHS.token).length;
}

function answer(status: string, body: object): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(request)?.[1];
  return end >= 0 && request.length >= end + 4 + Number(length ?? 0);
}

function waitingOnce(): () => Promise<void> | undefined {
  let asked = 0;
  return () => (asked++ === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
}

function arrival(): { promise: Promise<void>; arrive: () => void } {
  let arrive: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (arrive = resolve));
  return { promise, arrive };
}
