import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import type { Connection } from '@temporalio/client';
import { answeringConnection } from './answering-connection';
import { openTunnel } from '../runtime/proxy/tunnel';
import type { TemporalTarget } from './connection';
import { placeOf, proxyToTemporal } from './temporal-address';

/** Temporal cannot be reached; one line tells where, why and what to check. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
}

/** How long to try to reach Temporal, ms. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Connects a client.
 * @throws TemporalUnreachable
 */
export async function connectClient(
  target: TemporalTarget,
  timeoutMs: number = CONNECT_TIMEOUT,
): Promise<Connection> {
  const connection = answeringConnection({ ...target.connectionOptions, connectTimeout: timeoutMs });
  try {
    await reached(target, () => connection.ensureConnected());
    return connection;
  } catch (fault) {
    await connection.close();
    throw fault;
  }
}

/**
 * Makes a connection of whichever kind.
 * @throws TemporalUnreachable with the reason in place of the library's, which is a deadline or the insides of Rust
 */
export async function reached<T>(target: TemporalTarget, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (fault) {
    throw new TemporalUnreachable(inWords(target, (await obstacleTo(target)) ?? reasonOf(fault)), {
      cause: fault,
    });
  }
}

function inWords({ connectionOptions: { address, tls, apiKey }, embedded }: TemporalTarget, why: string) {
  if (embedded) return `Temporal cannot be reached at ${address}: ${why}. Start it by \`npm start\`.`;
  const access = [tls ? 'TEMPORAL_TLS_…' : 'TEMPORAL_TLS', ...(apiKey ? ['TEMPORAL_API_KEY'] : [])];
  return `Temporal cannot be reached at ${address}: ${why}. Check TEMPORAL_ADDRESS and ${access.join(', ')}.`;
}

/** How long the way is tried, ms. */
const PROBE_TIMEOUT = 5_000;

/**
 * Goes the way to Temporal's door once, as far as TLS, to find out what is in it.
 * @returns the obstacle in words; undefined when the way is free
 */
export async function obstacleTo(
  { connectionOptions }: TemporalTarget,
  timeoutMs: number = PROBE_TIMEOUT,
): Promise<string | undefined> {
  const { address, tls } = connectionOptions;
  const place = placeOf(address);
  if (!place) return 'that is no host:port';
  const { host } = place;
  const proxy = proxyToTemporal(connectionOptions);
  const way = proxy && (await openTunnel(proxy, place, timeoutMs).catch(reasonOf));
  if (typeof way === 'string') return way;
  if (!tls) {
    const cut = 'it cuts the connection, as a server of TLS does';
    return obstacle(way ?? connectPlainly(place), 'connect', cut, timeoutMs);
  }
  const given = tls === true ? {} : tls;
  const { serverNameOverride, serverRootCACertificate: ca, clientCertPair } = given;
  const servername = serverNameOverride ?? (/^[\d.]+$|:/.test(host) ? undefined : host); // no name for an IP (RFC 6066)
  const socket = connectByTls({
    ...place,
    ...(way ? { socket: way } : {}),
    ALPNProtocols: ['h2'],
    ...(servername === undefined ? {} : { servername }),
    ...(ca ? { ca: Buffer.from(ca) } : {}),
    ...(clientCertPair
      ? { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }
      : {}),
  });
  const cut = clientCertPair ? 'it does not accept our client certificate' : 'it cuts the connection';
  return obstacle(socket, 'secureConnect', cut, timeoutMs);
}

/** Once through, we say what a client of gRPC says first: whoever speaks it answers. */
function obstacle(
  socket: Socket,
  through: 'connect' | 'secureConnect',
  whenCut: string,
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise<string | undefined>((resolve) => {
    const end = (why: string | undefined) => {
      clearTimeout(limit);
      resolve(why);
      socket.destroy();
    };
    const limit = setTimeout(() => end('nothing answers'), timeoutMs);
    const begin = () => socket.write(HTTP2_PREFACE);
    if (through === 'connect' && !socket.connecting)
      begin(); // a proxy's, which is there already
    else socket.once(through, begin);
    socket.once('data', (answer: Buffer) =>
      end(answer[0] === TLS_ALERT ? 'it speaks TLS, and we do not' : undefined),
    );
    socket.once('error', (fault: NodeJS.ErrnoException) => end(OBSTACLES[fault.code ?? ''] ?? fault.message));
    socket.once('close', () => end(whenCut));
  });
}

/** RFC 9113, 3.4: the magic words, and settings without a wish. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
/** RFC 8446, 5.1: how an answer begins that says that our words are no TLS. */
const TLS_ALERT = 0x15;

/** OpenSSL's and the system's codes, in words that say what to do about them. */
const OBSTACLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no machine of that name',
  ECONNRESET:
    'the connection was cut, as by a server that speaks TLS where we do not, or the other way round',
  EPROTO: 'it does not speak TLS as we do',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and not by an authority that we trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that we do not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that we do not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that we do not trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate, and we showed none',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not accept our client certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
};

const reasonOf = (fault: unknown): string =>
  (fault instanceof Error ? fault.message : String(fault)).replace(/\s+/g, ' ');
