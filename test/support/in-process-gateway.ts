import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import type { GatewayCall, GatewayCommands } from '../../mobifone/contract';
import type { CallOptions, Gateway } from '../../mobifone/client';
import { DATACODE_JSON, encode } from '../../mobifone/dialects/datacode-json';
import type { Answer } from '../../sandbox/answers';
import type { SandboxGateway } from '../../sandbox/gateway';
import { REQUEST_SCHEMAS, type GatewayRequest } from '../../sandbox/requests';
import { commandVerdict, inquiryVerdict, type RawAnswer } from '../../mobifone/verdict';

/** Stands around a call, to lose what the caller would have done with its answer. */
export type Around = <T>(call: GatewayCall, transactionId: string, send: () => T) => Promise<T>;

const NO_REPLY = { kind: 'unknown', detail: 'no reply' } as const;

/**
 * The sandbox without its wire: the same requests, faults, answers and verdicts, but no sockets and no waiting, so
 * that thousands of purchases are over in minutes and a seed tells the same story each time.
 */
export class InProcessGateway implements Gateway {
  constructor(
    private readonly sandbox: SandboxGateway,
    private readonly around: Around,
  ) {}

  check = async (command: GatewayCommands['check'], options?: CallOptions) =>
    this.command('check', command, options);
  register = async (command: GatewayCommands['register'], options?: CallOptions) =>
    this.command('register', command, options);
  charge = async (command: GatewayCommands['charge'], options?: CallOptions) =>
    this.command('charge', command, options);
  rollback = async (command: GatewayCommands['rollback'], options?: CallOptions) =>
    this.command('rollback', command, options);
  sms = async (command: GatewayCommands['sms'], options?: CallOptions) =>
    this.command('sms', command, options);

  inquire = async (command: GatewayCommands['inquiry'], options?: CallOptions): Promise<InquiryVerdict> => {
    const answer = await this.send('inquiry', command, options);
    return answer ? inquiryVerdict(DATACODE_JSON, command, answer) : NO_REPLY;
  };

  close(): void {}

  private async command<C extends Exclude<GatewayCall, 'inquiry'>>(
    call: C,
    command: GatewayCommands[C],
    options: CallOptions | undefined,
  ): Promise<GatewayVerdict> {
    const answer = await this.send(call, command, options);
    return answer ? commandVerdict(DATACODE_JSON, call, command, answer) : NO_REPLY;
  }

  private async send<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options: CallOptions | undefined,
  ): Promise<RawAnswer | undefined> {
    const body = REQUEST_SCHEMAS[call].parse(encode[call](command));
    const request = { call, body } as GatewayRequest; // parsed by this call's schema
    for (let wait = options?.beforeSend?.(); wait; wait = options?.beforeSend?.()) await wait;
    return this.around(call, command.transactionId, () => onTheWire(this.sandbox.answer(request)));
  }
}

/** What arrives of an answer; nothing when the wire swallows it. */
function onTheWire(answer: Answer): RawAnswer | undefined {
  switch (answer.kind) {
    case 'reply': {
      const retryAfter = answer.headers?.['retry-after'];
      return {
        status: answer.status,
        body: JSON.stringify(answer.body),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    }
    case 'page':
      return { status: answer.status, body: answer.body };
    case 'cut':
    case 'dribble':
    case 'reset':
    case 'silence':
      return undefined;
  }
}
