const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes as lower-case base32 (RFC 4648) without padding, less the bits that fill no character. */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let at = 0; at + 5 <= bits.length; at += 5) {
    text += ALPHABET.charAt(parseInt(bits.slice(at, at + 5), 2));
  }
  return text;
}
