import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { closeAtOnce, listen } from '../../runtime/listening';

/** What arrives at the gateway; a token is asked for by nobody's transaction. */
export interface Arrival {
  /** The last word of the path: `register`, `charge`, `inquiry`, … or `token`. */
  call: string;
  transactionId: string;
  msisdn: string;
}

/** What the gateway makes of an arrival: whether it is executed at once, and until when its answer waits. */
export interface Treatment {
  refusesToken?: boolean;
  answersAfter?: Promise<unknown>;
}

/** A connection outlasts the freeze of whoever has it: it is the same when the process wakes. */
const IDLE_LIMIT_MS = 600_000;

/**
 * A stand-in for MobiFone's gateway that knows no repetition: what is sent twice is done twice. Its inquiry tells the
 * truth at once. It has nothing in common with the sandbox, so that the two do not share a mistake.
 */
export class ForgetfulGateway {
  /** Each command as often as it was executed. */
  readonly executed: Arrival[] = [];
  /** The connections on which an answer waited before it was given. */
  readonly answeredLate: Socket[] = [];
  /** Decides about each arrival, in the tick in which it has arrived whole. */
  treat: (arrival: Arrival) => Treatment = () => ({});
  private readonly server: Server;
  private port = 0;

  private constructor() {
    const options = { keepAliveTimeout: IDLE_LIMIT_MS };
    this.server = createServer(options, (request, response) => {
      this.answer(request, response).catch(() => response.destroy()); // who asked is gone
    });
  }

  static async start(): Promise<ForgetfulGateway> {
    const gateway = new ForgetfulGateway();
    gateway.port = await listen(gateway.server, { host: '127.0.0.1', port: 0, setting: 'none' });
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What was executed for a number, in order, as `registration` or `charge`. */
  executedFor(msisdn: string): string[] {
    return this.executed
      .filter((arrival) => arrival.msisdn === msisdn)
      .map(({ transactionId }) => transactionId.split('.')[1] ?? transactionId);
  }

  async stop(): Promise<void> {
    await closeAtOnce(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, string | number>; // our own client writes objects
    const call = request.url?.split('/').at(-1) ?? '';
    const arrival = { call, transactionId: String(body['transactionId']), msisdn: String(body['msisdn']) };
    const { refusesToken, answersAfter } = this.treat(arrival);
    const [status, reply] = refusesToken ? [401, {}] : [200, this.execute(arrival, body['amount'])];
    await answersAfter;
    if (answersAfter && !refusesToken) this.answeredLate.push(request.socket);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  }

  private execute(arrival: Arrival, amount: string | number | undefined): object {
    const { call, transactionId, msisdn } = arrival;
    const done = { resultCode: '0000', transactionId, msisdn };
    if (call === 'token') return { accessToken: 'a-token', expiresIn: 3_600 };
    if (call === 'inquiry') {
      const isKnown = this.executed.some((command) => command.transactionId === transactionId);
      return { ...done, transactionState: isKnown ? 'DONE' : 'NOT_FOUND' };
    }
    if (call !== 'check') this.executed.push(arrival);
    return { ...done, ...(amount === undefined ? {} : { amount }) };
  }
}
