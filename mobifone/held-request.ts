import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { withLimitedHead } from '../runtime/answer-head';

/**
 * Called when the connection is ready and before the first byte is written to it. `undefined` lets the request leave
 * in the same tick, after a promise it is called again, and an error keeps the request from being sent.
 */
export type BeforeSend = () => Promise<void> | undefined;

/** What Node's own request function does. */
type Open = (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest;

/**
 * A request whose bytes are kept until its connection is ready and `beforeSend` allows it. `sent` then decides whether
 * a failed call may have had an effect.
 */
export class HeldRequest {
  /** Whether the request got a connection. */
  connected = false;
  /** Whether bytes of the request may have left this process. */
  sent = false;
  /** What `beforeSend` threw. */
  rejection: { reason: unknown } | undefined;
  private request: ClientRequest | undefined;

  constructor(private readonly beforeSend?: BeforeSend) {}

  /** For axios: opens a request that buffers what is written to it until it may be sent. */
  readonly transport: { request: Open } = {
    request: (options, onResponse) => {
      const request = withLimitedHead.request(options, onResponse);
      this.request = request;
      const end = request.end.bind(request);
      const written: Uint8Array[] = [];
      let isWhole = false;
      const sendWhenReady = () => {
        if (isWhole && this.connected) void this.sendWhenAllowed(request, () => end(Buffer.concat(written)));
      };
      request.once('socket', () => {
        this.connected = true;
        sendWhenReady();
      });
      return Object.assign(request, {
        write(chunk: Uint8Array): boolean {
          written.push(chunk);
          return true;
        },
        end(): ClientRequest {
          isWhole = true;
          sendWhenReady();
          return request;
        },
      });
    },
  };

  /** Drops a request that has not been sent; for a call that has ended. */
  discard(): void {
    if (!this.sent) this.request?.destroy();
  }

  private async sendWhenAllowed(request: ClientRequest, send: () => void): Promise<void> {
    try {
      for (let wait = this.beforeSend?.(); wait; wait = this.beforeSend?.()) {
        await wait;
        if (request.destroyed) return;
      }
      if (request.destroyed) return;
      this.sent = true;
      send();
    } catch (reason) {
      if (!this.sent) this.rejection = { reason };
      request.destroy();
    }
  }
}
