import { createHash, createHmac, sign as signBytes, timingSafeEqual, verify } from 'node:crypto';
import { z } from 'zod';
import { signingKeys, type SigningKey } from './signing-keys';
import { compareText } from './text-order';

/** Proves that a report is unchanged: a digest, and what the key made of the same bytes. */
export const signatureSchema = z.object({
  /** SHA-256 of the canonical JSON, hexadecimal. */
  sha256: z.string(),
  /** HMAC-SHA256 of the canonical JSON, hexadecimal; null where no secret signed it. */
  hmacSha256: z.string().nullable(),
  /** Of the canonical JSON, base64; absent where no private key signed it. */
  ed25519: z.object({ keyId: z.string(), signature: z.string() }).optional(),
});
export type Signature = z.infer<typeof signatureSchema>;

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

/**
 * @param keys as `signingKeys` reads them: the first signs
 * @throws SigningKeysFault
 */
export function sign(content: unknown, keys: string | undefined): Signature {
  const text = canonicalJson(content);
  const sha256 = digest(text);
  const key = keys === undefined ? undefined : signingKeys(keys)[0];
  if (!key) return { sha256, hmacSha256: null };
  if (key.kind === 'secret') return { sha256, hmacSha256: hmac(text, key.secret) };
  if (!key.privateKey) throw new Error('a public key cannot sign'); // refused with the configuration
  const signature = signBytes(null, Buffer.from(text), key.privateKey).toString('base64');
  return { sha256, hmacSha256: null, ed25519: { keyId: key.id, signature } };
}

/** What a signature proves of a content. */
export type Verdict =
  | { kind: 'changed' }
  /** The digest is right, and none of the keys made the signature: anybody may have written it. */
  | { kind: 'unproven'; why: string }
  | { kind: 'proven'; by: string };

/** @param keys any of which may have signed */
export function verified(content: unknown, signature: Signature, keys: readonly SigningKey[]): Verdict {
  const text = canonicalJson(content);
  const { hmacSha256, ed25519 } = signature;
  if (!sameText(digest(text), signature.sha256)) return { kind: 'changed' };
  if (ed25519) {
    if (hmacSha256 !== null) return { kind: 'changed' }; // one key signs: nothing would prove the other
    const key = keys.find((one) => one.kind === 'ed25519' && one.id === ed25519.keyId);
    if (key?.kind !== 'ed25519')
      return { kind: 'unproven', why: `key ${ed25519.keyId} signed it, which is not given` };
    const bytes = Buffer.from(ed25519.signature, 'base64');
    const isWhole = bytes.toString('base64') === ed25519.signature; // what follows its end would be left out
    if (isWhole && verify(null, Buffer.from(text), key.publicKey, bytes))
      return { kind: 'proven', by: `Ed25519 key ${key.id}` };
    return { kind: 'unproven', why: `key ${key.id} did not make its signature` };
  }
  if (hmacSha256 === null) return { kind: 'unproven', why: 'it has a digest only: no key signed it' };
  const known = keys.some((key) => key.kind === 'secret' && sameText(hmac(text, key.secret), hmacSha256));
  if (known) return { kind: 'proven', by: 'a secret of the given keys' };
  return { kind: 'unproven', why: 'none of the given secrets made its HMAC' };
}

/**
 * Whether the content matches the signature; with keys, one of them must have made it.
 * @param keys as `signingKeys` reads them
 */
export function isSigned(content: unknown, signature: Signature, keys: string | undefined): boolean {
  if (keys === undefined) return verified(content, signature, []).kind !== 'changed';
  const known = signingKeys(keys);
  const isOfSecrets = known.every(({ kind }) => kind === 'secret'); // a file with public keys is no secret itself
  const whole: SigningKey[] = isOfSecrets ? [{ kind: 'secret', secret: keys }] : []; // before keys were rotated, one could have several lines
  return verified(content, signature, [...known, ...whole]).kind === 'proven';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

function sameText(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)]; // as many letters can be more bytes
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}
