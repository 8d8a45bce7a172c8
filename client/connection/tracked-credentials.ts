import type { Socket } from 'node:net';
import { ChannelCredentials } from '@grpc/grpc-js';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * Credentials that track the sockets of their channel. grpc-js never closes the socket of an attempt that was abandoned
 * before the server's first HTTP/2 frame, so it is closed here.
 */
export class TrackedCredentials extends ChannelCredentials {
  private readonly sockets = new Set<Socket>();
  private bytesOfClosed = 0;
  private isDropped = false;

  constructor(private readonly inner: ChannelCredentials) {
    super();
  }

  /** Bytes received over all of these sockets so far. */
  get bytesHeard(): number {
    return [...this.sockets].reduce((sum, { bytesRead }) => sum + bytesRead, this.bytesOfClosed);
  }

  /** Closes every socket, including one that connects later. Their calls fail as on a lost connection. */
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
