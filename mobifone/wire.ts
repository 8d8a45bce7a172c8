import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { TimeLimit } from '../runtime/deadline';
import { HeldRequest, type BeforeSend } from './held-request';
import type { WireRequest } from './dialect';
import { readyConnections } from './ready-connections';

/** The reply to one request. */
export type WireReply =
  /** An HTTP answer as it arrived; nothing of it has been checked. `isTokenRenewed`: after a 401 the next sending has another token. */
  | { kind: 'answer'; status: number; retryAfter?: string; body: string; isTokenRenewed?: true }
  /** No byte left; `outage` when the cause was MobiFone or the network. */
  | { kind: 'not_sent'; detail: string; outage: boolean; retryAfterMs?: number }
  /** Bytes left, or may have, and no whole answer came; `outage` as above. */
  | { kind: 'no_reply'; detail: string; outage: boolean };
export type HttpAnswer = Extract<WireReply, { kind: 'answer' }>;

export interface SendingOptions {
  /** Ends the sending early; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  beforeSend?: BeforeSend | undefined;
}

/** Far above any reply of the contract, far below what would hurt. */
const MAX_BODY_BYTES = 64 * 1024;

/** Tolerance, in addition to half of the time limit, for a timer that is late on a busy machine; milliseconds. */
const FREEZE_SPARE_MS = 1_000;

/** HTTP to one gateway, over connections that are kept. Redirects are not followed; a proxy is used as in runtime/proxy/. */
export class Wire {
  private readonly connections;
  private readonly http: AxiosInstance;

  /** @param timeoutMs for one sending as a whole, to the last byte of its answer */
  constructor(
    baseUrl: string,
    private readonly timeoutMs: number,
  ) {
    this.connections = readyConnections(timeoutMs);
    this.http = axios.create({
      httpAgent: this.connections.httpAgent,
      httpsAgent: this.connections.httpsAgent,
      baseURL: baseUrl,
      proxy: false, // the agents do that
      maxRedirects: 0,
      maxContentLength: MAX_BODY_BYTES,
      maxBodyLength: MAX_BODY_BYTES,
      validateStatus: () => true,
      // Bodies go and come as they are: how to read them is for the dialect to say.
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
    });
  }

  /** @throws the signal's reason, or what `beforeSend` threw; every other obstacle is a `WireReply` */
  async send(request: WireRequest, { signal, beforeSend }: SendingOptions = {}): Promise<WireReply> {
    signal?.throwIfAborted();
    const timeLimit = new TimeLimit(this.timeoutMs, signal); // over the whole exchange: a dribbled reply is cut as well
    const held = new HeldRequest(beforeSend);
    const began = performance.now();
    this.connections.closeStale();
    try {
      const response = await this.http.request<string>({
        method: request.method,
        url: request.path,
        headers: request.headers,
        ...(request.body === '' ? {} : { data: request.body }),
        signal: timeLimit.signal,
        transport: held.transport,
      });
      // For example a 408 on a kept connection that was idle for too long: it is not the answer to this request.
      this.connections.heed(response.headers['keep-alive']);
      if (!held.sent) return notSent('answered before the request was sent', false);
      return answerOf(response);
    } catch (error) {
      signal?.throwIfAborted();
      if (held.rejection) throw held.rejection.reason;
      const timeIsUp = timeLimit.signal.aborted;
      // A limit that fired much too late means that this process did not run; it says nothing about MobiFone.
      const wasAwake = performance.now() - began < this.timeoutMs * 1.5 + FREEZE_SPARE_MS;
      if (!held.sent) {
        // With a connection and time running out it was `beforeSend` that did not let the request leave.
        const isOutage = wasAwake && !(held.connected && timeIsUp);
        return notSent(timeIsUp ? `within ${this.timeoutMs} ms` : codeOf(error), isOutage);
      }
      const detail = timeIsUp
        ? `no reply within ${this.timeoutMs} ms`
        : `the connection broke (${codeOf(error)})`;
      return { kind: 'no_reply', detail, outage: wasAwake };
    } finally {
      timeLimit.end();
      held.discard();
    }
  }

  /** Closes the kept connections. */
  close(): void {
    this.connections.close();
  }
}

function notSent(obstacle: string, outage: boolean): WireReply {
  return { kind: 'not_sent', detail: `the request could not be sent (${obstacle})`, outage };
}

function answerOf({ status, headers, data }: AxiosResponse<string>): HttpAnswer {
  const retryAfter: unknown = headers['retry-after'];
  return { kind: 'answer', status, body: data, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
}

/** An error of the network may have no code at all. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
}
