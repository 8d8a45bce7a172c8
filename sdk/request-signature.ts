import { createHash, createHmac } from 'node:crypto';

/** `datacode`: our own two headers. `rfc9421`: HTTP Message Signatures, with `Content-Digest` (RFC 9530). */
export type SignatureForm = 'datacode' | 'rfc9421';

export interface RequestToSign {
  method: string;
  address: string;
  body: string;
  /** The other headers of the request. */
  headers: Readonly<Record<string, string>>;
}

/**
 * The headers of a signed request, for channels whose contract requires signatures.
 * @param at the time of sending; a signature is valid for minutes only
 */
export function signatureHeaders(
  form: SignatureForm,
  secret: string,
  request: RequestToSign,
  at: Date,
): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1000);
  return form === 'rfc9421' ? messageSignature(secret, request, seconds) : ownForm(secret, request, seconds);
}

/** HMAC-SHA256 over the method, the path with its query, the timestamp and the SHA-256 of the body, one per line. */
function ownForm(
  secret: string,
  { method, address, body }: RequestToSign,
  seconds: number,
): Record<string, string> {
  const { pathname, search } = new URL(address);
  const digest = createHash('sha256').update(body).digest('hex');
  const signed = `${method}\n${pathname}${search}\n${seconds}\n${digest}`;
  return {
    'X-Datacode-Timestamp': `${seconds}`,
    'X-Datacode-Signature': `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`,
  };
}

function messageSignature(
  secret: string,
  { method, address, body, headers }: RequestToSign,
  seconds: number,
): Record<string, string> {
  const { pathname, search } = new URL(address);
  const digest: Record<string, string> =
    body === ''
      ? {}
      : { 'Content-Digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:` };
  const covered = Object.entries({ ...headers, ...digest }).filter(([name]) =>
    ['content-digest', 'idempotency-key', 'prefer'].includes(name.toLowerCase()),
  );
  const values: [string, string][] = [
    ['@method', method],
    ['@path', pathname],
    ['@query', search === '' ? '?' : search],
    ...covered.map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  ];
  const names = values.map(([name]) => `"${name}"`).join(' ');
  const parameters = `(${names});created=${seconds};alg="hmac-sha256"`;
  const lines = [...values, ['@signature-params', parameters]].map(([name, value]) => `"${name}": ${value}`);
  const signature = createHmac('sha256', secret).update(lines.join('\n')).digest('base64');
  return { ...digest, 'Signature-Input': `datacode=${parameters}`, Signature: `datacode=:${signature}:` };
}
