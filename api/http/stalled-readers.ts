import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts clients that ask but do not read: while bytes wait in this process and the client takes none of them, its
 * connection lives for `patienceMs` only. A client that reads slowly, or that is told nothing for long, stays.
 */
export function cutStalledReaders(server: Server, patienceMs: number): void {
  const open = new Map<Socket, { taken: number; since: number }>();
  server.on('connection', (socket: Socket) => {
    open.set(socket, { taken: 0, since: performance.now() });
    socket.once('close', () => open.delete(socket));
  });
  const look = setInterval(() => {
    for (const [socket, last] of open) {
      const taken = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || taken !== last.taken) {
        open.set(socket, { taken, since: performance.now() });
      } else if (performance.now() - last.since > patienceMs) {
        socket.destroy();
      }
    }
  }, patienceMs / 4);
  server.once('close', () => clearInterval(look));
}
