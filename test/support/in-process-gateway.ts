import type { GatewayCall, GatewayCommands, GatewayVerdicts } from '../../mobifone/contract';
import type { CallOptions, Gateway } from '../../mobifone/client';
import { DATACODE_JSON, encode } from '../../mobifone/dialects/datacode-json';
import type { Answer } from '../../sandbox/answers';
import type { SandboxGateway } from '../../sandbox/gateway';
import { REQUEST_SCHEMAS, type GatewayRequest } from '../../sandbox/requests';
import { verdictOf } from '../../mobifone/verdict';
import type { WireReply } from '../../mobifone/wire';

/** Stands around a call, to lose what the caller would have done with its answer. */
export type Around = <T>(call: GatewayCall, transactionId: string, send: () => T) => Promise<T>;

const NO_REPLY: WireReply = { kind: 'no_reply', detail: 'no reply', outage: false };

/**
 * The sandbox without its wire: the same requests, faults, answers and verdicts, but no sockets and no waiting, so
 * that thousands of purchases are over in minutes and a seed tells the same story each time.
 */
export class InProcessGateway implements Gateway {
  constructor(
    private readonly sandbox: SandboxGateway,
    private readonly around: Around,
  ) {}

  async call<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options?: CallOptions,
  ): Promise<GatewayVerdicts[C]> {
    return verdictOf(DATACODE_JSON, call, command, await this.send(call, command, options));
  }

  close(): void {}

  private async send<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options: CallOptions | undefined,
  ): Promise<WireReply> {
    const body = REQUEST_SCHEMAS[call].parse(encode[call](command));
    const request = { call, body } as GatewayRequest; // parsed by this call's schema
    for (let wait = options?.beforeSend?.(); wait; wait = options?.beforeSend?.()) await wait;
    return this.around(call, command.transactionId, () => onTheWire(this.sandbox.answer(request)));
  }
}

/** What arrives of an answer. */
function onTheWire(answer: Answer): WireReply {
  switch (answer.kind) {
    case 'reply': {
      const retryAfter = answer.headers?.['retry-after'];
      return {
        kind: 'answer',
        status: answer.status,
        body: JSON.stringify(answer.body),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    }
    case 'page':
      return { kind: 'answer', status: answer.status, body: answer.body };
    case 'cut':
    case 'dribble':
    case 'reset':
    case 'silence':
      return NO_REPLY;
  }
}
