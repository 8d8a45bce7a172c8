import http from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy on loopback that writes down what it is asked for, and takes every name for this machine. */
export class RecordingProxy {
  /** What tunnels were asked for, as `host:port`. */
  readonly asked: string[] = [];
  /** The credentials that each came with. */
  readonly credentials: (string | undefined)[] = [];
  /** The port of this machine that a place stands for; its own unless given. */
  readonly standIns = new Map<string, number>();
  /** Given instead of a tunnel, where set. */
  refusal: string | undefined;
  private readonly open = new Set<Duplex>();
  private readonly server = http.createServer((_request, response) => response.writeHead(400).end());

  private constructor() {
    this.server.on('connect', ({ url = '', headers }, near: Duplex, head: Buffer) => {
      this.asked.push(url);
      this.credentials.push(headers['proxy-authorization']);
      this.track(near);
      if (this.refusal) return void near.end(`HTTP/1.1 ${this.refusal}\r\n\r\n`);
      const port = this.standIns.get(url) ?? Number(url.split(':').at(-1));
      const far = connect(port, '127.0.0.1', () => {
        near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        far.write(head);
        near.pipe(far).pipe(near);
      });
      this.track(far);
      far.once('close', () => near.destroy());
      near.once('close', () => far.destroy());
    });
  }

  static async start(): Promise<RecordingProxy> {
    const proxy = new RecordingProxy();
    await new Promise<void>((listening) => proxy.server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // it listens by TCP
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private track(socket: Duplex): void {
    this.open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.open.delete(socket));
  }
}
