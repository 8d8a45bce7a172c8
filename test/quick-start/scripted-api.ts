import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the API does with a request: answer it, or break the connection. */
export type Act =
  | 'breaks off'
  | { status: number; body: object; retryAfter?: number }
  /** Sends whoever asks to another address. */
  | { redirectsTo: string };

/** Stands in for the API with one act after another; the last one is repeated. */
export class ScriptedApi {
  /** The bodies that it received. */
  readonly received: string[] = [];
  readonly #acts: readonly Act[];
  readonly #server: Server;

  private constructor(acts: readonly Act[]) {
    this.#acts = acts;
    this.#server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const act = this.#acts[Math.min(this.received.push(body), this.#acts.length) - 1];
        if (act === undefined || act === 'breaks off') return request.socket.destroy();
        if ('redirectsTo' in act) return response.writeHead(302, { Location: act.redirectsTo }).end();
        const { status, retryAfter } = act;
        const type = status < 400 ? 'application/json' : 'application/problem+json';
        response.writeHead(status, {
          'Content-Type': type,
          ...(retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }),
        });
        return response.end(JSON.stringify(act.body));
      });
    });
  }

  static async start(...acts: readonly Act[]): Promise<ScriptedApi> {
    const api = new ScriptedApi(acts);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP
    return `http://127.0.0.1:${port}`;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // of a stream without an encoding
  return Buffer.concat(chunks).toString('utf8');
}
