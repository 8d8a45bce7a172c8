import type { ReplyFields } from '../../mobifone/contract';
import type { WireRequest } from '../../mobifone/dialect';
import type { Wire, WireReply } from '../../mobifone/wire';
import { answerForRecord, type Exchange } from './exchanges';

interface Sending {
  /** The request as it may be kept. */
  record: Exchange['request'];
  /** What of the answer's body may be kept. */
  read: (body: string) => ReplyFields | undefined;
  /** Cuts the connection so long after the request was written. */
  cutAfterMs?: number;
}

/** The connection was cut on purpose. */
class Cut extends Error {
  override readonly name = 'Cut';
}

/** The wire of the check: every request is recorded, and a connection can be cut on purpose. */
export class RecordedWire {
  readonly exchanges: Exchange[] = [];
  /** In whose name requests are made. */
  probe = '';
  /** Ends what is under way, which then rejects with the signal's reason. */
  signal: AbortSignal | undefined;

  constructor(private readonly wire: Wire) {}

  async send(request: WireRequest, { record, read, cutAfterMs }: Sending): Promise<WireReply> {
    const at = new Date().toISOString();
    const startedAtMs = performance.now();
    const keep = (answer: Exchange['answer']) => {
      const tookMs = Math.round(performance.now() - startedAtMs);
      this.exchanges.push({ probe: this.probe, at, tookMs, request: record, answer });
    };
    try {
      const reply = await this.deliver(request, cutAfterMs);
      keep(answerForRecord(reply, reply.kind === 'answer' ? read(reply.body) : undefined));
      return reply;
    } catch (error) {
      keep({ kind: 'interrupted' });
      throw error;
    }
  }

  private async deliver(request: WireRequest, cutAfterMs?: number): Promise<WireReply> {
    if (cutAfterMs === undefined) return this.wire.send(request, { signal: this.signal });
    const scissors = new AbortController();
    const signal = this.signal ? AbortSignal.any([this.signal, scissors.signal]) : scissors.signal;
    let timer: NodeJS.Timeout | undefined;
    const cutLater = (): undefined => {
      const cut = () => scissors.abort(new Cut());
      if (cutAfterMs > 0) timer = setTimeout(cut, cutAfterMs);
      else setImmediate(cut); // before any answer can be read
    };
    try {
      return await this.wire.send(request, { signal, beforeSend: cutLater });
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      return {
        kind: 'no_reply',
        outage: false,
        detail: `we cut the connection ${cutAfterMs} ms after the request`,
      };
    } finally {
      clearTimeout(timer);
    }
  }
}
