import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_EVERY_MS = 1_000;

/**
 * Bounds the connections that one address keeps open and does not use: beyond `perAddress` those that were idle for the
 * longest time are closed, of those that were idle for `afterMs`. A connection with a request under way, a stream or a held answer is not idle.
 */
export function closeIdleExcess(
  server: Server,
  { perAddress, afterMs }: { perAddress: number; afterMs: number },
): void {
  /** In the order in which they became idle. */
  const idle = new Map<Socket, number>();
  /** Requests that are not answered yet: one that came behind another begins when that is answered. */
  const underWay = new WeakMap<Socket, number>();
  const rest = (socket: Socket): void => void (socket.destroyed || idle.set(socket, performance.now()));
  server.on('connection', (socket: Socket) => {
    rest(socket);
    socket.once('close', () => idle.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const others = (underWay.get(socket) ?? 1) - 1;
      underWay.set(socket, others);
      if (others === 0) rest(socket);
    });
  });
  const look = setInterval(() => {
    const excess = countByAddress(idle.keys());
    for (const [address, count] of excess) excess.set(address, count - perAddress);
    for (const [socket, since] of idle) {
      const over = excess.get(socket.remoteAddress) ?? 0;
      if (over <= 0 || performance.now() - since < afterMs) continue;
      excess.set(socket.remoteAddress, over - 1);
      socket.destroy();
    }
  }, LOOK_EVERY_MS);
  server.once('close', () => clearInterval(look));
}

function countByAddress(sockets: Iterable<Socket>): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const { remoteAddress } of sockets) counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
  return counts;
}
