import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/**
 * Called when the connection is ready and before the first byte is written to it. `undefined` lets the request leave
 * in this very tick; a promise makes it wait and then ask again; an error keeps it here.
 */
export type BeforeSend = () => Promise<void> | undefined;

/** What Node's own request function does. */
type Open = (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest;

/** How one request leaves. What is known here decides whether a failed call may have had an effect. */
export class Departure {
  /** Whether there was a connection that the request could have been written to. */
  connected = false;
  /** Whether bytes of the request may have left. */
  left = false;
  /** What `beforeSend` threw. */
  kept: { reason: unknown } | undefined;
  private request: ClientRequest | undefined;

  constructor(private readonly beforeSend?: BeforeSend) {}

  /** For axios: opens a request that keeps all that is written to it until it may leave. */
  readonly transport: { request: Open } = {
    request: (options, onResponse) => {
      const request = (options.protocol === 'https:' ? https : http).request(options, onResponse);
      this.request = request;
      const end = request.end.bind(request);
      const written: Uint8Array[] = [];
      let isWhole = false;
      const leaveWhenReady = () => {
        if (isWhole && this.connected) void this.leave(request, () => end(Buffer.concat(written)));
      };
      request.once('socket', () => {
        this.connected = true;
        leaveWhenReady();
      });
      return Object.assign(request, {
        write(chunk: Uint8Array): boolean {
          written.push(chunk);
          return true;
        },
        end(): ClientRequest {
          isWhole = true;
          leaveWhenReady();
          return request;
        },
      });
    },
  };

  /** Keeps here what has not left yet; for a call that ended before that, for whatever reason. */
  stop(): void {
    if (!this.left) this.request?.destroy();
  }

  private async leave(request: ClientRequest, send: () => void): Promise<void> {
    try {
      for (let wait = this.beforeSend?.(); wait; wait = this.beforeSend?.()) {
        await wait;
        if (request.destroyed) return;
      }
    } catch (reason) {
      this.kept = { reason };
      request.destroy();
      return;
    }
    this.left = true;
    send();
  }
}
