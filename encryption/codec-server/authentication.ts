import { createHash, timingSafeEqual } from 'node:crypto';
import type { ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Request } from 'express';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { nameOfClaims, personName } from '../../domain/person-name';
import { limitBytes } from '../../runtime/answer-head';
import { ProxiedHttpAgent, ProxiedHttpsAgent, type HandOver } from '../../runtime/proxy/agents';

/** A request that the codec server refuses; the message says what to do. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 413 | 415 | 422 | 429 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** Who may have payloads decrypted. */
export interface Access {
  /** Origins of the Web UIs that may. */
  origins: readonly string[];
  /** A bearer token for commands. */
  token?: string | undefined;
  /** The identity provider of the people whose access tokens the Web UI passes on. */
  provider?: { jwksUrl: string; issuer: string; audience: string } | undefined;
}

/** Who asks, for the audit log, and whether subscriber numbers are shown whole. */
export interface Viewer {
  name: string;
  seesNumbers: boolean;
}

/** Asymmetric only: a public key must never be accepted as a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** A token without an end would open everything for ever once it leaks; one without a name cannot be audited. */
const REQUIRED_CLAIMS = ['exp', 'sub'];
/** Far above any key set. */
const MAX_KEYS_BYTES = 1_000_000;
/** For the connection and the whole answer: everybody who comes meanwhile waits for it, ms. */
const KEYS_TIMEOUT_MS = 10_000;
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
/** jose's codes for keys that could not be fetched, which is not a fault of the token. */
const NO_KEYS_FETCHED: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']);

/**
 * Authenticates requests. With a token or a provider, a bearer token is required; without either, a page of an allowed
 * origin in a browser on this machine is enough.
 * @returns a check that resolves with who asks, and rejects with `RequestRefused`. Pages see masked numbers; whoever
 *   holds the token of commands sees them whole
 */
export function identify({ token, provider }: Access): (request: Request) => Promise<Viewer> {
  if (token === undefined && provider === undefined) return async (request) => masked(atThisMachine(request));
  const keys = provider && keySetAt(new URL(provider.jwksUrl));
  return async (request) => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) throw new RequestRefused(401, 'Send "Authorization: Bearer <token>".');
    if (token !== undefined && isSame(bearer, token)) return { name: 'token', seesNumbers: true };
    if (!provider || !keys) throw new RequestRefused(401, 'Unknown token.');
    const { issuer, audience } = provider;
    try {
      const { payload } = await jwtVerify(bearer, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: REQUIRED_CLAIMS,
      });
      if (personName(payload.sub) === '') throw withoutClaim('sub');
      return masked(nameOfClaims(payload));
    } catch (fault) {
      if (fault instanceof RequestRefused) throw fault;
      if (fault instanceof errors.JWTClaimValidationFailed && fault.reason === 'missing') {
        throw withoutClaim(fault.claim);
      }
      if (fault instanceof errors.JOSEError && !NO_KEYS_FETCHED.has(fault.code)) {
        throw new RequestRefused(401, 'This token is not valid here; log in to the Web UI again.');
      }
      throw new RequestRefused(
        503,
        'The identity provider’s keys cannot be fetched (CODEC_SERVER_JWKS_URL).',
      );
    }
  };
}

function masked(name: string): Viewer {
  return { name, seesNumbers: false };
}

/** The identity provider's keys, fetched when they are needed. */
function keySetAt(url: URL): ReturnType<typeof createRemoteJWKSet> {
  const agent = url.protocol === 'https:' ? new KeysHttpsAgent() : new KeysHttpAgent();
  return createRemoteJWKSet(url, { agent });
}

/** jose limits neither head nor body, and gives no request to limit: so the connection is, which is for one request. */
class KeysHttpAgent extends ProxiedHttpAgent {
  override createConnection(options: ClientRequestArgs, handOver: HandOver): Duplex | null | undefined {
    return limited(super.createConnection(options, limitedBefore(handOver)));
  }
}

class KeysHttpsAgent extends ProxiedHttpsAgent {
  override createConnection(options: ClientRequestArgs, handOver: HandOver): Duplex | null | undefined {
    return limited(super.createConnection(options, limitedBefore(handOver)));
  }
}

function limitedBefore(handOver: HandOver): HandOver {
  return (error, connection) => handOver(error, limited(connection) ?? undefined);
}

function limited(connection: Duplex | null | undefined): Duplex | null | undefined {
  if (!connection) return connection;
  // jose's own limit is one of silence
  const timer = setTimeout(() => connection.destroy(new Error('no keys in time')), KEYS_TIMEOUT_MS).unref();
  connection.once('close', () => clearTimeout(timer));
  return limitBytes(connection, MAX_KEYS_BYTES);
}

/** Refuses DNS rebinding: a page whose own host name points at this machine sends that name. */
function atThisMachine(request: Request): string {
  if (!LOOPBACK.test(request.headers.host ?? '')) {
    throw new RequestRefused(403, 'Without a token the codec server answers under a loopback address only.');
  }
  if (request.headers.origin === undefined) {
    throw new RequestRefused(
      403,
      'Without a token only the Web UI is served; set CODEC_SERVER_TOKEN for commands.',
    );
  }
  return 'this machine';
}

function withoutClaim(claim: string): RequestRefused {
  return new RequestRefused(
    401,
    `This token has no "${claim}"; the identity provider must issue tokens that expire (exp) and name their user (sub).`,
  );
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
