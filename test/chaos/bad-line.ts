import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../../runtime/listening';

/** What a line does to the bytes on it. */
export type LineMode =
  | { kind: 'pass' }
  /**
   * Connections are accepted and stay open, and all bytes are lost. One that has lost bytes stays silent after the
   * healing too, as behind a firewall that has forgotten it and says nothing.
   */
  | { kind: 'swallow' }
  /** Each way; what is sent together is late together, as on a long line. */
  | { kind: 'delay'; delayMs: number }
  /** Every connection is reset, those that are there and new ones. */
  | { kind: 'reset' }
  | { kind: 'trickle'; bytesPerSecond: number };

/** Between two bytes or handfuls of bytes that trickle. */
const TRICKLE_EVERY_MS = 50;

/** One connection through the line: two sockets, and whether it lost bytes. */
interface Connection {
  near: Socket;
  far: Socket;
  hasLost: boolean;
}

/** A TCP line to a port on this machine that can be bad in the ways of a network, and heal. */
export class BadLine {
  private readonly connections = new Set<Connection>();
  private readonly server: Server;
  private mode: LineMode = { kind: 'pass' };
  port = 0;
  /** Swallowed so far. */
  lostBytes = 0;

  private constructor(to: number) {
    this.server = createServer((near) => {
      if (this.mode.kind === 'reset') return void near.on('error', () => undefined).resetAndDestroy();
      const connection = { near, far: connect({ host: '127.0.0.1', port: to }), hasLost: false };
      this.connections.add(connection);
      void this.forward(connection, near, connection.far);
      void this.forward(connection, connection.far, near);
    });
  }

  static async start(to: number): Promise<BadLine> {
    const line = new BadLine(to);
    line.port = await listen(line.server, { host: '127.0.0.1', port: 0, setting: 'none' });
    return line;
  }

  /** From now on, for bytes that are on their way and connections that are open too. */
  be(mode: LineMode): void {
    this.mode = mode;
    if (mode.kind !== 'reset') return;
    for (const { near, far } of this.connections) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  heal(): void {
    this.be({ kind: 'pass' });
  }

  async stop(): Promise<void> {
    this.be({ kind: 'reset' });
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A side that is gone takes the other with it, so that nothing lands after whoever sent it has given up. */
  private async forward(connection: Connection, from: Socket, to: Socket): Promise<void> {
    from.on('error', () => undefined); // told by the loop
    to.on('close', () => from.destroy());
    try {
      let carried = Promise.resolve();
      for await (const piece of from as AsyncIterable<Buffer>) {
        const late = this.mode.kind === 'delay' ? setTimeout(this.mode.delayMs) : undefined;
        carried = Promise.all([carried, late]).then(() => this.carry(connection, piece, to));
        if (!late) await carried; // a sender is held up by a line that is slow, not by one that is long
      }
      await carried;
      if (!connection.hasLost) to.end();
    } catch {
      to.destroy(); // reset by one side or by us
    } finally {
      this.connections.delete(connection);
    }
  }

  private async carry(connection: Connection, piece: Buffer, to: Socket): Promise<void> {
    let rest = piece;
    while (rest.length > 0) {
      if (this.mode.kind === 'swallow') connection.hasLost = true;
      if (connection.hasLost) {
        this.lostBytes += rest.length;
        return;
      }
      const handful = this.mode.kind === 'trickle' ? handfulAt(this.mode.bytesPerSecond) : rest.length;
      to.write(rest.subarray(0, handful));
      rest = rest.subarray(handful);
      if (this.mode.kind === 'trickle') await setTimeout(TRICKLE_EVERY_MS);
    }
    if (to.writableNeedDrain) await drained(to);
  }
}

function handfulAt(bytesPerSecond: number): number {
  return Math.max(1, Math.round((bytesPerSecond * TRICKLE_EVERY_MS) / 1_000));
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve));
}
