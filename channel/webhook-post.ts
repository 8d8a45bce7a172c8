import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { limitHead } from '../runtime/answer-head';
import { ProxiedHttpAgent, ProxiedHttpsAgent } from '../runtime/proxy/agents';
import { publicLookup, refuseForbiddenLiteral } from './public-address';

/** A POST to a channel's webhook. */
export interface WebhookPost {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Lets the webhook be on a loopback or private address; for development. */
  allowPrivateAddresses: boolean;
  /** For all of it: DNS, connection, sending and the answer's head. Milliseconds. */
  timeoutMs: number;
  /** For the connection alone: DNS, TCP and TLS. Milliseconds. */
  connectTimeoutMs: number;
  signal: AbortSignal;
}

/** The answer without its body, which does not matter. */
export interface WebhookAnswer {
  status: number;
  retryAfter: string | undefined;
}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
/** How long the connection stays open for the rest of an answer whose status is known, ms. */
const BODY_TIMEOUT_MS = 1_000;

/**
 * Sends once, over a connection of its own, and follows no redirect. Over when that connection is closed: who counts the
 * deliveries that are under way counts connections.
 * @throws ForbiddenAddress, the signal's reason, or Node's network error with its `code`; `ETIMEDOUT` when time is up
 */
export function postToWebhook(post: WebhookPost): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    post.signal.throwIfAborted();
    const url = new URL(post.url);
    if (!post.allowPrivateAddresses) refuseForbiddenLiteral(url.hostname);
    const isSecure = url.protocol === 'https:';
    const request = limitHead(
      (isSecure ? https : http).request(url, {
        method: 'POST',
        // a new one for each request: a reused connection would skip the DNS lookup
        agent: isSecure ? new ProxiedHttpsAgent() : new ProxiedHttpAgent(),
        headers: { ...post.headers, 'content-length': String(Buffer.byteLength(post.body)) },
        maxHeaderSize: MAX_HEAD_BYTES,
        ...(post.allowPrivateAddresses ? {} : { lookup: publicLookup() }),
      }),
    );
    let answer: WebhookAnswer | undefined;
    const stop = (reason: unknown): void => {
      if (!answer) reject(reason);
      request.destroy();
    };
    const timer = setTimeout(() => stop(timeIsUp('answer', post.timeoutMs)), post.timeoutMs);
    const connecting = setTimeout(
      () => stop(timeIsUp('connection', post.connectTimeoutMs)),
      post.connectTimeoutMs,
    );
    request.once('socket', (socket) => {
      if (!isSecure && !socket.connecting) clearTimeout(connecting); // a proxy's, which is there already
      socket.once(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    const onAbort = (): void => stop(post.signal.reason);
    post.signal.addEventListener('abort', onAbort, { once: true });
    let rest: NodeJS.Timeout | undefined;
    request.once('close', () => {
      for (const each of [timer, connecting, rest]) clearTimeout(each);
      post.signal.removeEventListener('abort', onAbort);
      if (answer) resolve(answer);
      else reject(closedEarly());
    });
    request.on('error', stop);
    request.once('response', (response) => {
      answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
      rest = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
      skipBody(response, () => request.destroy());
    });
    request.end(post.body);
  });
}

/** The status is known; the body does not matter, but a receiver that is cut off while it writes may log an error. */
function skipBody(response: IncomingMessage, cut: () => void): void {
  let received = 0;
  response.on('error', () => undefined);
  response.on('data', ({ length }: Buffer) => {
    received += length;
    if (received > MAX_BODY_BYTES) cut();
  });
}

function closedEarly(): Error {
  return Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' });
}

function timeIsUp(what: 'answer' | 'connection', timeoutMs: number): Error {
  return Object.assign(new Error(`no ${what} within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}
