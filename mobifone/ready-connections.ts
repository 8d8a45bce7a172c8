import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { onTop, routeOf, type HandOver } from '../runtime/proxy/agents';
import { openTunnel } from '../runtime/proxy/tunnel';

/** A gateway that does not say for how long it keeps an idle connection is taken to keep it a little longer; as undici. */
const MAX_IDLE_MS = 4_000;
/** How long before the time that the gateway has named a connection is used for the last time, milliseconds. */
const IDLE_SPARE_MS = 1_000;

/** Agents with kept-alive connections, each handed to a request only when it is established. */
export interface ReadyConnections {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
  /** @param keepAlive the header of a reply: how long the gateway keeps an idle connection, `timeout=5` in seconds */
  heed(keepAlive: unknown): void;
  /**
   * Closes the connections that the gateway may be closing at this moment. A command sent on one of them would be lost,
   * and nobody could know whether it arrived. To be called before each request.
   */
  closeStale(): void;
  /** Closes them all, those that are still being established too. */
  close(): void;
}

/**
 * Node gives a request its socket before that is connected, and buffers what is written until it is. Here the `socket`
 * event of a request means that TCP, and TLS on top of it, are established, also through a proxy.
 * @param limitMs how long establishing one may take
 */
export function readyConnections(limitMs: number): ReadyConnections {
  const opening = new Set<Duplex>();
  /** Since when each kept connection is idle, milliseconds of the steady clock. */
  const idleSince = new WeakMap<Duplex, number>();
  let maxIdleMs = MAX_IDLE_MS;
  let isClosed = false;

  function handOverWhenReady(
    connection: Duplex | null | undefined,
    ready: 'connect' | 'secureConnect',
    handOver: HandOver,
  ): void {
    if (!connection) throw new Error('Node opened no connection'); // it always does
    const tooLate = () => connection.destroy(coded('ETIMEDOUT', `not connected within ${limitMs} ms`));
    const timer = setTimeout(tooLate, limitMs);
    opening.add(connection);
    let failure: Error = coded('ECONNABORTED', 'closed before it was connected');
    const settled = () => {
      clearTimeout(timer);
      opening.delete(connection);
    };
    const closed = () => {
      settled();
      handOver(failure, connection);
    };
    connection.on('error', (error) => (failure = error)); // its request listens as well, but only from the next tick on
    connection.once('close', closed);
    connection.once(ready, () => {
      settled();
      connection.off('close', closed);
      handOver(null, connection);
    });
  }

  function open(
    options: ClientRequestArgs,
    isSecure: boolean,
    connect: (options: ClientRequestArgs) => Duplex | null | undefined,
    handOver: HandOver,
  ): void {
    const ready = isSecure ? 'secureConnect' : 'connect';
    const { proxy, ...place } = routeOf(options, isSecure);
    if (!proxy) return handOverWhenReady(connect(options), ready, handOver);
    openTunnel(proxy, place, limitMs).then((socket) => {
      if (isClosed) socket.destroy();
      if (isSecure) handOverWhenReady(connect(onTop(options, socket)), ready, handOver);
      else handOver(null, socket);
    }, handOver);
  }

  class ReadyHttpAgent extends HttpAgent {
    override keepSocketAlive(socket: Duplex) {
      idleSince.set(socket, performance.now());
      return super.keepSocketAlive(socket);
    }
    override createConnection(options: ClientRequestArgs, handOver: HandOver): undefined {
      open(options, false, (plain) => super.createConnection(plain), handOver);
    }
  }
  class ReadyHttpsAgent extends HttpsAgent {
    override keepSocketAlive(socket: Duplex) {
      idleSince.set(socket, performance.now());
      return super.keepSocketAlive(socket);
    }
    override createConnection(options: ClientRequestArgs, handOver: HandOver): undefined {
      open(options, true, (secure) => super.createConnection(secure), handOver);
    }
  }

  const httpAgent = new ReadyHttpAgent({ keepAlive: true });
  const httpsAgent = new ReadyHttpsAgent({ keepAlive: true });
  return {
    httpAgent,
    httpsAgent,
    heed(keepAlive) {
      const seconds =
        typeof keepAlive === 'string' ? /(?:^|,)\s*timeout=(\d+)/i.exec(keepAlive)?.[1] : undefined;
      if (seconds) maxIdleMs = Number(seconds) * 1000 - IDLE_SPARE_MS;
    },
    closeStale() {
      const idle = [httpAgent, httpsAgent].flatMap(({ freeSockets }) => Object.values(freeSockets).flat());
      const since = performance.now() - maxIdleMs;
      for (const connection of idle) {
        if (connection && (idleSince.get(connection) ?? 0) <= since) connection.destroy();
      }
    },
    close() {
      isClosed = true;
      for (const connection of opening) connection.destroy();
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
