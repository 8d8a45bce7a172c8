import type { Writable } from 'node:stream';
import type { Request, Response } from 'express';
import { TemporalUnavailable } from '../../client/purchases';
import { leaveConcurrency } from './limits';
import type { ApiMetrics } from './metrics';
import { Problem } from './problems';
import type { Waiting } from './waiting';

/** A comment is sent when nothing else was for so long, so that proxies do not take the stream for dead. */
const HEARTBEAT_MS = 15_000;
/** What may wait for a reader, bytes; what is streamed here is a tenth of it, so only a reader that stopped has more. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** What a reader is to wait before it comes again after a stream that broke, milliseconds. */
const RECONNECT_AFTER_MS = 2_000;

/** One event as it is sent. */
export interface StreamedEvent {
  /** By which a reader that comes again says what it has. */
  id: number;
  event: string;
  data: object;
}

export const EVENT_STREAM = 'text/event-stream';

/** Also with the only parameter that the type has: a stream of events is in UTF-8 always. */
export function wantsStream(request: Request): boolean {
  const best = request.accepts(['application/json', EVENT_STREAM, `${EVENT_STREAM}; charset=utf-8`]);
  return best !== false && best.startsWith(EVENT_STREAM);
}

/** What the reader has already; 0 for nothing. @throws Problem `last_event_id_invalid` */
export function lastEventId(request: Request): number {
  const given = request.get('last-event-id');
  if (given === undefined || given === '') return 0;
  if (/^(0|[1-9]\d{0,5})$/.test(given)) return Number(given);
  throw new Problem('last_event_id_invalid');
}

/** What ends the streams of a process, and what counts them. */
export interface StreamServices {
  waiting: Waiting;
  closing: AbortSignal;
  metrics: Pick<ApiMetrics, 'streamOpened'>;
}

/** What one reader is told. */
export interface StreamedStory<First> {
  /** Where the story stands, before the stream is opened. @throws Problem */
  first(): Promise<First>;
  /** Whether the story is over and the reader knows all of it. */
  isKnown(first: First): boolean;
  /**
   * Sends events until the story is over or a signal is aborted.
   * @param ended when the reader or its access is gone, or we stop
   * @param access when its key may no longer read: whatever happened since is not sent
   */
  tell(
    first: First,
    events: EventStream,
    signals: { ended: AbortSignal; access: AbortSignal },
  ): Promise<void>;
}

/** Answers with a stream of events, from its place in the limits to its end. */
export async function answerWithStream<First>(
  response: Response,
  { waiting, closing, metrics }: StreamServices,
  story: StreamedStory<First>,
): Promise<void> {
  const access = waiting.openStream(response);
  const first = await story.first();
  leaveConcurrency(response);
  // A reader who knows everything is not to come again: of all answers only this one stops an EventSource.
  if (story.isKnown(first)) return void response.status(204).end();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  // oxlint-disable-next-line no-restricted-properties -- aborted when the response closes
  const ended = AbortSignal.any([gone.signal, closing, access]);
  beginStream(response);
  metrics.streamOpened(response);
  const events = new EventStream(response);
  await story.tell(first, events, { ended, access });
  events.end();
}

/** What comes next in a stream; nothing while Temporal is silent: the reader comes again and is told what is the matter. */
export function unlessSilent<T>(next: Promise<T>): Promise<T | undefined> {
  return next.catch((fault: unknown) => {
    if (!(fault instanceof TemporalUnavailable)) throw fault; // a defect
    return undefined;
  });
}

/** Begins the answer. */
function beginStream(response: Response): void {
  response.status(200).set('Content-Type', `${EVENT_STREAM}; charset=utf-8`);
  // A proxy that buffers, or compresses, would hold events back.
  response.set({ 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store, no-transform' }).flushHeaders();
}

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

  send({ id, event, data }: StreamedEvent): void {
    // JSON has no line breaks, which would end a field
    this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
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
