import { Webhook } from 'standardwebhooks';
import type { Notice } from './types';

/** A notice with a valid signature. */
export interface VerifiedNotice {
  /** The same in every delivery of this notice: process each id once. */
  id: string;
  notice: Notice;
}

/** The notice was not signed by the gateway, was changed in transit, or is more than five minutes old. */
export class UnverifiedNotice extends Error {
  override readonly name = 'UnverifiedNotice';
}

/**
 * Verifies a webhook notice's signature (Standard Webhooks) and parses the notice.
 * @param headers the request's headers, from Node or fetch
 * @param body the raw request body, before any parsing
 * @param secrets your webhook secret, or several during a rotation; one must match
 * @throws UnverifiedNotice answer 401 and do nothing
 * @example
 * const { id, notice } = verifyNotice(request.headers, rawBody, process.env.DATACODE_WEBHOOK_SECRET);
 * if (notice.type === 'purchase.refund_due') await refundOnce(id, notice.data.refund.amount);
 */
export function verifyNotice(
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string | Buffer,
  secrets: string | readonly string[],
): VerifiedNotice {
  const flat = flattened(headers);
  let fault: unknown;
  for (const secret of typeof secrets === 'string' ? [secrets] : secrets) {
    try {
      const notice = new Webhook(secret).verify(body, flat) as Notice; // signed by the gateway
      return { id: flat['webhook-id'] ?? '', notice };
    } catch (invalid) {
      fault = invalid;
    }
  }
  throw new UnverifiedNotice('The signature is not valid; answer 401 and do nothing.', { cause: fault });
}

function flattened(headers: Parameters<typeof verifyNotice>[0]): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
