import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { answeringConnection } from '../../client/connection/answering';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { createPurchases, type PurchaseClients } from '../../client/create-purchases';
import { loadConfig } from '../../config';
import { CuttableLine, type Trouble } from '../chaos/cuttable-line';
import { certificateAuthority } from '../support/certificates';
import { eventually } from '../support/eventually';
import { guardedTemporal } from '../support/guarded-temporal';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';

/** For a machine that is busy; without the product's own limits none of this ever happens. */
const LIMIT_MS = 60_000;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

let line: CuttableLine;
let clients: PurchaseClients;
beforeEach(async () => {
  line = await CuttableLine.start(Number(server.address.split(':').at(-1)));
  clients = createPurchases(loadConfig({ TEMPORAL_PORT: `${line.port}`, ENCRYPTION: 'false' }));
  await sell();
});
afterEach(async () => {
  await clients.close();
  await line.stop();
});

const sell = () => clients.purchases.submit(anOrder(), 0);
/** Whether the order was accepted. */
const sells = () =>
  sell().then(
    () => true,
    () => false,
  );
const sellsAgain = () =>
  eventually('an order to be accepted', async () => ((await sells()) ? true : undefined), LIMIT_MS);

describe('a network between API and Temporal that swallows bytes, and heals', () => {
  it('lets orders through again, although the connections of the outage are never let go', async () => {
    line.suffer({ kind: 'swallow' });
    expect(await sells()).toBe(false);
    expect(line.connections).toBeGreaterThan(1); // made during the outage: it never hears a byte

    line.mend();
    await sellsAgain();
    await eventually(
      'the dead connections to be closed',
      () => (line.open <= 1 ? true : undefined),
      LIMIT_MS,
    );
  });

  it('is noticed by the first order after a short outage, which nothing else told the API of', async () => {
    line.suffer({ kind: 'swallow' });
    const answer = sell();
    await eventually('the order to be on its way', () => (line.swallowed > 0 ? true : undefined));
    line.mend();
    await answer.catch(() => undefined); // sold, where the machine is not too slow for the order's own time
    expect(line.connections).toBeGreaterThan(1);
    await sellsAgain();
  });

  it('says that it is not ready meanwhile, and ready when it has healed', async () => {
    expect(await clients.purchases.readiness()).toBe('ready');
    line.suffer({ kind: 'swallow' });
    expect(await clients.purchases.readiness()).toBe('no_answer');
    line.mend();
    await eventually(
      'the API to be ready',
      async () => ((await clients.purchases.readiness()) === 'ready' ? true : undefined),
      LIMIT_MS,
    );
  });
});

describe('a network between API and Temporal that resets, delays or trickles', () => {
  it.each<Trouble>([{ kind: 'reset' }])('sells again as soon as it has healed: $kind', async (trouble) => {
    line.suffer(trouble);
    expect(await sells()).toBe(false);
    line.mend();
    await sellsAgain();
  });

  it.each<Trouble>([
    { kind: 'delay', ms: 100 },
    { kind: 'trickle', bytesPerSecond: 20_000 },
  ])('sells, if slowly: $kind', async (trouble) => {
    line.suffer(trouble);
    await sellsAgain();
    expect(line.connections).toBe(1); // slow is not dead
  });
});

describe('a connection that is closed while a call on it is to be sent again', () => {
  it('has that call fail, and ends nothing else', async () => {
    await line.stop(); // Temporal is away: each attempt is refused at once, and made again after a pause
    const connection = answeringConnection({ address: `127.0.0.1:${line.port}` });
    const call = connection.withDeadline(Date.now() + 30_000, () =>
      connection.workflowService.getSystemInfo({}),
    );
    const failed = expect(call).rejects.toThrow('the connection is closed');
    await new Promise((resolve) => setImmediate(resolve)); // the call has begun
    await connection.close();
    await failed;
  });
});

describe('a network that swallows bytes of a connection by TLS', () => {
  it('heals as well, in whichever phase the connection was', async () => {
    const authority = certificateAuthority('authority of the servers');
    const temporal = await guardedTemporal(authority);
    const tlsLine = await CuttableLine.start(Number(temporal.address.split(':').at(-1)));
    const { connectionOptions } = temporalTarget(
      { TEMPORAL_PORT: 1 },
      {
        TEMPORAL_ADDRESS: `127.0.0.1:${tlsLine.port}`,
        TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
      },
    );
    tlsLine.suffer({ kind: 'swallow' });
    const connection = answeringConnection(connectionOptions);
    const ask = () =>
      connection.withDeadline(Date.now() + 5_000, () => connection.workflowService.getSystemInfo({}));
    await expect(ask()).rejects.toThrow();
    tlsLine.mend();
    await eventually('an answer', () => ask().catch(() => undefined), LIMIT_MS);
    await connection.close();
    temporal.close();
    await tlsLine.stop();
  });
});
