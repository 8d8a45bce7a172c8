import { createHash, createHmac } from 'node:crypto';

/**
 * The headers of a signed request, for channels whose contract asks for it: HMAC-SHA256 over method, path with query,
 * timestamp and the SHA-256 of the body, one a line.
 * @param at the moment of sending, since a signature holds for minutes only
 */
export function signatureHeaders(
  secret: string,
  request: { method: string; address: string; body: string },
  at: Date,
): Record<string, string> {
  const { pathname, search } = new URL(request.address);
  const timestamp = `${Math.floor(at.getTime() / 1000)}`;
  const digest = createHash('sha256').update(request.body).digest('hex');
  const signed = `${request.method}\n${pathname}${search}\n${timestamp}\n${digest}`;
  return {
    'X-Datacode-Timestamp': timestamp,
    'X-Datacode-Signature': `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`,
  };
}
