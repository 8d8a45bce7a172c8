import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { Origin } from '../domain/trace';
import { authenticator, type Authorisation } from './authenticator';
import type { GatewayCall, GatewayCommands } from './contract';
import type { BeforeSend } from './held-request';
import type { Credentials, Dialect, WireRequest } from './dialect';
import { DATACODE_JSON } from './dialects/datacode-json';
import { TokenUnavailable } from './token';
import { commandVerdict, inquiryVerdict } from './verdict';
import { Wire, type Delivery } from './wire';

/** The origin goes to MobiFone as `X-Request-Id` and `traceparent` (W3C Trace Context). */
export interface CallOptions extends Origin {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Called right before the first byte of a command leaves, when the connection is ready. `undefined` lets it leave in
   * the same tick; after a promise it is called again; with an error the command is not sent, and the call rejects
   * with that error. Called again for the second sending after a 401.
   */
  beforeSend?: BeforeSend;
}

/**
 * The six calls of MobiFone's gateway. Whatever happens remotely becomes a verdict; a call rejects only when its own
 * signal or its own `beforeSend` ends it.
 */
export interface Gateway {
  check(command: GatewayCommands['check'], options?: CallOptions): Promise<GatewayVerdict>;
  register(command: GatewayCommands['register'], options?: CallOptions): Promise<GatewayVerdict>;
  charge(command: GatewayCommands['charge'], options?: CallOptions): Promise<GatewayVerdict>;
  rollback(command: GatewayCommands['rollback'], options?: CallOptions): Promise<GatewayVerdict>;
  sms(command: GatewayCommands['sms'], options?: CallOptions): Promise<GatewayVerdict>;
  inquire(command: GatewayCommands['inquiry'], options?: CallOptions): Promise<InquiryVerdict>;
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

  async function deliver(request: WireRequest, callOptions: CallOptions): Promise<Delivery> {
    for (let refusals = 0; ; refusals += 1) {
      let authorisation: Authorisation;
      try {
        authorisation = await unlessAborted(authorise(request), callOptions.signal);
      } catch (error) {
        if (error instanceof TokenUnavailable) return noToken(error);
        throw error;
      }
      const headers = { ...request.headers, ...originHeaders(callOptions), ...authorisation.headers };
      const delivery = await wire.send({ ...request, headers }, callOptions);
      if (delivery.kind !== 'answer') return delivery;
      if (delivery.answer.status !== 401) {
        authorisation.accepted();
        return delivery;
      }
      // A 401 is refused before any effect: once more with a fresh authorisation, where there can be one.
      if (!authorisation.refused() || refusals > 0) return delivery;
    }
  }

  function commandCall<C extends Exclude<GatewayCall, 'inquiry'>>(call: C) {
    return async (command: GatewayCommands[C], callOptions: CallOptions = {}): Promise<GatewayVerdict> => {
      const delivery = await deliver(dialect.encode[call](command), callOptions);
      return delivery.kind === 'answer'
        ? commandVerdict(dialect, call, command, delivery.answer)
        : noAnswer(delivery);
    };
  }

  return {
    check: commandCall('check'),
    register: commandCall('register'),
    charge: commandCall('charge'),
    rollback: commandCall('rollback'),
    sms: commandCall('sms'),
    async inquire(command, callOptions = {}) {
      const delivery = await deliver(dialect.encode.inquiry(command), callOptions);
      return delivery.kind === 'answer'
        ? inquiryVerdict(dialect, command, delivery.answer)
        : noAnswer(delivery);
    },
    close: () => wire.close(),
  };
}

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

function noToken({ message, cause, retryAfterMs }: TokenUnavailable): Delivery {
  const detail = cause instanceof Error ? `${message} (${cause.message})` : message;
  return { kind: 'not_sent', detail, outage: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function noAnswer(
  delivery: Exclude<Delivery, { kind: 'answer' }>,
): Extract<GatewayVerdict, { kind: 'retry_later' | 'unknown' }> {
  const { detail } = delivery;
  if (delivery.kind === 'no_reply')
    return { kind: 'unknown', detail, ...(delivery.outage ? { outage: true } : {}) };
  return {
    kind: 'retry_later',
    detail,
    ...(delivery.outage ? { outage: true } : {}),
    ...(delivery.retryAfterMs === undefined ? {} : { retryAfterMs: delivery.retryAfterMs }),
  };
}
