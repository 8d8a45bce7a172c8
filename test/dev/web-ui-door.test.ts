import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { closeAtOnce } from '../../runtime/listening';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

jest.setTimeout(120_000);

let ui: Server;
let door: ChildProcess;
let port: number;
beforeAll(async () => {
  ui = createServer((_, response) => response.end('the page'));
  await new Promise<void>((resolve) => ui.listen(0, '127.0.0.1', resolve));
  const { port: inner } = ui.address() as AddressInfo; // a listening TCP server
  [port = 0] = await freePorts(1);
  door = spawn(
    process.execPath,
    ['--require', './runtime/typescript.cjs', 'dev/web-ui-door.ts', `127.0.0.1:${inner}`],
    {
      cwd: join(__dirname, '../..'),
      env: { PATH: process.env['PATH'], TEMPORAL_UI_PORT: `${port}` },
      stdio: 'ignore',
    },
  );
});
afterAll(async () => {
  const ended = once(door, 'exit');
  door.kill('SIGTERM');
  await ended;
  await closeAtOnce(ui);
});

const asked = (host: string) =>
  new Promise<number | undefined>((resolve) => {
    request({ host: '127.0.0.1', port, headers: { host } })
      .on('error', () => resolve(undefined))
      .on('response', (response) => resolve(response.resume().statusCode))
      .end();
  });

describe('the door of a Web UI in another container', () => {
  it('passes on what is asked under an address of this machine, and nothing of a page with a name of its own', async () => {
    expect(await eventually('the door to open', () => asked('127.0.0.1:8233'))).toBe(200);
    expect(await asked('evil.example:8233')).toBe(403);
  });
});
