import { maskMsisdn, type Msisdn } from '../../domain/msisdn';
import type { ReplyFields } from '../../mobifone/contract';
import type { WireRequest } from '../../mobifone/dialect';
import type { Wire, WireReply } from '../../mobifone/wire';

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
    // oxlint-disable-next-line no-restricted-properties -- the wire takes its listener away
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

/** A request and its answer, as they may be kept: no number in clear, no token, no text of a message. */
export interface Exchange {
  /** The probe that made it. */
  probe: string;
  /** When it began (ISO 8601), and how long it took, milliseconds. */
  at: string;
  tookMs: number;
  request: Readonly<Record<string, string | number>>;
  answer: Readonly<Record<string, string | number | boolean>>;
}

/** The fields of a command that tell it from others. */
const REQUEST_FIELDS = ['transactionId', 'registrationId', 'packageCode', 'paymentForm', 'amount'] as const;
/** The fields of a reply that a record keeps; no other, since a gateway may tell personal data there. */
const REPLY_FIELDS = [
  'resultCode',
  'transactionState',
  'transactionResultCode',
  'amount',
  'packageCode',
] as const;

export function requestForRecord(call: string, command: { msisdn: Msisdn }): Exchange['request'] {
  const fields = picked({ ...command }, REQUEST_FIELDS);
  return { call, ...fields, msisdn: maskMsisdn(command.msisdn) };
}

/** @param fields what the dialect reads in the answer's body */
export function answerForRecord(reply: WireReply, fields: ReplyFields | undefined): Exchange['answer'] {
  if (reply.kind !== 'answer') return { kind: reply.kind, detail: reply.detail };
  const { status, retryAfter } = reply;
  const inDialect = fields ? picked({ ...fields }, REPLY_FIELDS) : { readable: false };
  return { status, ...(retryAfter === undefined ? {} : { retryAfter }), ...inDialect };
}

/** Hides the numbers wherever they stand in a text, however they are spelled, in case a gateway echoes them. */
export function withoutNumbers(text: string, numbers: Iterable<Msisdn>): string {
  let masked = text;
  for (const number of numbers) {
    const national = number.slice(2);
    masked = masked.replaceAll(number, maskMsisdn(number));
    masked = masked.replaceAll(national, `${national.slice(0, 2)}****${national.slice(-3)}`);
  }
  return masked;
}

function picked(
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string | number> {
  const told = names.map((name) => [name, given[name]] as const);
  return Object.fromEntries(
    told.filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}
