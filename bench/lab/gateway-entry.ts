import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { PATHS } from '../../mobifone/dialects/datacode-json';
import { closeAtOnce } from '../../runtime/listening';
import { runPart } from '../../runtime/process';
import { listenOnLoopback } from './listening';
import { CONTROL_PATH, gatewayOrderSchema, type GatewayOrder } from './gateway-control';

/**
 * A gateway that says yes after a set time, and does no more than that: the sandbox keeps a ledger, which would take
 * its share of the two cores. Remembers what was done, so that an inquiry after an outage is answered truthfully.
 */
let order: GatewayOrder = { delayMs: 0, out: false };
const done = new Set<string>();
const spent = { calls: 0, milliseconds: 0 };

runPart(async () => {
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000;
  const port = await listenOnLoopback(server);
  return {
    details: { port },
    stop: () => closeAtOnce(server),
  };
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await read(request);
  const receivedAt = performance.now();
  if (request.url === CONTROL_PATH) return control(request.method ?? '', body, response);
  if (request.url === PATHS.token) return send(response, 200, { accessToken: 'bench', expiresIn: 86_400 });
  if (order.out) return send(response, 503, { error: 'out' });
  const reply = (): void => {
    send(response, 200, perform(request.url ?? '', JSON.parse(body) as Command)); // sent by our own client only
    spent.calls += 1;
    spent.milliseconds += performance.now() - receivedAt;
  };
  if (order.delayMs === 0) reply();
  else setTimeout(reply, order.delayMs);
}

interface Command {
  transactionId: string;
  msisdn: string;
  amount?: number;
}

function perform(path: string, { transactionId, msisdn, amount }: Command): object {
  const reply = { resultCode: '0000', transactionId, msisdn };
  if (path === PATHS.inquiry) {
    return { ...reply, transactionState: done.has(transactionId) ? 'DONE' : 'NOT_FOUND' };
  }
  done.add(transactionId);
  return { ...reply, ...(amount === undefined ? {} : { amount }) };
}

function control(method: string, body: string, response: ServerResponse): void {
  if (method === 'PUT') {
    order = gatewayOrderSchema.parse(JSON.parse(body));
    spent.calls = 0;
    spent.milliseconds = 0;
  }
  send(response, 200, spent);
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += String(piece);
  return body;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
