import { randomBytes } from 'node:crypto';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeAtOnce, listen } from '../../runtime/listening';
import { mayBeRebound } from '../../runtime/rebound-host';
import type { Program } from '../supervisor/program';
import { freePort } from './free-port';

/** Temporal's Web UI, which answers under any name, and gives any page that asks the token to change things with. */
export interface UiAddress {
  host: string;
  port: number;
}

export interface UiDoor {
  port: number;
  stop(): Promise<void>;
}

/**
 * Passes on to the Web UI what is asked under an address of this machine, so that no page of another name can act in an
 * operator's browser (DNS rebinding).
 * @throws PortTaken
 */
export async function openUiDoor(place: { host: string; port: number }, ui: UiAddress): Promise<UiDoor> {
  const server = createServer((request, response) => {
    if (!mayBeRebound(request.headers.host)) return pass(request, response, ui);
    response.writeHead(403, { 'Content-Type': 'text/plain' });
    response.end('Open the Web UI by 127.0.0.1 or localhost.\n');
  });
  const port = await listen(server, { ...place, setting: 'TEMPORAL_UI_PORT' });
  return { port, stop: () => closeAtOnce(server) };
}

/**
 * A program that serves the Web UI, with the door before it: it is stopped when the door cannot be opened, and after the door.
 * @throws PortTaken
 */
export async function behindDoor<T extends Pick<Program, 'stop'>>(
  program: T,
  place: { host: string; port: number },
  ui: UiAddress,
): Promise<T & UiDoor> {
  const door = await openUiDoor(place, ui).catch(async (fault: unknown) => {
    await program.stop();
    throw fault;
  });
  const stop = async () => {
    await door.stop();
    await program.stop();
  };
  return { ...program, stop, port: door.port };
}

/** Where the Web UI itself listens: told to nobody but the door, and on Linux on a loopback address that no page guesses. */
export async function hiddenPlace(): Promise<UiAddress> {
  const host =
    process.platform === 'linux'
      ? `127.${[...randomBytes(3)].map((byte) => (byte % 254) + 1).join('.')}`
      : '127.0.0.1';
  return { host, port: await freePort(host, 0, 'TEMPORAL_UI_PORT') };
}

function pass(request: IncomingMessage, response: ServerResponse, { host, port }: UiAddress): void {
  const { method, url, headers } = request;
  const inner = forward({ host, port, method, path: url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  inner.on('error', () => {
    if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end('The Web UI does not answer.\n');
  });
  response.on('close', () => inner.destroy());
  request.pipe(inner);
}
