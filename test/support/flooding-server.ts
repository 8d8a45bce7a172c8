import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const HINT = 'HTTP/1.1 103 Early Hints\r\n\r\n';

/** A server that answers each request with informational answers, 3 MB of them, and then with its answer. */
export class FloodingServer {
  answer = '';
  hints = 110_000;
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.on('close', () => this.open.delete(socket)).on('error', () => undefined);
      socket.on('data', () => {
        socket.write(HINT.repeat(this.hints));
        socket.write(this.answer);
      });
    });
  }

  static async start(): Promise<FloodingServer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new FloodingServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port; // it listens by TCP
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** A whole answer, of JSON. */
export function ok(content: unknown): string {
  const body = JSON.stringify(content);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  return `${head}\r\nconnection: close\r\n\r\n${body}`;
}
