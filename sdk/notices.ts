import { Webhook } from 'standardwebhooks';
import type { Notice } from './types';

/** A notice with a valid signature. */
export interface VerifiedNotice {
  /** The same in every delivery of this notice: process each id once. */
  id: string;
  notice: Notice;
}

/** Why a notice is not verified. A header is also missing where a proxy does not pass it on. */
export type NoticeFault = 'missing_header' | 'too_old' | 'from_the_future' | 'wrong_signature';

const FAULTS: Record<NoticeFault, string> = {
  missing_header:
    'webhook-id, webhook-timestamp or webhook-signature is missing: the gateway always sends them',
  too_old: 'webhook-timestamp is more than five minutes ago, or your clock is ahead',
  from_the_future: 'webhook-timestamp is more than five minutes ahead, or your clock is behind',
  wrong_signature:
    'the signature is of another secret or another body: pass the raw body, and the secret as given to you',
};

/** The notice was not signed by the gateway, was changed in transit, or is more than five minutes old. */
export class UnverifiedNotice extends Error {
  override readonly name = 'UnverifiedNotice';

  constructor(
    readonly reason: NoticeFault,
    options?: ErrorOptions,
  ) {
    super(`Not verified: ${FAULTS[reason]}. Answer 401 and do nothing.`, options);
  }
}

/** Nothing can be verified, as the receiver is not set up: whatever the notice is, the gateway is not to blame. */
export class NoticeCannotBeVerified extends Error {
  override readonly name = 'NoticeCannotBeVerified';

  constructor(words: string) {
    super(`${words} Answer 500: the notice comes again when that is mended.`);
  }
}

/**
 * Verifies a webhook notice's signature (Standard Webhooks) and parses the notice.
 * @param headers the request's headers, from Node or fetch
 * @param body the raw request body, before any parsing
 * @param secrets your webhook secret, or several during a rotation; one must match
 * @throws UnverifiedNotice answer 401 and do nothing
 * @throws NoticeCannotBeVerified a secret is missing or misspelt, or the body is parsed: answer 500, so that the notice
 * comes again when that is mended
 * @example
 * const { id, notice } = verifyNotice(request.headers, rawBody, process.env.DATACODE_WEBHOOK_SECRET);
 * if (notice.type === 'purchase.refund_due') await refundOnce(id, notice.data.refund.amount);
 */
export function verifyNotice(
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Uint8Array,
  secrets: string | readonly string[],
): VerifiedNotice {
  const flat = flattened(headers);
  const webhooks = (typeof secrets === 'object' ? secrets : [secrets]).map(webhookOf);
  if (webhooks.length === 0) throw new NoticeCannotBeVerified('The list of webhook secrets is empty.');
  const isRaw = typeof body === 'string' || body instanceof Uint8Array; // in JavaScript it may be anything
  if (!isRaw) throw new NoticeCannotBeVerified(PARSED_BODY);
  const raw = typeof body === 'string' ? body : Buffer.from(body);
  let fault: unknown;
  for (const webhook of webhooks) {
    try {
      const notice = webhook.verify(raw, flat) as Notice; // signed by the gateway
      return { id: flat['webhook-id'] ?? '', notice };
    } catch (invalid) {
      fault = invalid;
    }
  }
  throw new UnverifiedNotice(reasonOf(fault, flat), { cause: fault });
}

const PARSED_BODY =
  'The body must be the raw text or bytes, as they came. Read it before a parser does: in Express, express.raw({ type: "*/*" }).';

/** The gateway gives no shorter secret. */
const LEAST_BYTES = 24;

/** @param secret what the caller has, which in JavaScript may be anything */
function webhookOf(secret: unknown): Webhook {
  const given = typeof secret === 'string' ? secret.trim() : '';
  try {
    const isGuessable = Buffer.from(given.replace(/^whsec_/, ''), 'base64').length < LEAST_BYTES; // as "undefined" is
    if (!isGuessable) return new Webhook(given);
  } catch {
    // not base64
  }
  const found = given === '' ? 'is empty or not set, not' : 'is not';
  throw new NoticeCannotBeVerified(
    `The webhook secret ${found} "whsec_" and base64 of at least ${LEAST_BYTES} bytes. Is the environment variable set, and spelt right?`,
  );
}

/** @param fault of `standardwebhooks`, which tells its reasons only in words */
function reasonOf(fault: unknown, headers: Readonly<Record<string, string>>): NoticeFault {
  const isComplete = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].every((name) => headers[name]);
  if (!isComplete) return 'missing_header';
  const words = fault instanceof Error ? fault.message : '';
  if (words.includes('too old')) return 'too_old';
  return words.includes('too new') ? 'from_the_future' : 'wrong_signature';
}

function flattened(headers: Parameters<typeof verifyNotice>[0]): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), String(value)]])),
  );
}
