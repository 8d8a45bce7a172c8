import type { ChannelName } from '../domain/identifiers';
import type { Origin } from '../domain/trace';
import { authenticator, type Authorisation } from './authenticator';
import type { GatewayCall, GatewayCommands, GatewayVerdicts } from './contract';
import type { BeforeSend } from './held-request';
import type { Credentials, Dialect, WireRequest } from './dialect';
import { DATACODE_JSON } from './dialects/datacode-json';
import { TokenUnavailable } from './token';
import { verdictOf } from './verdict';
import { Wire, type WireReply } from './wire';

/** The origin goes to MobiFone as `X-Request-Id` and `traceparent` (W3C Trace Context). */
export interface CallOptions extends Origin {
  /** Whose sale or question it is, for the circuit breaker; it is not sent. */
  channel?: ChannelName;
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Called right before the first byte of a command leaves, when the connection is ready. `undefined` lets it leave in
   * the same tick; after a promise it is called again; with an error the command is not sent, and the call rejects
   * with that error. Called again for the second sending of a check or an inquiry after a 401.
   */
  beforeSend?: BeforeSend;
}

/**
 * MobiFone's gateway. Whatever happens remotely becomes a verdict; a call rejects only when its own signal or its own
 * `beforeSend` ends it.
 */
export interface Gateway {
  call<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options?: CallOptions,
  ): Promise<GatewayVerdicts[C]>;
  /** Closes the kept-alive connections. */
  close(): void;
}

export interface GatewayOptions extends Credentials {
  baseUrl: string;
  /** For one call as a whole, to the last byte of its reply, milliseconds. */
  callTimeoutMs: number;
  /** The sandbox's unless given. */
  dialect?: Dialect;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { dialect = DATACODE_JSON } = options;
  const wire = new Wire(options.baseUrl, options.callTimeoutMs);
  const authorise = authenticator(dialect, options, wire);

  async function send(call: GatewayCall, request: WireRequest, callOptions: CallOptions): Promise<WireReply> {
    for (let refusals = 0; ; refusals += 1) {
      let authorisation: Authorisation;
      try {
        authorisation = await unlessAborted(authorise(request), callOptions.signal);
      } catch (error) {
        if (error instanceof TokenUnavailable) return noToken(error);
        throw error;
      }
      const headers = { ...request.headers, ...originHeaders(callOptions), ...authorisation.headers };
      const reply = await wire.send({ ...request, headers }, callOptions);
      if (reply.kind !== 'answer') return reply;
      if (reply.status !== 401) {
        authorisation.accepted();
        return reply;
      }
      if (!authorisation.refused() || refusals > 0) return reply;
      // Once more with a fresh authorisation; but a command is not repeated before MobiFone was asked about it.
      if (!REPEATABLE.has(call)) return { ...reply, isTokenRenewed: true };
    }
  }

  return {
    async call(call, command, callOptions = {}) {
      const reply = await send(call, dialect.encode[call](command), callOptions);
      return verdictOf(dialect, call, command, reply);
    },
    close: () => wire.close(),
  };
}

/** What has no effect at MobiFone. */
const REPEATABLE: ReadonlySet<GatewayCall> = new Set(['check', 'inquiry']);

function originHeaders({ requestId, traceparent }: Origin): Record<string, string> {
  return {
    ...(requestId ? { 'x-request-id': requestId } : {}),
    ...(traceparent ? { traceparent } : {}),
  };
}

/** A token is fetched for all who wait for it, so one caller's leaving does not end the fetch. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function noToken({ message, cause, retryAfterMs }: TokenUnavailable): WireReply {
  const detail = cause instanceof Error ? `${message} (${cause.message})` : message;
  return { kind: 'not_sent', detail, outage: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
