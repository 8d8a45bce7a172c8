import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen } from '../../listening';

/** A TCP line to a port on this machine that can be cut and mended. */
export class CuttableLine {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isCut = false;
  port = 0;

  private constructor(to: number) {
    this.server = createServer((near) => {
      if (this.isCut) return void near.destroy();
      const far = connect({ host: '127.0.0.1', port: to });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => other.destroy());
        socket.pipe(other);
      }
    });
  }

  static async start(to: number): Promise<CuttableLine> {
    const line = new CuttableLine(to);
    line.port = await listen(line.server, { host: '127.0.0.1', port: 0, setting: 'none' });
    return line;
  }

  /** Both ends learn of it, as soon as they run. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  mend(): void {
    this.isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
