import { setTimeout as pause } from 'node:timers/promises';
import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import type { Msisdn } from '../../domain/msisdn';
import type { Authorise } from '../../mobifone/authenticator';
import type { GatewayCall, GatewayCommands, GatewayVerdicts, ReplyFields } from '../../mobifone/contract';
import type { Dialect, WireRequest } from '../../mobifone/dialect';
import { TokenUnavailable } from '../../mobifone/token';
import { verdictOf } from '../../mobifone/verdict';
import type { WireReply } from '../../mobifone/wire';
import { requestForRecord, type RecordedWire } from './recorded-wire';

type CommandCall = Exclude<GatewayCall, 'inquiry'>;

/** What came of one command. */
export interface CommandAnswer {
  verdict: GatewayVerdict;
  /** When it was sent; milliseconds of `performance.now()`. */
  sentAtMs: number;
}

export interface LineOptions {
  dialect: Dialect;
  wire: RecordedWire;
  authorise: Authorise;
  /** The numbers that may be touched. */
  numbers: ReadonlySet<Msisdn>;
}

/** A gateway that is busy is asked again so often, after a pause that it may choose within limits. */
const BUSY_RETRIES = 3;
const BUSY_PAUSE_MS = 1_000;
const LONGEST_BUSY_PAUSE_MS = 30_000;

/**
 * Commands and inquiries as the product's own client sends them, in its dialect and with its verdicts. No number is
 * touched that was not named.
 */
export class Line {
  /** Every result code that was seen. */
  readonly codes = new Set<string>();

  constructor(private readonly options: LineOptions) {}

  get signal(): AbortSignal | undefined {
    return this.options.wire.signal;
  }

  get dialect(): Dialect {
    return this.options.dialect;
  }

  /** @param cutAfterMs cuts the connection so long after the request was written */
  command<C extends CommandCall>(
    call: C,
    command: GatewayCommands[C],
    cutAfterMs?: number,
  ): Promise<CommandAnswer> {
    return this.answered(call, command, cutAfterMs);
  }

  /** Asks a gateway that is busy again. */
  private async answered<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    cutAfterMs?: number,
  ): Promise<{ verdict: GatewayVerdicts[C]; sentAtMs: number }> {
    for (let retries = 0; ; retries += 1) {
      const sentAtMs = performance.now();
      const verdict = verdictOf(this.dialect, call, command, await this.deliver(call, command, cutAfterMs));
      if (verdict.kind !== 'retry_later' || retries === BUSY_RETRIES) return { verdict, sentAtMs };
      await this.rest(verdict.retryAfterMs);
    }
  }

  async inquire(command: GatewayCommands['inquiry']): Promise<InquiryVerdict> {
    return (await this.answered('inquiry', command)).verdict;
  }

  /** One request, authorised as the product does it: once more with a fresh token after a 401. */
  async deliver<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    cutAfterMs?: number,
  ): Promise<WireReply> {
    const request = this.dialect.encode[call](command);
    for (let refusals = 0; ; refusals += 1) {
      try {
        const authorisation = await this.options.authorise(request);
        const reply = await this.send(call, command, request, authorisation.headers, cutAfterMs);
        if (reply.kind !== 'answer' || reply.status !== 401) {
          if (reply.kind === 'answer') authorisation.accepted();
          return reply;
        }
        if (!authorisation.refused() || refusals > 0) return reply;
      } catch (error) {
        if (!(error instanceof TokenUnavailable)) throw error;
        return { kind: 'not_sent', detail: error.message, outage: true };
      }
    }
  }

  /** One request with these headers for its authorisation, recorded. */
  async send<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    request: WireRequest,
    authorisation: Readonly<Record<string, string>>,
    cutAfterMs?: number,
  ): Promise<WireReply> {
    if (!this.options.numbers.has(command.msisdn)) throw new Error('a number that was not named');
    const headers = { ...request.headers, ...authorisation };
    return this.options.wire.send(
      { ...request, headers },
      {
        record: requestForRecord(call, command),
        read: (body) => this.read(call, body),
        ...(cutAfterMs === undefined ? {} : { cutAfterMs }),
      },
    );
  }

  /** A request for a token; its answer is a secret, and is not recorded. */
  requestToken(request: WireRequest): Promise<WireReply> {
    return this.options.wire.send(request, { record: { call: 'token' }, read: () => undefined });
  }

  private read(call: GatewayCall, body: string): ReplyFields | undefined {
    try {
      const reply = this.dialect.decode(call, body);
      for (const code of [reply?.resultCode, reply?.transactionResultCode]) {
        if (typeof code === 'string' || typeof code === 'number') this.codes.add(String(code).trim());
      }
      return reply;
    } catch {
      return undefined; // not of this dialect; the verdict says so
    }
  }

  private async rest(askedMs = BUSY_PAUSE_MS): Promise<void> {
    const { signal } = this.options.wire;
    await pause(Math.min(askedMs, LONGEST_BUSY_PAUSE_MS), undefined, signal ? { signal } : {});
  }
}
