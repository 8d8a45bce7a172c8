import type { Socket } from 'node:net';
import { ChannelCredentials } from '@grpc/grpc-js';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * Credentials that know the sockets of the one channel that they are given to. grpc-js never closes a socket of an
 * attempt that was given up before the server's first HTTP/2 frame; whoever gives one up closes it here.
 */
export class TrackedCredentials extends ChannelCredentials {
  private readonly sockets = new Set<Socket>();
  private bytesOfClosed = 0;
  private isDropped = false;

  constructor(private readonly inner: ChannelCredentials) {
    super();
  }

  /** Bytes that the server has sent over all of these sockets so far. */
  get bytesHeard(): number {
    return [...this.sockets].reduce((sum, { bytesRead }) => sum + bytesRead, this.bytesOfClosed);
  }

  /** Closes every socket, also one that connects only later. Calls on them fail as on a connection that was lost. */
  drop(): void {
    this.isDropped = true;
    for (const socket of this.sockets) socket.destroy();
  }

  override _isSecure(): boolean {
    return this.inner._isSecure();
  }

  override _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  override _createSecureConnector(
    ...given: Parameters<ChannelCredentials['_createSecureConnector']>
  ): SecureConnector {
    const connector = this.inner._createSecureConnector(...given);
    return {
      connect: (socket) => {
        this.track(socket);
        return connector.connect(socket);
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.bytesOfClosed += socket.bytesRead;
    });
    if (this.isDropped) socket.destroy();
  }
}
