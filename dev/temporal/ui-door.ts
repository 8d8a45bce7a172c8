import { randomBytes } from 'node:crypto';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeAtOnce, listen } from '../../runtime/listening';
import { mayBeRebound } from '../../runtime/rebound-host';
import type { Program } from '../supervisor/program';
import { freePort } from './free-port';
import { COLUMNS_PAGE, COLUMNS_PATH } from './ui-columns';
import { isMoreThanReset, isRefusedOfUi, isReset, isUiSettings, limitedSettings } from './ui-limits';

const NOT_HERE =
  'This is not done through the Web UI, which acts in nobody’s name. Use the desk or `datacode purchases`.';
/** A reason and a few ids. */
const MAX_RESET_BYTES = 65_536;

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
 * operator's browser (DNS rebinding), and refuses what is not changed through the Web UI (`ui-limits.ts`).
 * @throws PortTaken
 */
export async function openUiDoor(place: { host: string; port: number }, ui: UiAddress): Promise<UiDoor> {
  const server = createServer((request, response) => {
    if (mayBeRebound(request.headers.host))
      return refuse(response, 'Open the Web UI by 127.0.0.1 or localhost.');
    if (isRefusedOfUi(request.method, request.url)) return refuse(response, NOT_HERE);
    if (request.method === 'GET' && request.url?.split('?')[0] === COLUMNS_PATH) return sendColumns(response);
    if (isReset(request.method, request.url)) return void passReset(request, response, ui);
    pass(request, response, ui);
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

/** A reset may carry other changes in its body, so it is read whole before it is passed on. */
async function passReset(request: IncomingMessage, response: ServerResponse, ui: UiAddress): Promise<void> {
  const body = await bodyOf(request).catch(() => undefined); // gone, or too long
  if (body === undefined) response.setHeader('Connection', 'close'); // the rest of it is not read
  if (body === undefined || isMoreThanReset(body.toString('utf8'))) return refuse(response, NOT_HERE);
  pass(request, response, ui, body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer); // no encoding was set
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_RESET_BYTES) throw new Error('too long');
  }
  return Buffer.concat(chunks);
}

/** @param body where it was read already */
function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { host, port }: UiAddress,
  body?: Buffer,
): void {
  const { method, url } = request;
  const isLimited = isUiSettings(method, url);
  // what is changed on its way must be readable
  const headers = isLimited ? { ...request.headers, 'accept-encoding': 'identity' } : request.headers;
  const inner = forward({ host, port, method, path: url, headers, agent: false }, (answer) => {
    if (isLimited) return void passLimited(answer, response);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  inner.on('error', () => {
    if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end('The Web UI does not answer.\n');
  });
  response.on('close', () => inner.destroy());
  if (body) inner.end(body);
  else request.pipe(inner);
}

async function passLimited(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(chunk as Buffer); // no encoding was set
  } catch {
    return void response.destroy(); // the Web UI was stopped meanwhile
  }
  const { 'content-length': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers);
  response.end(limitedSettings(Buffer.concat(chunks).toString('utf8')));
}

/** The link that adds an operator's columns: what the Web UI keeps in the browser, set under its own address. */
function sendColumns(response: ServerResponse): void {
  const { html, policy } = COLUMNS_PAGE;
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
  });
  response.end(html);
}

function refuse(response: ServerResponse, why: string): void {
  response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}
