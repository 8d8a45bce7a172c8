import type { PaymentForm } from '../../domain/catalogue/packages';
import type { ApiAnswer, EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';

/** A client takes a request for lost after so long; longer than the API holds any answer. */
const REQUEST_LIMIT_MS = 45_000;

/** The status that says "send it again". */
const NOT_NOW = 503;

/** What a channel asks of the API, over HTTP. */
export interface ChannelRequest {
  paymentForm: PaymentForm;
  method: 'GET' | 'POST';
  resource: string;
  body?: object;
  waitSeconds?: number;
}

/** Asks once; nothing when the connection broke, nobody answered, or the answer was "not now". */
export async function ask(stack: EmbeddedStack, request: ChannelRequest): Promise<ApiAnswer | undefined> {
  const { paymentForm, method, resource, body, waitSeconds } = request;
  try {
    const response = await fetch(`${stack.apiUrl}${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${stack.key(paymentForm)}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(waitSeconds ? { prefer: `wait=${waitSeconds}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    const answer = (await response.json()) as Record<string, unknown>; // the API answers objects only
    return response.status === NOT_NOW ? undefined : { status: response.status, body: answer };
  } catch {
    return undefined; // what of it was done, the client cannot know
  }
}

/** Asks the same until it is answered: what a channel does that wants to know. */
export async function askUntilAnswered(stack: EmbeddedStack, request: ChannelRequest): Promise<ApiAnswer> {
  return eventually(`an answer to ${request.resource}`, () => ask(stack, request));
}
