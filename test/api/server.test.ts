import net from 'node:net';
import express from 'express';
import { startServer, type ApiServer } from '../../api/http/server';

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

function address(path: string): string {
  return `http://127.0.0.1:${server?.port}${path}`;
}

/** What the server says to raw bytes, until it closes. */
function answerTo(bytes: string): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    const socket = net.connect(server?.port ?? 0, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', failed).on('close', () => done(text));
  });
}

describe('a port that is taken', () => {
  it('is told with the setting to change', async () => {
    server = await startServer(express(), '127.0.0.1', 0);
    await expect(startServer(express(), '127.0.0.1', server.port)).rejects.toThrow(
      new RegExp(`Port ${server.port} on 127.0.0.1[^]*API_PORT`),
    );
  });
});

describe('a server that is asked to stop', () => {
  it('answers what is running, lets idle connections go, and takes no more', async () => {
    let answer = (): void => undefined;
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const app = express();
    app.get('/now', (_request, response) => void response.send('now'));
    app.get('/held', (_request, response) => {
      answer = () => void response.send('held');
      arrived();
    });
    server = await startServer(app, '127.0.0.1', 0);
    await fetch(address('/now')); // leaves an idle connection behind
    const held = fetch(address('/held'));
    await arrival;
    let stopped = false;
    const stop = server.stop().then(() => (stopped = true));
    await expect(fetch(address('/now'))).rejects.toThrow();
    expect(stopped).toBe(false);
    answer();
    expect(await (await held).text()).toBe('held');
    await stop;
    server = undefined;
  });
});

describe('a request that outlasts the grace of a stopping server', () => {
  it('is cut, so that the process ends in time', async () => {
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    server = await startServer(
      express().get('/', () => arrived()),
      '127.0.0.1',
      0,
    );
    const held = fetch(address('/'));
    await arrival;
    await Promise.all([expect(held).rejects.toThrow(), server.stop(50)]);
    server = undefined;
  });
});

describe('what is no HTTP', () => {
  it('is answered as a problem and let go', async () => {
    server = await startServer(express(), '127.0.0.1', 0);
    const answer = await answerTo('HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code: 'malformed_request',
      status: 400,
    });
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n'],
    ['a CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    ['too large a head', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('has an id by which its line in the log is found: %s', async (_what, bytes) => {
    const lines: object[] = [];
    const logger = { info: (line: object) => void lines.push(line) };
    server = await startServer(express(), '127.0.0.1', 0, undefined, undefined, logger);
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    const { requestId, code, status } = JSON.parse(body) as Record<string, unknown>;
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(head.toLowerCase()).toContain(`x-request-id: ${String(requestId)}`);
    expect(lines).toEqual([{ requestId, code, response: { status } }]);
  });

  it('is refused when its head is too large', async () => {
    server = await startServer(express(), '127.0.0.1', 0);
    const answer = await answerTo(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431/);
    expect(answer).toContain('"code":"headers_too_large"');
  });
});

describe('a client that is slow', () => {
  const PATIENCE = { head: 200, request: 400, stalledReader: 10_000 };
  const PATIENCE_WITH_A_READER = { head: 10_000, request: 20_000, stalledReader: 200 };

  it('is cut when it never ends the head of its request', async () => {
    server = await startServer(express(), '127.0.0.1', 0, PATIENCE);
    const answer = await answerTo('GET / HTTP/1.1\r\nHost: x\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(answer).toContain('"code":"request_timed_out"');
  });

  it('is cut when it never ends its body', async () => {
    const app = express().post('/', express.json(), (_request, response) => void response.end());
    server = await startServer(app, '127.0.0.1', 0, PATIENCE);
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
    expect(await answerTo(`${head}{"a":`)).toMatch(/^HTTP\/1\.1 408/);
  });

  it('is cut when it takes nothing of its answer', async () => {
    const cut = new Promise<void>((resolve) => {
      const app = express().get('/', (_request, response) => {
        response.once('close', () => resolve());
        response.write(Buffer.alloc(64 * 1024 * 1024)); // more than the system keeps for a connection
      });
      void startServer(app, '127.0.0.1', 0, PATIENCE_WITH_A_READER).then((started) => {
        server = started;
        const socket = net.connect(started.port, '127.0.0.1', () => {
          socket.pause();
          socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        });
        socket.on('error', () => undefined); // it is cut
      });
    });
    await cut;
  });

  it('is not cut while it is told nothing, nor while it reads', async () => {
    let told = (): void => undefined;
    const app = express().get('/', (_request, response) => {
      response.write('a');
      told = () => void response.end('b');
    });
    server = await startServer(app, '127.0.0.1', 0, PATIENCE_WITH_A_READER);
    const answer = await fetch(address('/'));
    const silence = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 3 * PATIENCE_WITH_A_READER.stalledReader)); // the silence is the condition
    told();
    expect(await answer.text()).toBe('ab');
    expect(performance.now() - silence).toBeGreaterThan(2 * PATIENCE_WITH_A_READER.stalledReader);
  });
});
