import { Webhook } from 'standardwebhooks';
import type { HeardNotice } from './listener';

/** What the receiver did with a forwarded notice; `status` is undefined where it gave no answer. */
export interface ForwardedNotice {
  status?: number | undefined;
  durationMs: number;
  /** Why there was no answer. */
  fault?: string | undefined;
}

/** The real gateway waits as long. */
const TIMEOUT_MS = 10_000;

/** Posts a notice as the gateway does: the same body, signed now with this secret (Standard Webhooks). */
export async function forward(
  { id, body }: Pick<HeardNotice, 'id' | 'body'>,
  { to, secret, signal }: { to: string; secret: string; signal: AbortSignal },
): Promise<ForwardedNotice> {
  const at = new Date();
  const from = performance.now();
  const ended = (what: Omit<ForwardedNotice, 'durationMs'>): ForwardedNotice => ({
    ...what,
    durationMs: Math.round(performance.now() - from),
  });
  try {
    const response = await fetch(to, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'datacode-listen',
        'webhook-id': id,
        'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
      body,
      redirect: 'manual', // the gateway follows none
      // oxlint-disable-next-line no-restricted-properties -- the time limit aborts it
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return ended({ status: response.status });
  } catch (fault) {
    return ended({ fault: reasonOf(fault) });
  }
}

/** fetch's own message only says that it failed; its cause says why. */
function reasonOf(fault: unknown): string {
  const { message, cause } = fault as { message?: string; cause?: { message?: string; code?: string } }; // fetch's errors
  return cause?.code || cause?.message || message || 'no response';
}
