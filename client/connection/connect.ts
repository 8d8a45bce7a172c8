import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import type { Connection } from '@temporalio/client';
import { answeringConnection } from './answering';
import { openTunnel } from '../../runtime/proxy/tunnel';
import type { TemporalTarget } from '../../runtime/configuration/temporal-target';
import { placeOf, proxyToTemporal } from './temporal-address';

/** Temporal cannot be reached; the message says where, why and what to check. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects a client.
 * @throws TemporalUnreachable
 */
export async function connectClient(
  target: TemporalTarget,
  timeoutMs: number = CONNECT_TIMEOUT_MS,
): Promise<Connection> {
  const connection = answeringConnection({ ...target.connectionOptions, connectTimeout: timeoutMs });
  try {
    await connectOrExplain(target, () => connection.ensureConnected());
    return connection;
  } catch (fault) {
    await connection.close();
    throw fault;
  }
}

/**
 * Makes a connection, and explains a failure.
 * @throws TemporalUnreachable with a readable reason; the library's own is a deadline or an internal error
 */
export async function connectOrExplain<T>(target: TemporalTarget, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (fault) {
    throw new TemporalUnreachable(inWords(target, (await explainUnreachable(target)) ?? reasonOf(fault)), {
      cause: fault,
    });
  }
}

function inWords({ connectionOptions: { address, tls, apiKey }, embedded }: TemporalTarget, why: string) {
  if (embedded) return `Temporal cannot be reached at ${address}: ${why}. Start it with \`npm start\`.`;
  const access = [tls ? 'TEMPORAL_TLS_…' : 'TEMPORAL_TLS', ...(apiKey ? ['TEMPORAL_API_KEY'] : [])];
  return `Temporal cannot be reached at ${address}: ${why}. Check TEMPORAL_ADDRESS and ${access.join(', ')}.`;
}

const PROBE_TIMEOUT_MS = 5_000;

/**
 * Connects to Temporal's address once, up to TLS and the first HTTP/2 frame, to find out why it cannot be reached.
 * @returns the reason; undefined if the connection works
 */
export async function explainUnreachable(
  { connectionOptions }: TemporalTarget,
  timeoutMs: number = PROBE_TIMEOUT_MS,
): Promise<string | undefined> {
  const { address, tls } = connectionOptions;
  const place = placeOf(address);
  if (!place) return 'the address is not host:port';
  const { host } = place;
  const proxy = proxyToTemporal(connectionOptions);
  const way = proxy && (await openTunnel(proxy, place, timeoutMs).catch(reasonOf));
  if (typeof way === 'string') return way;
  if (!tls) {
    const cut = 'the server closed the connection, as a TLS server does';
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
  const cut = clientCertPair
    ? 'the server rejected the client certificate'
    : 'the server closed the connection';
  return obstacle(socket, 'secureConnect', cut, timeoutMs);
}

/** Sends the first bytes of a gRPC client, which a gRPC server answers. */
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
    const limit = setTimeout(() => end('the server does not respond'), timeoutMs);
    const begin = () => socket.write(HTTP2_PREFACE);
    if (through === 'connect' && !socket.connecting)
      begin(); // a proxy's, which is there already
    else socket.once(through, begin);
    socket.once('data', (answer: Buffer) =>
      end(answer[0] === TLS_ALERT ? 'the server expects TLS; set TEMPORAL_TLS=true' : undefined),
    );
    socket.once('error', (fault: NodeJS.ErrnoException) => end(OBSTACLES[fault.code ?? ''] ?? fault.message));
    socket.once('close', () => end(whenCut));
  });
}

/** RFC 9113, 3.4: connection preface and an empty SETTINGS frame. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
/** RFC 8446, 5.1: first byte of a TLS alert. */
const TLS_ALERT = 0x15;

/** Readable reasons for OpenSSL's and the system's error codes. */
const OBSTACLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at this address',
  ENOTFOUND: 'the host name is unknown',
  ECONNRESET: 'the connection was reset; TLS may be on at one end only',
  EPROTO: 'the TLS versions or ciphers do not match, or the server does not use TLS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the server certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the server certificate is from an untrusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the server certificate is from an untrusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the server certificate is from an untrusted authority',
  CERT_HAS_EXPIRED: 'the server certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the server certificate is for another host name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server requires a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server rejected the client certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not use TLS',
};

const reasonOf = (fault: unknown): string =>
  (fault instanceof Error ? fault.message : String(fault)).replace(/\s+/g, ' ');
