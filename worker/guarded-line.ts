import { randomBytes, timingSafeEqual } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Proxy } from '../runtime/proxy/settings';
import { openTunnel } from '../runtime/proxy/tunnel';

/** How an HTTP CONNECT proxy is given to `NativeConnection.connect`. */
interface ProxyConfig {
  type: 'http-connect';
  targetHost: string;
  basicAuth: { username: string; password: string };
}

/** Where the line leads, and whether it responds at the moment. */
export interface FarEnd {
  host: string;
  port: number;
  /** The network's own proxy on the way there. */
  proxy?: Proxy | undefined;
  /** @returns why it cannot be reached; undefined if it responds */
  obstacle(): Promise<string | undefined>;
}

/** Time limit of TCP's handshake, and then of the server's first byte, ms. */
const CONNECT_LIMIT_MS = 4_000;
/** Pause between two checks whether Temporal responds again, ms. */
const RETRY_PAUSE_MS = 500;
/** After this time without a byte from the server, the connection is checked, ms. */
const QUIET_MS = 3_000;
/** Interval of looking at the time of silence, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * A worker's way to Temporal that no network can hold for ever. The SDK's Rust core has no time limit for connecting
 * and lets a dead connection go after 45 s, and neither can be set; but it can go through an HTTP CONNECT proxy. This is
 * one, inside this process and for it alone, which sees the bytes and closes what is dead. While Temporal cannot be
 * reached the core's next connection is held instead of refused: so no call of a worker fails for that, no pause of the
 * core grows, and all goes on within two seconds of the network's healing. TLS is the core's own, end to end.
 */
export class GuardedLine {
  private readonly server = http.createServer((_request, response) => response.writeHead(405).end());
  private readonly password = randomBytes(24).toString('base64url');
  private readonly open = new Set<Socket>();
  private bytesOfClosed = 0;
  private heardAt = performance.now();
  private isPatient = false;
  private isClosed = false;
  private looking: NodeJS.Timeout | undefined;

  private constructor(private readonly farEnd: FarEnd) {
    this.server.on('connect', (request, near: Duplex, head: Buffer) => void this.carry(request, near, head));
  }

  static async start(farEnd: FarEnd): Promise<GuardedLine> {
    const line = new GuardedLine(farEnd);
    await new Promise<void>((resolve, reject) => {
      line.server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    return line;
  }

  get proxy(): ProxyConfig {
    const { port } = this.server.address() as AddressInfo; // it listens by TCP
    return {
      type: 'http-connect',
      targetHost: `127.0.0.1:${port}`,
      basicAuth: { username: 'worker', password: this.password },
    };
  }

  /**
   * From now on, the first connection having been made, closes connections on which Temporal is silent and holds new
   * ones until it answers.
   * @param ask whatever Temporal answers; the answer itself does not matter
   */
  guard(ask: () => Promise<unknown>): void {
    this.isPatient = true;
    let isAsking = false;
    this.looking = setInterval(() => {
      if (isAsking || this.open.size === 0 || performance.now() - this.heardAt < QUIET_MS) return;
      isAsking = true;
      const heard = this.bytesHeard;
      void ask()
        .catch(() => undefined)
        .then(() => {
          isAsking = false;
          if (this.bytesHeard === heard) this.drop();
        });
    }, LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.looking);
    this.drop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get bytesHeard(): number {
    return [...this.open].reduce((sum, { bytesRead }) => sum + bytesRead, this.bytesOfClosed);
  }

  private drop(): void {
    for (const far of this.open) far.destroy();
  }

  private async carry(request: IncomingMessage, near: Duplex, head: Buffer): Promise<void> {
    near.on('error', () => near.destroy());
    if (!this.isKnown(request)) return void near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const far = await this.reach(near);
    if (!far) return void near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    if (near.destroyed) return void far.destroy(); // given up meanwhile
    this.track(far);
    near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    far.write(head);
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  private isKnown({ headers }: IncomingMessage): boolean {
    const shown = Buffer.from(headers['proxy-authorization'] ?? '');
    const known = Buffer.from(`Basic ${Buffer.from(`worker:${this.password}`).toString('base64')}`);
    return shown.length === known.length && timingSafeEqual(shown, known);
  }

  /** @returns nothing when nobody waits for it any more, or when the very first connection cannot be made */
  private async reach(near: Duplex): Promise<Socket | undefined> {
    while (!near.destroyed && !this.isClosed) {
      const isThere = !this.isPatient || (await this.farEnd.obstacle()) === undefined;
      const far = isThere ? await dial(this.farEnd) : undefined;
      if (far || !this.isPatient) return far;
      await pause(RETRY_PAUSE_MS);
    }
    return undefined;
  }

  private track(far: Socket): void {
    const limit = setTimeout(() => far.destroy(), CONNECT_LIMIT_MS);
    this.open.add(far);
    far.once('data', () => clearTimeout(limit));
    far.on('data', () => (this.heardAt = performance.now()));
    far.once('close', () => {
      clearTimeout(limit);
      this.open.delete(far);
      this.bytesOfClosed += far.bytesRead;
    });
  }
}

/** @returns nothing when it does not come to be within its time */
function dial(place: Pick<FarEnd, 'host' | 'port' | 'proxy'>): Promise<Socket | undefined> {
  if (place.proxy) return openTunnel(place.proxy, place, CONNECT_LIMIT_MS).catch(() => undefined);
  return new Promise((resolve) => {
    const far = connect({ host: place.host, port: place.port, noDelay: true });
    const limit = setTimeout(() => far.destroy(), CONNECT_LIMIT_MS);
    far.on('error', () => far.destroy());
    far.once('close', () => {
      clearTimeout(limit);
      resolve(undefined);
    });
    far.once('connect', () => {
      clearTimeout(limit);
      resolve(far);
    });
  });
}
