import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { PROBLEM_CODES, problemType, type ProblemCode } from '../../domain/problem-codes';
import { listen } from '../../runtime/listening';
import { closeIdleExcess } from './idle-connections';
import { limitConnections, type ConnectionLimit } from './connection-limit';
import { oneAtATime } from './one-at-a-time';
import { newRequestId } from './logging';
import { MAX_WAIT_SECONDS } from './waiting';
import { PROBLEM_MEDIA_TYPE } from './problems';
import { cutStalledReaders } from './stalled-readers';

export interface ApiServer {
  port: number;
  /**
   * Takes no more connections and resolves when the running requests are answered.
   * @param graceMs when those that are not are cut
   */
  stop(graceMs?: number): Promise<void>;
}

/** How slow a client may be, milliseconds; a held answer is not limited by it. */
export interface ClientPatience {
  /** For the head of a request. */
  head: number;
  /** For the whole of it. */
  request: number;
  /** While an answer waits and the client takes none of it. */
  stalledReader: number;
}
const PATIENCE: ClientPatience = { head: 10_000, request: 20_000, stalledReader: 20_000 };
/** Longer than what proxies commonly keep a connection for, so that they close it and not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** How long a stopping server waits for its running requests: longer than an answer can be held. */
const STOP_GRACE_MS = (MAX_WAIT_SECONDS + 5) * 1000;

/**
 * Listens.
 * @param port 0 has the system choose one
 * @param connections how many there may be; as many as come unless given
 * @param logger gets a line for each request that is refused before the app sees it
 * @throws PortTaken
 */
export async function startServer(
  app: Express,
  host: string,
  port: number,
  patience: ClientPatience = PATIENCE,
  connections?: ConnectionLimit,
  logger?: Pick<Logger, 'info'>,
): Promise<ApiServer> {
  let isExcess = (_socket: Socket): boolean => false;
  const refuse: Refuse = (code) => {
    const refusal = refusalOf(code);
    const { requestId, status } = refusal;
    logger?.info({ requestId, code, response: { status } }, 'request refused before it was read');
    return refusal;
  };
  const listener = oneAtATime(withOneHost(app, ({ socket }) => isExcess(socket), refuse));
  const server = http.createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: patience.head,
      requestTimeout: patience.request,
      connectionsCheckingInterval: Math.min(1_000, patience.head / 4),
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      requireHostHeader: false, // Node would refuse without a body; `withOneHost` tells what is wrong
    },
    listener,
  );
  if (connections) isExcess = limitConnections(server, connections);
  if (connections?.idle) closeIdleExcess(server, connections.idle);
  // What is expected beyond 100-continue is ignored, as RFC 9110 allows: to all who listen it is a request like any other.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined); // Node does not listen any more, and one reset would end the process
    socket.end(asText(refuse('malformed_request')), () => socket.destroy()); // this is no proxy
  });
  cutStalledReaders(server, patience.stalledReader);
  server.on('clientError', (fault: NodeJS.ErrnoException, socket) => {
    if (socket.writable && fault.code !== 'ECONNRESET')
      socket.end(asText(refuse(REFUSALS[fault.code ?? ''] ?? 'malformed_request')));
    else socket.destroy();
  });
  return {
    port: await listen(server, { host, port, setting: 'API_PORT' }),
    stop: (graceMs = STOP_GRACE_MS) => closed(server, graceMs),
  };
}

function closed(server: http.Server, graceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const lastResort = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close((fault) => {
      clearTimeout(lastResort);
      if (fault) reject(fault);
      else resolve();
    });
    const idle = setInterval(() => server.closeIdleConnections(), 50); // those that were busy a moment ago
    server.once('close', () => clearInterval(idle));
  });
}

/** HTTP/1.1 has every request name one host (RFC 9112). A request of an excess connection gets no further. */
function withOneHost(
  app: RequestListener,
  isExcess: (request: IncomingMessage) => boolean,
  refuse: Refuse,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const answer = (code: ProblemCode, more: Record<string, string> = {}): void => {
      const { status, headers, body } = refuse(code);
      response.writeHead(status, { ...headers, ...more });
      response.end(body);
    };
    if (isExcess(request)) return answer('temporarily_unavailable', { 'Retry-After': RETRY_AFTER });
    const hosts = request.rawHeaders.filter(
      (text, at) => at % 2 === 0 && text.toLowerCase() === 'host',
    ).length;
    if (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) return app(request, response);
    answer('malformed_request');
  };
}

/** Seconds after which another connection may be served. */
const RETRY_AFTER = '2';

/** Node's words for what is more than malformed. */
const REFUSALS: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timed_out',
};

interface Refusal {
  requestId: string;
  status: number;
  headers: Record<string, string>;
  body: string;
}
type Refuse = (code: ProblemCode) => Refusal;

/** What cannot even be parsed never reaches the app; it is answered alike all the same. */
function refusalOf(code: ProblemCode): Refusal {
  const { status, title, whatToDo, retryable } = PROBLEM_CODES[code];
  const requestId = newRequestId();
  const [type, detail] = [problemType(code), whatToDo.en];
  const body = JSON.stringify({ type, title: title.en, status, detail, code, retryable, requestId });
  return {
    requestId,
    status,
    headers: {
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Content-Length': String(Buffer.byteLength(body)),
      'X-Request-Id': requestId,
      Connection: 'close',
    },
    body,
  };
}

/** As it is sent where Node gives a socket and no response. */
function asText({ status, headers, body }: Refusal): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}
