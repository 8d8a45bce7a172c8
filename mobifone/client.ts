import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { Origin } from '../domain/trace';
import type { GatewayCall, GatewayCommands } from './contract';
import { encode, PATHS } from './dialect';
import { TokenSource, TokenUnavailable } from './token';
import { commandVerdict, inquiryVerdict, type RawAnswer } from './verdict';

/** The origin goes to MobiFone as `X-Request-Id` and `traceparent` (W3C Trace Context). */
export interface CallOptions extends Origin {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Called right before the first byte leaves, when the connection is ready. It gives a promise while it must find out
   * whether anything may leave, and is then called again; with nothing, the request leaves at this very moment. What
   * it throws keeps the request here, and the call rejects with it.
   */
  beforeSend?: () => Promise<void> | undefined;
}

/**
 * The six calls of MobiFone's gateway. Whatever happens remotely becomes a verdict; a call rejects only when its own
 * signal ends it.
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

export interface GatewayOptions {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  /** For one call as a whole, to the last byte of its reply, milliseconds. */
  callTimeoutMs: number;
}

/** Far above any reply of the contract, far below what would hurt. */
const LARGEST_BODY_BYTES = 64 * 1024;

/** With these the connection never came to be, so MobiFone has certainly not seen the command. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

type Delivery =
  | { kind: 'answer'; answer: RawAnswer }
  | { kind: 'not_sent'; detail: string }
  | { kind: 'no_reply'; detail: string };

export function createGateway(options: GatewayOptions): Gateway {
  const agents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  const http = createHttp(options, agents);
  const tokens = new TokenSource(async () => {
    const body = { clientId: options.clientId, clientSecret: options.clientSecret };
    const signal = AbortSignal.timeout(options.callTimeoutMs);
    const { status, data } = await http.post<string>(PATHS.token, body, { signal });
    return { status, body: data };
  });

  async function deliver<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    callOptions: CallOptions,
  ): Promise<Delivery> {
    for (let refusedTokens = 0; ; refusedTokens += 1) {
      let token: string;
      try {
        token = await tokens.token();
      } catch (error) {
        if (error instanceof TokenUnavailable) return { kind: 'not_sent', detail: error.message };
        throw error;
      }
      callOptions.signal?.throwIfAborted();
      const delivery = await post(http, call, command, token, options.callTimeoutMs, callOptions);
      const refused = delivery.kind === 'answer' && delivery.answer.status === 401;
      if (!refused || refusedTokens > 0) return delivery;
      tokens.drop(token); // a 401 is refused before any effect: once with a fresh token
    }
  }

  function commandCall<C extends Exclude<GatewayCall, 'inquiry'>>(call: C) {
    return async (command: GatewayCommands[C], callOptions: CallOptions = {}): Promise<GatewayVerdict> => {
      const delivery = await deliver(call, command, callOptions);
      return delivery.kind === 'answer' ? commandVerdict(call, command, delivery.answer) : noAnswer(delivery);
    };
  }

  return {
    check: commandCall('check'),
    register: commandCall('register'),
    charge: commandCall('charge'),
    rollback: commandCall('rollback'),
    sms: commandCall('sms'),
    async inquire(command, callOptions = {}) {
      const delivery = await deliver('inquiry', command, callOptions);
      return delivery.kind === 'answer' ? inquiryVerdict(command, delivery.answer) : noAnswer(delivery);
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function createHttp(
  options: GatewayOptions,
  agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent },
): AxiosInstance {
  return axios.create({
    ...agents,
    baseURL: options.baseUrl,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LARGEST_BODY_BYTES,
    maxBodyLength: LARGEST_BODY_BYTES,
    transitional: { clarifyTimeoutError: true },
    validateStatus: () => true,
    // The body is read as it came: whether it is JSON is for the contract to judge.
    responseType: 'text',
    transformResponse: (data: unknown) => data,
    headers: { accept: 'application/json' },
  });
}

async function post<C extends GatewayCall>(
  http: AxiosInstance,
  call: C,
  command: GatewayCommands[C],
  token: string,
  timeoutMs: number,
  { signal, requestId, traceparent }: CallOptions,
): Promise<Delivery> {
  const timeLimit = AbortSignal.timeout(timeoutMs); // over the whole exchange: a dribbled reply is cut as well
  try {
    const response = await http.post<string>(PATHS[call], encode[call](command), {
      signal: signal ? AbortSignal.any([signal, timeLimit]) : timeLimit,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': command.transactionId,
        ...(requestId ? { 'x-request-id': requestId } : {}),
        ...(traceparent ? { traceparent } : {}),
      },
    });
    const retryAfter: unknown = response.headers['retry-after'];
    return {
      kind: 'answer',
      answer: {
        status: response.status,
        body: response.data,
        ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
      },
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeLimit.aborted) return { kind: 'no_reply', detail: `no reply within ${timeoutMs} ms` };
    return deliveryOf(error);
  }
}

/** An error of the network may have no code at all; no reply is then all that is known. */
function deliveryOf(error: unknown): Delivery {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
  if (NEVER_CONNECTED.has(code)) return { kind: 'not_sent', detail: `MobiFone cannot be reached (${code})` };
  return { kind: 'no_reply', detail: `the connection broke (${code})` };
}

function noAnswer(
  delivery: Exclude<Delivery, { kind: 'answer' }>,
): Extract<GatewayVerdict, { kind: 'retry_later' | 'unknown' }> {
  return {
    kind: delivery.kind === 'not_sent' ? 'retry_later' : 'unknown',
    detail: delivery.detail,
    outage: true,
  };
}
