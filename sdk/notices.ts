import { Webhook } from 'standardwebhooks';
import type { Notice } from './types';

/** A notice whose signature is right. */
export interface VerifiedNotice {
  /** The same however often the notice is delivered: act once per id. */
  id: string;
  notice: Notice;
}

/** The notice is not from the gateway, was changed on its way, or is older than five minutes. */
export class UnverifiedNotice extends Error {
  override readonly name = 'UnverifiedNotice';
}

/**
 * Checks a webhook's signature (Standard Webhooks) before anything in it is believed.
 * @param headers of the request, as Node or fetch have them
 * @param body the very bytes that came, before any parsing
 * @param secrets one, or several while they are being changed; any of them will do
 * @throws UnverifiedNotice
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
    } catch (refusal) {
      fault = refusal;
    }
  }
  throw new UnverifiedNotice('The signature is not the gateway’s; answer 401 and do nothing.', {
    cause: fault,
  });
}

function flattened(headers: Parameters<typeof verifyNotice>[0]): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
