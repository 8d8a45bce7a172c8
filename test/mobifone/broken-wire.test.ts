import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createGateway, type Gateway } from '../../mobifone/client';
import { PATHS } from '../../mobifone/dialects/datacode-json';
import { COMMANDS, make } from '../support/gateway-commands';

/** What the wire does with a charge, once it has been sent whole. */
let misbehave: (socket: Socket) => void;
let received: number;
let server: Server;
let gateway: Gateway;
const open = new Set<Socket>();

beforeEach(async () => {
  received = 0;
  server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!isWhole(text)) return;
      const path = text.split(' ', 2)[1];
      text = '';
      if (path === PATHS.token) return void socket.write(answer(TOKEN));
      received += 1;
      misbehave(socket);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  gateway = connect(1000);
});
afterEach(async () => {
  gateway.close();
  for (const socket of open) socket.destroy();
  await new Promise((closed) => server.close(closed));
});

describe('a charge that MobiFone has received', () => {
  it('is unknown when no reply comes within the time limit', async () => {
    misbehave = () => undefined;
    expect(await make(gateway, 'charge')).toEqual({
      kind: 'unknown',
      detail: 'no reply within 1000 ms',
      outage: true,
    });
  });

  it('is unknown when its reply dribbles in a byte at a time, past the time limit', async () => {
    misbehave = (socket) => {
      let sent = 0;
      const timer = setInterval(() => {
        socket.write(DONE.charAt(sent));
        sent += 1;
      }, 50);
      socket.on('close', () => clearInterval(timer));
    };
    expect(await make(gateway, 'charge')).toEqual({
      kind: 'unknown',
      detail: 'no reply within 1000 ms',
      outage: true,
    });
  });

  it('is unknown when the connection is reset', async () => {
    misbehave = (socket) => socket.resetAndDestroy();
    expect(await make(connect(), 'charge')).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown when its reply is cut in the middle', async () => {
    misbehave = (socket) => socket.end(DONE.slice(0, -20));
    expect(await make(connect(), 'charge')).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown when its reply is beyond all size', async () => {
    misbehave = (socket) => socket.write(answer(JSON.stringify({ message: 'x'.repeat(100_000) })));
    expect(await make(connect(), 'charge')).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown when what comes back is no HTTP', async () => {
    misbehave = (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    expect(await make(connect(), 'charge')).toMatchObject({ kind: 'unknown' });
  });

  it('is sent once only, whatever the wire does', async () => {
    misbehave = (socket) => socket.resetAndDestroy();
    await make(connect(), 'charge');
    expect(received).toBe(1);
  });

  it('is done when its reply comes slowly, within the time limit', async () => {
    misbehave = (socket) => {
      socket.write(DONE.slice(0, 40));
      setImmediate(() => socket.write(DONE.slice(40)));
    };
    expect(await make(connect(), 'charge')).toEqual({ kind: 'done' });
  });
});

describe('a charge that cannot have reached MobiFone', () => {
  it('is to be sent again later when the connection is refused', async () => {
    await new Promise((closed) => server.close(closed));
    expect(await make(gateway, 'charge')).toMatchObject({ kind: 'retry_later' });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  it('is to be sent again later when the host name does not resolve', async () => {
    const nowhere = createGateway({
      ...CREDENTIALS,
      baseUrl: 'http://mobifone.invalid',
      callTimeoutMs: 30_000,
    });
    expect(await make(nowhere, 'charge')).toMatchObject({ kind: 'retry_later' });
    nowhere.close();
  });
});

const CREDENTIALS = { clientId: 'agent', clientSecret: 'secret' };
const TOKEN = JSON.stringify({ accessToken: 'token', expiresIn: 3600 });
const { transactionId, msisdn, amount } = COMMANDS.charge;
const DONE = answer(JSON.stringify({ resultCode: '0000', transactionId, msisdn, amount }));

/** @param callTimeoutMs short only where the time limit is the story */
function connect(callTimeoutMs = 60_000): Gateway {
  const { port } = server.address() as AddressInfo; // listening on TCP
  return createGateway({ ...CREDENTIALS, baseUrl: `http://127.0.0.1:${port}`, callTimeoutMs });
}

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(request)?.[1];
  return end >= 0 && request.length >= end + 4 + Number(length ?? 0);
}
