import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openUiDoor, type UiDoor } from '../../dev/temporal/ui-door';
import { closeAtOnce } from '../../runtime/listening';

const HOST = '127.0.0.1';
let ui: Server;
let door: UiDoor;
const asked: string[] = [];
beforeAll(async () => {
  ui = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += String(chunk)));
    incoming.on('end', () => {
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.host} ${body}`);
      response.writeHead(201, { 'Set-Cookie': '_csrf=secret' });
      response.end('the page');
    });
  });
  await new Promise<void>((resolve) => ui.listen(0, HOST, resolve));
  const { port } = ui.address() as AddressInfo; // a listening TCP server
  door = await openUiDoor({ host: HOST, port: 0 }, { host: HOST, port });
});
afterAll(async () => {
  await door.stop();
  await closeAtOnce(ui);
});
beforeEach(() => void (asked.length = 0));

function ask(host: string, body = ''): Promise<{ status: number; text: string; cookie: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: HOST,
      port: door.port,
      method: 'POST',
      path: '/api/v1/x?y',
      headers: { host },
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers['set-cookie'] }),
      );
    });
    sent.end(body);
  });
}

describe('the door before Temporal’s Web UI', () => {
  it.each(['127.0.0.1:8233', 'localhost:8233', '[::1]:8233', 'localhost'])(
    'passes on what a browser asks of %s, and the answer',
    async (host) => {
      expect(await ask(host, 'hello')).toEqual({ status: 201, text: 'the page', cookie: ['_csrf=secret'] });
      expect(asked).toEqual([`POST /api/v1/x?y ${host} hello`]);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8233',
    '127.0.0.1.evil.example:8233',
    'localhost.',
    'a:b:c',
    '1.2.3.4.5',
  ])('lets nothing through of a page that pointed its own name %s at this machine', async (host) => {
    const { status, cookie } = await ask(host);
    expect({ status, cookie }).toEqual({ status: 403, cookie: undefined });
    expect(asked).toEqual([]);
  });
});
