import http, { type ClientRequestArgs } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { proxyFor, type Proxy } from './settings';
import { openTunnel } from './tunnel';

/** How an agent of Node's is given a connection that was not there at once. */
export type HandOver = (error: Error | null, connection?: Duplex) => void;

/** The place that an agent is to connect to, and the proxy on the way there. */
export interface Route {
  host: string;
  port: number;
  proxy: Proxy | undefined;
}

/** How long a proxy may take to open a tunnel; requests have time limits of their own, which are shorter. */
const TUNNEL_LIMIT_MS = 30_000;

export function routeOf(options: ClientRequestArgs, isSecure: boolean): Route {
  const host = options.host ?? 'localhost';
  const port = Number(options.port ?? (isSecure ? 443 : 80));
  return { host, port, proxy: proxyFor({ isSecure, host, port }) };
}

/** Options of a TLS connection on top of one that is there. */
export function onTop(options: ClientRequestArgs, socket: Duplex): ClientRequestArgs & { socket: Duplex } {
  return { ...options, socket };
}

/** For one request or several: HTTP through the proxy that the environment names for its place, if any. */
export class ProxiedHttpAgent extends http.Agent {
  override createConnection(options: ClientRequestArgs, handOver: HandOver): Duplex | null | undefined {
    const { proxy, ...place } = routeOf(options, false);
    if (!proxy) return super.createConnection(options, handOver);
    tunnelTo(place, proxy, options).then((socket) => handOver(null, socket), handOver);
    return undefined;
  }
}

/** As `ProxiedHttpAgent`, for HTTPS: TLS is with the place itself, and the proxy sees its name alone. */
export class ProxiedHttpsAgent extends https.Agent {
  override createConnection(options: ClientRequestArgs, handOver: HandOver): Duplex | null | undefined {
    const { proxy, ...place } = routeOf(options, true);
    if (!proxy) return super.createConnection(options, handOver);
    const byTls = (socket: Duplex) => super.createConnection(onTop(options, socket)) ?? undefined;
    tunnelTo(place, proxy, options).then((socket) => handOver(null, byTls(socket)), handOver);
    return undefined;
  }
}

/** Where the request has a lookup of its own, which may refuse an address, the proxy is given the address that it found. */
async function tunnelTo(
  place: Pick<Route, 'host' | 'port'>,
  proxy: Proxy,
  { lookup }: ClientRequestArgs,
): Promise<Duplex> {
  const { host, port } = place;
  if (!lookup || isIP(host) !== 0) return openTunnel(proxy, place, TUNNEL_LIMIT_MS);
  const address = await new Promise<string>((resolve, reject) =>
    lookup(host, { all: false }, (fault, found) => {
      const [first] = typeof found === 'string' ? [found] : found.map((one) => one.address);
      if (fault || first === undefined) reject(fault ?? new Error(`${host} has no address`));
      else resolve(first);
    }),
  );
  return openTunnel(proxy, { host: address, port }, TUNNEL_LIMIT_MS);
}
