import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Backend {
  host: string;
  port: number;
}

/** How long one server may take to accept a connection before the next is tried. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * One address in front of several servers. Each connection goes to the next server that accepts it and ends with that
 * server's connection, so that the client reconnects to a running one. The bytes are not inspected.
 */
export class Failover {
  readonly #backends: readonly Backend[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  /** @param backends tried in turn */
  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.#server = createServer((client) => void this.#serve(client));
  }

  /** @throws the system's error when the port is taken */
  async listen(host: string, port: number): Promise<void> {
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const first = this.#turn++;
    for (let tried = 0; tried < this.#backends.length && !client.destroyed; tried += 1) {
      const backend = this.#backends[(first + tried) % this.#backends.length];
      const upstream = backend && (await reach(backend));
      if (!upstream) continue;
      this.#keep(upstream);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      if (client.destroyed) upstream.destroy();
      client.pipe(upstream).pipe(client);
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy()); // handled by `close`
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Nothing when the server does not accept. */
function reach({ host, port }: Backend): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const giveUp = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', giveUp).once('timeout', giveUp);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', giveUp).off('timeout', giveUp);
      resolve(socket);
    });
  });
}
