import { createHash, createHmac } from 'node:crypto';

/**
 * The headers of a signed request, for channels whose contract requires signatures: HMAC-SHA256 over the method, the
 * path with its query, the timestamp and the SHA-256 of the body, one per line.
 * @param at the time of sending; a signature is valid for minutes only
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
