import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { createGateway, type Gateway } from '../../mobifone/client';
import { GATEWAY_CALLS, type GatewayCall } from '../../mobifone/contract';
import { PATHS } from '../../mobifone/dialects/datacode-json';

const BASE_URL = 'https://gateway.mobifone.test';

/** A request as the gateway received it. */
export interface ReceivedRequest {
  call: GatewayCall;
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}
export type Responder = (request: ReceivedRequest) => Response | Promise<Response>;

/** MobiFone's gateway played by msw: it answers every command with *done*, unless it was told otherwise. */
export class GatewayOnMsw {
  readonly received: ReceivedRequest[] = [];
  tokensGiven = 0;
  /** Replace it to make the token endpoint misbehave. */
  answerToken: () => Response | Promise<Response> = () =>
    HttpResponse.json({ accessToken: `token-${this.tokensGiven}`, expiresIn: 3600 });
  private readonly responders = new Map<GatewayCall, Responder[]>();
  private readonly server = setupServer(
    http.post(BASE_URL + PATHS.token, () => {
      this.tokensGiven += 1;
      return this.answerToken();
    }),
    ...GATEWAY_CALLS.map((call) =>
      http.post(BASE_URL + PATHS[call], async ({ request }) => {
        const body = (await request.json()) as Record<string, unknown>; // our client sends objects
        const received = { call, url: request.url, headers: request.headers, body };
        this.received.push(received);
        return (this.responders.get(call)?.shift() ?? done)(received);
      }),
    ),
  );

  listen(): void {
    this.server.listen({ onUnhandledRequest: 'error' });
  }

  close(): void {
    this.server.close();
  }

  /** How the next requests of a call are answered, in order. */
  answer(call: GatewayCall, ...responders: Responder[]): void {
    this.responders.set(call, [...(this.responders.get(call) ?? []), ...responders]);
  }

  /** A client that speaks to this gateway. */
  client(callTimeoutMs = 30_000): Gateway {
    return createGateway({ baseUrl: BASE_URL, clientId: 'agent', clientSecret: 'secret', callTimeoutMs });
  }
}

/** The reply that a good gateway gives, with changes. */
export function reply(change: Record<string, unknown> = {}, status = 200): Responder {
  return ({ call, body }) =>
    HttpResponse.json(
      {
        resultCode: '0000',
        transactionId: body['transactionId'],
        msisdn: body['msisdn'],
        ...('amount' in body ? { amount: body['amount'] } : {}),
        ...(call === 'inquiry' ? { transactionState: 'DONE' } : {}),
        ...change,
      },
      { status },
    );
}

const done = reply();
