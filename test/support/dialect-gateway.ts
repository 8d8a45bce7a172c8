import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway } from '../../mobifone/client';
import type { GatewayCall, ReplyState } from '../../mobifone/contract';
import type { Dialect } from '../../mobifone/dialect';
import { DATACODE_JSON, PATHS } from '../../mobifone/dialects/datacode-json';
import { COMMAND_PATH, FORM_XML, OPERATIONS, signature, STATES } from './form-xml-dialect';

/** What a request ordered, whatever dialect it came in. */
export interface Understood {
  call: GatewayCall;
  transactionId: string;
  /** As MobiFone has it in its own records, `84` and nine digits. */
  msisdn: string;
  amount?: number;
}

/** What the gateway has to say to it. */
export interface Say {
  result: 'done' | 'insufficient_balance' | 'busy' | 'doubt' | 'unheard_of';
  transactionId: string;
  msisdn: string;
  amount?: number;
  state?: ReplyState;
  /** The result of the transaction that was asked about. */
  was?: 'insufficient_balance';
}

/** The gateway's half of a dialect, written apart from ours. */
export interface ServedDialect {
  dialect: Dialect;
  /** Answers itself what is no command, such as a request for a token; nothing when the credentials are wrong. */
  understand: (request: IncomingMessage, body: string) => Understood | Reply | undefined;
  spell: (say: Say, about: Understood) => Reply;
}

export interface Reply {
  status: number;
  type: string;
  text: string;
}

export const CREDENTIALS = { clientId: 'agent', clientSecret: 'secret' };

const json = (body: object, status = 200): Reply => ({
  status,
  type: 'application/json',
  text: JSON.stringify(body),
});

const JSON_CODES = {
  done: '0000',
  insufficient_balance: '3001',
  busy: '9001',
  doubt: '9999',
  unheard_of: '8888',
};
const XML_CODES = { done: '0', insufficient_balance: '-51', busy: '-90', doubt: '-99', unheard_of: '777' };

export const SERVED: Readonly<Record<string, ServedDialect>> = {
  'datacode-json': {
    dialect: DATACODE_JSON,
    understand(request, body) {
      const fields = JSON.parse(body) as Record<string, unknown>; // our client sends objects
      if (request.url === PATHS.token) {
        const known = fields['clientId'] === CREDENTIALS.clientId && fields['clientSecret'] === 'secret';
        return known ? json({ accessToken: 'good', expiresIn: 60 }) : undefined;
      }
      if (request.headers.authorization !== 'Bearer good') return undefined;
      const call = (Object.keys(OPERATIONS) as GatewayCall[]).find((each) => PATHS[each] === request.url); // its keys
      if (!call) return json({ error: 'no such path' }, 404);
      return {
        call,
        transactionId: String(fields['transactionId']),
        msisdn: String(fields['msisdn']),
        ...('amount' in fields ? { amount: Number(fields['amount']) } : {}),
      };
    },
    spell: ({ result, state, was, amount, ...echo }, { call }) =>
      json({
        ...echo,
        resultCode: JSON_CODES[result],
        ...(amount === undefined ? {} : { amount }),
        ...(call === 'inquiry' && state
          ? { transactionState: state, ...(was ? { transactionResultCode: JSON_CODES[was] } : {}) }
          : {}),
      }),
  },
  'form-xml': {
    dialect: FORM_XML,
    understand(request, body) {
      const at = String(request.headers['x-time']);
      const isFresh = Math.abs(Date.now() / 1000 - Number(at)) < 600;
      const isSigned = request.headers['x-signature'] === signature(CREDENTIALS.clientSecret, at, body);
      if (!isFresh || !isSigned || request.headers['x-partner'] !== CREDENTIALS.clientId) return undefined;
      const fields = new URLSearchParams(body);
      const call = (Object.keys(OPERATIONS) as GatewayCall[]).find(
        (each) => OPERATIONS[each] === fields.get('op'),
      ); // its keys
      if (!call || request.url !== COMMAND_PATH) return { status: 404, type: 'text/plain', text: 'unknown' };
      const price = fields.get('price');
      return {
        call,
        transactionId: String(fields.get('reqid')),
        msisdn: String(fields.get('isdn')).replace(/^0/, '84'),
        ...(price === null ? {} : { amount: Number.parseFloat(price) }),
      };
    },
    spell({ result, transactionId, msisdn, amount, state, was }, { call }) {
      const letter = Object.entries(STATES).find(([, name]) => name === state)?.[0];
      const elements = {
        err: ` ${XML_CODES[result]}\n`,
        reqid: transactionId,
        isdn: msisdn.replace(/^84/, '0'),
        ...(amount === undefined || call === 'inquiry' ? {} : { price: `${amount}.00` }),
        ...(call === 'inquiry' && letter ? { st: letter } : {}),
        ...(was ? { orig_err: XML_CODES[was] } : {}),
      };
      const inside = Object.entries(elements).map(([name, text]) => `<${name}>${text}</${name}>`);
      const text = `<?xml version="1.0"?>\n<rsp>${inside.join('')}</rsp>\n`;
      return { status: 200, type: 'text/xml', text };
    },
  },
};

/** A small gateway on HTTP that speaks one dialect. It does what it understands, unless it was told otherwise. */
export class DialectGateway {
  readonly urls: string[] = [];
  readonly understood: Understood[] = [];
  /** What it says, where that is not *done*. */
  says: Partial<Say> = {};
  /** What stands in front of it and answers in its place. */
  page: Reply | undefined;
  private readonly server: Server;
  private readonly clients: Gateway[] = [];

  constructor(private readonly served: ServedDialect) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return this;
  }

  client(credentials = CREDENTIALS): Gateway {
    const { port } = this.server.address() as AddressInfo; // listening on TCP
    const { dialect } = this.served;
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = createGateway({ ...credentials, baseUrl, callTimeoutMs: 60_000, dialect });
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += String(piece);
    this.urls.push(request.url ?? '');
    const { status, type, text } = this.page ?? this.replyTo(request, body);
    response.writeHead(status, { 'content-type': type }).end(text);
  }

  private replyTo(request: IncomingMessage, body: string): Reply {
    const understood = this.served.understand(request, body);
    if (!understood) return { status: 401, type: 'text/plain', text: 'who are you?' };
    if ('text' in understood) return understood;
    this.understood.push(understood);
    const { transactionId, msisdn, amount } = understood;
    const say: Say = {
      result: 'done',
      transactionId,
      msisdn,
      ...(amount === undefined ? {} : { amount }),
      ...(understood.call === 'inquiry' ? { state: 'DONE', amount: 90_000 } : {}),
      ...this.says,
    };
    return this.served.spell(say, understood);
  }
}
