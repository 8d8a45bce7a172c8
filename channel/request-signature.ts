import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Carries the moment of signing, Unix seconds. */
export const TIMESTAMP_HEADER = 'X-Datacode-Timestamp';
/** Carries the signature, `v1=<64 hexadecimal digits>`. */
export const SIGNATURE_HEADER = 'X-Datacode-Signature';
/** How far a request's moment may be from ours, seconds. */
export const SIGNING_WINDOW_SECONDS = 300;

export interface RequestToSign {
  /** Upper case. */
  method: string;
  /** As it is sent, with its query: `/v1/purchases?limit=10`. */
  path: string;
  /** Unix seconds. */
  timestamp: number;
  /** The very bytes of the body; empty where there is none. */
  body: string | Uint8Array;
}

/**
 * Signs a request: HMAC-SHA256 over method, path with query, timestamp and the SHA-256 of the body, one a line.
 * @returns what `X-Datacode-Signature` is to be
 */
export function signRequest(secret: string, { method, path, timestamp, body }: RequestToSign): string {
  const digest = createHash('sha256').update(body).digest('hex');
  const signed = `${method}\n${path}\n${timestamp}\n${digest}`;
  return `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`;
}

/** Whether a signature is that of the request; takes as long for a wrong one. */
export function isSignedBy(secret: string, request: RequestToSign, signature: string): boolean {
  const expected = Buffer.from(signRequest(secret, request));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
