import type { Writable } from 'node:stream';
import { eventName, type PurchaseEvent } from '../../domain/purchase/events';
import { eventResource } from './resource';

/** A comment is sent when nothing else was for so long, so that proxies do not take the stream for dead. */
const HEARTBEAT_MS = 15_000;
/** What may wait for a reader, bytes; a purchase's events are a tenth of it, so only a reader that stopped has more. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** What a reader is to wait before it comes again after a stream that broke, milliseconds. */
const RECONNECT_AFTER_MS = 2_000;

/**
 * Server-sent events to one reader (WHATWG HTML, "server-sent events"). A reader that does not read is cut; it comes
 * again with `Last-Event-ID` and misses nothing.
 */
export class EventStream {
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly reader: Writable,
    private readonly limits: { heartbeatMs: number; maxUnreadBytes: number } = {
      heartbeatMs: HEARTBEAT_MS,
      maxUnreadBytes: MAX_UNREAD_BYTES,
    },
  ) {
    this.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
    reader.once('close', () => clearTimeout(this.heartbeat));
  }

  send(event: PurchaseEvent): void {
    const data = JSON.stringify(eventResource(event)); // JSON has no line breaks, which would end a field
    this.write(`id: ${event.sequence}\nevent: ${eventName(event)}\ndata: ${data}\n\n`);
  }

  end(): void {
    clearTimeout(this.heartbeat);
    this.reader.end();
  }

  private write(text: string): void {
    if (this.reader.destroyed || this.reader.writableEnded) return;
    this.reader.write(text);
    if (this.reader.writableLength > this.limits.maxUnreadBytes) {
      this.reader.destroy();
      return;
    }
    clearTimeout(this.heartbeat);
    this.heartbeat = setTimeout(() => this.beat(), this.limits.heartbeatMs);
  }

  /** A reader that has taken nothing since the last beat does not read. */
  private beat(): void {
    if (this.reader.writableNeedDrain) this.reader.destroy();
    else this.write(': still here\n\n');
  }
}
