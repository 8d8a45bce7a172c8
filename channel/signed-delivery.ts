import { Webhook } from 'standardwebhooks';
import { retryAfterMs } from '../domain/retry-after';
import type { Origin } from '../domain/trace';
import { postToWebhook, type WebhookAnswer } from './webhook-post';

/** Whether the receiver accepted the message, or it must be delivered again. */
export type NoticeVerdict =
  | { kind: 'delivered'; status?: number }
  /** `detail` is for operators and holds nothing personal; `silent` is set when the webhook's host did not answer. */
  | { kind: 'retry'; detail: string; status?: number; retryAfterMs?: number; silent?: true };

export interface NoticeDelivery {
  /** Lets webhooks be on loopback and private addresses; for development. */
  allowPrivateAddresses: boolean;
  /** For the whole delivery, milliseconds. */
  timeoutMs: number;
  /** For its connection: name, TCP and TLS. Milliseconds. */
  connectTimeoutMs: number;
  signal: AbortSignal;
}

/** A message to be delivered. */
export interface SignedMessage {
  url: string;
  /** All of them sign, so that the receiver may change over from one to another at any moment. */
  secrets: readonly string[];
  /** The same at each delivery. */
  id: string;
  body: string;
  /** The request that caused it, sent as `X-Request-Id` and `traceparent`. */
  origin?: Origin;
}

/**
 * Delivers a message once, signed per Standard Webhooks.
 * @param headers those of `signedHeaders`, made now unless given
 * @returns `delivered` when the receiver answered 2xx; a redirect is not followed and counts as any other refusal
 * @throws the signal's reason when it is aborted, nothing else
 */
export async function deliverSigned(
  message: SignedMessage,
  delivery: NoticeDelivery,
  headers: Readonly<Record<string, string>> = signedHeaders(message, new Date()),
): Promise<NoticeVerdict> {
  const { url, body } = message;
  try {
    return verdictOn(await postToWebhook({ ...delivery, url, headers, body }));
  } catch (fault) {
    delivery.signal.throwIfAborted();
    const detail = faultInWords(fault);
    return isOfTheHost(fault) ? { kind: 'retry', detail, silent: true } : { kind: 'retry', detail };
  }
}

export function signedHeaders(
  { secrets, id, body, origin = {} }: Omit<SignedMessage, 'url'>,
  at: Date,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'datacode-gateway',
    ...(origin.requestId ? { 'x-request-id': origin.requestId } : {}),
    ...(origin.traceparent ? { traceparent: origin.traceparent } : {}),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

function verdictOn({ status, retryAfter }: WebhookAnswer): NoticeVerdict {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status >= 300 && status < 400) {
    return { kind: 'retry', status, detail: `the webhook answered ${status}; redirects are not followed` };
  }
  const pause = retryAfterMs(retryAfter, new Date());
  return {
    kind: 'retry',
    status,
    detail: `the webhook answered ${status}`,
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
}

/** An address that we refuse to call does not show whether the host answers. */
function isOfTheHost(fault: unknown): boolean {
  return (fault as NodeJS.ErrnoException).code !== 'FORBIDDEN_ADDRESS'; // the code is all that is read of it
}

function faultInWords(fault: unknown): string {
  const { code, message } = fault as NodeJS.ErrnoException; // Node's network errors and our own
  if (code === 'ETIMEDOUT' || code === 'FORBIDDEN_ADDRESS') return message;
  return code ? `the webhook cannot be reached (${code})` : 'the webhook cannot be reached';
}
