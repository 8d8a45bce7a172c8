import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort } from '../../dev/temporal/free-port';

let holder: Server;

beforeEach(async () => {
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
});

afterEach(async () => {
  holder.close();
  await once(holder, 'close');
});

function heldPort(): number {
  const address = holder.address();
  if (typeof address !== 'object' || address === null) throw new Error('the holder has no port');
  return address.port;
}

test('a taken port names the setting that moves it', async () => {
  const port = heldPort();
  await expect(freePort('127.0.0.1', port, 'TEMPORAL_PORT')).rejects.toThrow(
    new RegExp(`Port ${port} on 127.0.0.1 is taken[^]*set TEMPORAL_PORT to a free port`),
  );
});

test('an orphan of an earlier start is named with the way to end it', async () => {
  await expect(freePort('127.0.0.1', heldPort(), 'TEMPORAL_PORT', 4242)).rejects.toThrow(/`kill 4242`/);
});

test('port 0 gives a port that can be listened on', async () => {
  const port = await freePort('127.0.0.1', 0, 'TEMPORAL_PORT');
  expect(port).toBeGreaterThan(0);
  expect(await freePort('127.0.0.1', port, 'TEMPORAL_PORT')).toBe(port);
});
