import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The headers of RFC 9421 (HTTP Message Signatures) and RFC 9530 (Digest Fields). */
export const MESSAGE_SIGNATURE_HEADER = 'Signature';
export const SIGNATURE_INPUT_HEADER = 'Signature-Input';
export const CONTENT_DIGEST_HEADER = 'Content-Digest';
/** The label that counts where a request has several signatures. */
const LABEL = 'datacode';

/** A request as it arrived. */
export interface SignedMessage {
  /** Upper case. */
  method: string;
  /** As it was sent, with its query: `/v1/purchases?limit=10`. */
  target: string;
  /** A header's values, in order, by its lower-case name; none where it was not sent. */
  header: (name: string) => readonly string[];
  body: Uint8Array;
}

/** What a signature covers, as the headers say; nothing is checked yet. */
export interface MessageSignature {
  components: readonly string[];
  /** The text of `@signature-params`, as it was sent. */
  parameters: string;
  /** Unix seconds; undefined where it is not said. */
  created: number | undefined;
  expires: number | undefined;
  algorithm: string | undefined;
  signature: Buffer;
}

/**
 * Where only these forms are accepted, the text as it was sent is the text that RFC 9421 has serialized again, so it can be
 * signed for as it is. Components with parameters (`;sf`, `;req`) are no part of them.
 */
const MEMBER =
  /([a-z*][a-z0-9_.*-]*)=(\(((?:"[^"\\]*"(?: (?="))?)*)\)((?:;[a-z*][a-z0-9_.*-]*=(?:\d{1,15}|"[^"\\]*"))*))(?:, *|$)/y;
const VALUE = /([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):(?:, *|$)/y;

/** @returns nothing where the headers have another form, or no signature under the label */
export function parseMessageSignature(input: string, signatures: string): MessageSignature | undefined {
  const inputs = members(input, MEMBER);
  const values = members(signatures, VALUE);
  if (!inputs || !values) return undefined;
  const label = inputs.size === 1 ? [...inputs.keys()][0] : LABEL;
  const claimed = inputs.get(label ?? LABEL);
  const value = values.get(label ?? LABEL)?.[2];
  if (!claimed || value === undefined) return undefined;
  const [, , parameters = '', list = '', rest = ''] = claimed;
  const said = parametersOf(rest);
  if (!said) return undefined;
  return {
    components: [...list.matchAll(/"([^"]*)"/g)].map(([, component = '']) => component),
    parameters,
    ...said,
    signature: Buffer.from(value, 'base64'),
  };
}

/** Undefined where a parameter is there twice, of which others would take the last, or is not of its type. */
function parametersOf(text: string): Pick<MessageSignature, 'created' | 'expires' | 'algorithm'> | undefined {
  const all = [...text.matchAll(/;([^=]+)=(?:"([^"]*)"|(\d+))/g)];
  if (new Set(all.map(([, name]) => name)).size < all.length) return undefined;
  const words = new Map(all.flatMap(([, name = '', word]) => (word === undefined ? [] : [[name, word]])));
  const numbers = new Map(all.flatMap(([, name = '', , digits]) => (digits ? [[name, Number(digits)]] : [])));
  if (words.has('created') || words.has('expires') || numbers.has('alg')) return undefined;
  return {
    created: numbers.get('created'),
    expires: numbers.get('expires'),
    algorithm: words.get('alg'),
  };
}

/** A dictionary's members by their key; undefined where a part of the text is none, or a key is there twice. */
function members(text: string, form: RegExp): Map<string, RegExpExecArray> | undefined {
  const found = new Map<string, RegExpExecArray>();
  const sticky = new RegExp(form.source, 'y');
  const trimmed = text.trim();
  while (sticky.lastIndex < trimmed.length) {
    const member = sticky.exec(trimmed);
    if (!member || found.has(member[1] ?? '')) return undefined;
    found.set(member[1] ?? '', member);
  }
  return found;
}

/** What a signature leaves open that would decide what is done; nothing when it covers all of that. */
export function uncovered({ components }: MessageSignature, message: SignedMessage): string | undefined {
  const covers = (name: string) => components.includes(name);
  if (!covers('@method')) return '@method';
  if (!covers('@request-target') && !(covers('@path') && covers('@query'))) return '@path and @query';
  const needed = [
    ...(message.body.length > 0 ? ['content-digest'] : []),
    ...['idempotency-key', 'prefer'].filter((name) => message.header(name).length > 0),
  ];
  return needed.find((name) => !covers(name));
}

/** Whether a signature is that of the message under this secret; takes as long for a wrong one. */
export function isMessageSignedBy(
  secret: string | Uint8Array,
  { components, parameters, algorithm, signature }: MessageSignature,
  message: SignedMessage,
): boolean {
  if (algorithm !== undefined && algorithm !== 'hmac-sha256') return false;
  if (new Set(components).size < components.length) return false;
  const base = signatureBase(components, parameters, message);
  if (base === undefined) return false;
  const expected = createHmac('sha256', secret).update(base).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

/** The signature base of RFC 9421, section 2.5; undefined where a component is unknown or not in the message. */
export function signatureBase(
  components: readonly string[],
  parameters: string,
  message: SignedMessage,
): string | undefined {
  const lines: string[] = [];
  for (const component of components) {
    const value = valueOf(component, message);
    if (value === undefined) return undefined;
    lines.push(`"${component}": ${value}`);
  }
  return [...lines, `"@signature-params": ${parameters}`].join('\n');
}

function valueOf(component: string, { method, target, header }: SignedMessage): string | undefined {
  const [path = '', ...query] = target.split('?');
  switch (component) {
    case '@method':
      return method;
    case '@request-target':
      return target;
    case '@path':
      return path;
    case '@query':
      return `?${query.join('?')}`;
    case '@authority':
      return header('host')[0]?.toLowerCase();
    default: {
      const values = header(component);
      return values.length === 0 ? undefined : values.map((value) => value.trim()).join(', ');
    }
  }
}

const DIGESTS = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

/** Whether a `Content-Digest` has a digest that we know, and each of those is that of the body. */
export function isDigestOf(contentDigest: string, body: Uint8Array): boolean {
  const digests = members(contentDigest, VALUE);
  const known = Object.entries(DIGESTS).flatMap(([name, algorithm]) => {
    const given = digests?.get(name)?.[2];
    return given === undefined ? [] : [{ given, algorithm }];
  });
  return (
    known.length > 0 &&
    known.every(({ given, algorithm }) => createHash(algorithm).update(body).digest('base64') === given)
  );
}
