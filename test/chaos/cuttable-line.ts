import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../../runtime/listening';

/** What a line does to the bytes that it carries. */
export type Trouble =
  /** Bytes are taken and never arrive; connections are accepted, and nobody learns that one was closed. */
  | { kind: 'swallow' }
  /** Connections are reset: those that there are, and new ones. */
  | { kind: 'reset' }
  /** Each byte arrives so much later. */
  | { kind: 'delay'; ms: number }
  /** Bytes arrive a few at a time. */
  | { kind: 'trickle'; bytesPerSecond: number };

/** How often a trickle lets some bytes through, ms. */
const TRICKLE_EVERY_MS = 20;

/** One connection through the line. */
interface Pair {
  near: Socket;
  far: Socket;
  /** Bytes of it were swallowed: a TCP stream with a gap never goes on. */
  isLost: boolean;
}

/** A TCP line to a port on this machine that can be cut and mended, and troubled in other ways. */
export class CuttableLine {
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;
  private isCut = false;
  private trouble: Trouble | undefined;
  port = 0;
  /** Connections that were made to it so far. */
  connections = 0;
  /** Bytes that were swallowed so far. */
  swallowed = 0;

  private constructor(private readonly to: number) {
    this.server = createServer((near) => this.accept(near));
  }

  static async start(to: number): Promise<CuttableLine> {
    const line = new CuttableLine(to);
    line.port = await listen(line.server, { host: '127.0.0.1', port: 0, setting: 'none' });
    return line;
  }

  /** Both ends learn of it, as soon as they run. */
  cut(): void {
    this.isCut = true;
    this.dropConnections();
  }

  /** Troubles the line until it is mended. */
  suffer(trouble: Trouble): void {
    this.trouble = trouble;
    if (trouble.kind !== 'reset') return;
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /**
   * New connections are carried as they should be. Those that lost bytes stay open and dead, as behind a box that never
   * lets go, until their near end gives them up.
   */
  mend(): void {
    this.isCut = false;
    this.trouble = undefined;
  }

  /** Connections that are open at the near end. */
  get open(): number {
    return [...this.pairs].filter(({ near }) => !near.destroyed).length;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private dropConnections(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.pairs.clear();
  }

  private accept(near: Socket): void {
    this.connections += 1;
    if (this.isCut) return void near.destroy();
    if (this.trouble?.kind === 'reset') return void near.resetAndDestroy();
    const pair: Pair = { near, far: connect({ host: '127.0.0.1', port: this.to }), isLost: false };
    this.pairs.add(pair);
    this.carry(pair, pair.near, pair.far);
    this.carry(pair, pair.far, pair.near);
    for (const socket of [pair.near, pair.far]) {
      socket.once('close', () => {
        if (pair.near.destroyed && pair.far.destroyed) this.pairs.delete(pair);
      });
    }
  }

  /** Carries one direction to its end, in order. */
  private carry(pair: Pair, from: Socket, to: Socket): void {
    let carried = Promise.resolve();
    from.on('error', () => undefined);
    from.on('data', (bytes: Buffer) => {
      const due = performance.now() + (this.trouble?.kind === 'delay' ? this.trouble.ms : 0);
      carried = carried.then(() => this.pass(pair, bytes, to, due));
    });
    from.once('close', () => {
      void carried.then(() => {
        if (!this.swallows(pair)) to.destroy();
      });
    });
  }

  private async pass(pair: Pair, bytes: Buffer, to: Socket, due: number): Promise<void> {
    const wait = due - performance.now();
    if (wait > 0) await setTimeout(wait);
    let rest = bytes;
    while (this.trouble?.kind === 'trickle' && rest.length > 0) {
      const some = Math.max(1, Math.round((this.trouble.bytesPerSecond * TRICKLE_EVERY_MS) / 1000));
      to.write(rest.subarray(0, some));
      rest = rest.subarray(some);
      await setTimeout(TRICKLE_EVERY_MS);
    }
    if (rest.length === 0) return;
    if (this.swallows(pair)) {
      pair.isLost = true;
      this.swallowed += rest.length;
    } else if (!to.destroyed) {
      to.write(rest);
    }
  }

  private swallows(pair: Pair): boolean {
    return pair.isLost || this.trouble?.kind === 'swallow';
  }
}
