import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Failover } from '../../../dev/cluster/failover';
import { freePorts } from '../../support/free-ports';

const HOST = '127.0.0.1';
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A server that says its name to whoever connects, and dies with all its connections when asked. */
async function named(name: string): Promise<{ port: number; die: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.write(name);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const die = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  open.push({ close: die });
  const { port } = server.address() as AddressInfo; // a TCP server has one
  return { port, die };
}

async function inFrontOf(ports: readonly number[]): Promise<number> {
  const failover = new Failover(ports.map((port) => ({ host: HOST, port })));
  const [port = 0] = await freePorts(1);
  await failover.listen(HOST, port);
  open.push(failover);
  return port;
}

/** Connects, and reads the name of whoever answered; nothing when nobody did. */
async function answerAt(port: number): Promise<{ name: string; socket: Socket; closed: Promise<unknown> }> {
  const socket = connect({ host: HOST, port }).on('error', () => undefined);
  const closed = once(socket, 'close');
  const name = await Promise.race([
    once(socket, 'data').then(([data]) => String(data)),
    closed.then(() => ''),
  ]);
  open.push({ close: () => socket.destroy() });
  return { name, socket, closed };
}

describe('one address in front of two servers', () => {
  it('gives connections to both in turn', async () => {
    const port = await inFrontOf([(await named('one')).port, (await named('two')).port]);

    const names = [(await answerAt(port)).name, (await answerAt(port)).name, (await answerAt(port)).name];
    expect(names).toEqual(['one', 'two', 'one']);
  });

  it('ends the connections of one that dies, and gives whoever comes back to the other', async () => {
    const [one, two] = [await named('one'), await named('two')];
    const port = await inFrontOf([one.port, two.port]);
    const { name, closed } = await answerAt(port);
    expect(name).toBe('one');

    one.die();
    await closed;

    for (let times = 0; times < 3; times += 1) expect((await answerAt(port)).name).toBe('two');
  });

  it('ends a connection at once when nobody is there, so that the caller can try again', async () => {
    const port = await inFrontOf(await freePorts(2));

    expect((await answerAt(port)).name).toBe('');
  });
});
