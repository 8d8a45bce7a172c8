import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { compareText } from './text-order';

/** Proves that a report is unchanged: a digest, and a MAC when there is a key. */
export interface Signature {
  /** SHA-256 of the canonical JSON, hexadecimal. */
  sha256: string;
  /** HMAC-SHA256 of the canonical JSON, hexadecimal; null when no key was given. */
  hmacSha256: string | null;
}

/**
 * JSON with sorted keys and no spaces: the same content is the same bytes. It takes integers, strings, booleans,
 * null, arrays and objects, which is all that a report holds.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => compareText(one, other))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

export function sign(content: unknown, key: string | undefined): Signature {
  const text = canonicalJson(content);
  return {
    sha256: createHash('sha256').update(text).digest('hex'),
    hmacSha256: key === undefined ? null : createHmac('sha256', key).update(text).digest('hex'),
  };
}

/** Whether the content matches the signature; with a key, the MAC must match as well. */
export function isSigned(content: unknown, signature: Signature, key: string | undefined): boolean {
  const expected = sign(content, key);
  if (key === undefined) return sameText(expected.sha256, signature.sha256);
  return signature.hmacSha256 !== null && sameText(expected.hmacSha256 ?? '', signature.hmacSha256);
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
