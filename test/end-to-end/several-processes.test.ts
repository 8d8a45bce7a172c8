import net from 'node:net';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { Position } from '../../sandbox/ledger-entries';
import { CHAOS_SETTINGS } from '../chaos/settings';
import { certificateAuthority } from '../support/certificates';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000);

const ONE_SALE = { registrations: 1, registered: true, charges: 1, chargesStanding: 1 };
/** Each registration is answered after so long: there are some under way at any moment. */
const SLOW_MS = 300;
const authority = certificateAuthority('authority of a cluster');

let stack: EmbeddedStack;
let guard: tls.Server;
let apis: string[];
beforeAll(async () => {
  stack = await EmbeddedStack.start(CHAOS_SETTINGS);
  guard = await guardedDoor(stack.config.TEMPORAL_PORT);
  const own = authority.issue('datacode');
  const throughTheDoor = {
    TEMPORAL_ADDRESS: `localhost:${(guard.address() as AddressInfo).port}`, // a listening TCP server
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
    TEMPORAL_TLS_CLIENT_CERT_DATA: own.certificate,
    TEMPORAL_TLS_CLIENT_KEY_DATA: own.key,
  };
  const [port] = await freePorts(1);
  await stack.startPart('worker', throughTheDoor, 'second worker');
  await stack.startPart('api', { ...throughTheDoor, API_PORT: `${port}` }, 'second api');
  apis = [stack.apiUrl, `http://127.0.0.1:${port}`];
  await stack.order({ call: 'register', times: 'forever', fault: { kind: 'delay', ms: SLOW_MS } });
});
afterAll(async () => {
  await stack.end();
  guard.close();
});

/** Temporal's door as a cluster has it: TLS, for nobody without a certificate of ours. */
async function guardedDoor(temporalPort: number): Promise<tls.Server> {
  const { certificate, key } = authority.issue('temporal');
  const options = {
    cert: certificate,
    key,
    ca: authority.certificate,
    requestCert: true,
    ALPNProtocols: ['h2'],
  };
  const server = tls.createServer(options, (outside) => {
    const inside = net.connect(temporalPort, '127.0.0.1');
    outside.pipe(inside).pipe(outside);
    for (const [one, other] of [[outside, inside] as const, [inside, outside] as const]) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

/** Orders at one of the APIs, at another when that one is gone, as a channel behind a load balancer does. */
async function buy(externalId: string, first: number): Promise<string> {
  const body = JSON.stringify({ externalId, msisdn: '0900000001', package: 'D90' });
  const headers = {
    authorization: `Bearer ${stack.key()}`,
    'content-type': 'application/json',
    prefer: 'wait=30',
  };
  let at = first;
  return eventually(`the outcome of ${externalId}`, async () => {
    try {
      const answer = await fetch(`${apis[at % apis.length]}/v1/purchases`, { method: 'POST', headers, body });
      const purchase = (await answer.json()) as { id?: string; outcome?: string }; // the API's own document
      return purchase.outcome === 'succeeded' ? purchase.id : undefined;
    } catch {
      at += 1; // the connection broke, or nobody listens
      return undefined;
    }
  });
}

async function registrationsMade(count: number): Promise<void> {
  await eventually(`${count} registrations`, async () => {
    const { registrations } = await stack.sandbox<{ registrations: unknown[] }>('registrations');
    return registrations.length >= count || undefined;
  });
}

describe('two workers and two APIs, one of each behind mTLS, of which one of each is killed while customers buy', () => {
  it('sell each order once, whichever of them it came to and whoever was killed with it in hand', async () => {
    for (const api of apis) expect((await fetch(`${api}/readyz`)).status).toBe(200);
    const orders = Array.from({ length: 24 }, (_, at) => `several-${at}`);
    const sold = Promise.all(orders.map((id, at) => buy(id, at)));
    await registrationsMade(4);
    await Promise.all([stack.killPart('worker'), stack.killPart('second api')]);
    const ids = await sold;

    expect(new Set(ids).size).toBe(orders.length);
    for (const id of ids) expect(await stack.sandbox<Position>(`purchases/${id}`)).toMatchObject(ONE_SALE);
  });
});
