export interface ClientSettings {
  /** The API's address, for example `https://api.example`. */
  baseUrl: string;
  /** Your channel's API key. Keep it on your server; never send it to a browser. */
  key: string;
  /** Secret for request signatures. Set it if your contract requires signed requests. */
  signingSecret?: string;
  /**
   * Form of the signatures: `datacode` (two headers of our own, the default) or `rfc9421` (HTTP Message Signatures, which also
   * cover `Idempotency-Key` and `Prefer`).
   */
  signatureForm?: 'datacode' | 'rfc9421';
  /** Replaces Node's `fetch`, for example to use a proxy. */
  fetch?: typeof globalThis.fetch;
  /** Language of the texts in responses; English by default. */
  language?: 'en' | 'vi';
  /** Timeout of one attempt, in milliseconds; 15000 by default. */
  attemptTimeoutMs?: number;
  /** Timeout of a call with all its attempts, in milliseconds; 60000 by default. */
  deadlineMs?: number;
}

/** A setting of the client is missing or misspelt: nothing was sent. Mend your configuration; repeating cannot help. */
export class ClientMisconfigured extends Error {
  override readonly name = 'ClientMisconfigured';
}

/**
 * The settings, with the white space around them removed, as a secret file ends with a line break.
 * @throws ClientMisconfigured what it says never holds a secret
 */
export function checkedSettings(settings: ClientSettings): ClientSettings {
  const { signingSecret, signatureForm = 'datacode', attemptTimeoutMs = 1, deadlineMs = 1 } = settings;
  if (!['datacode', 'rfc9421'].includes(signatureForm)) {
    throw new ClientMisconfigured('signatureForm must be "datacode" or "rfc9421".');
  }
  for (const [name, value] of Object.entries({ attemptTimeoutMs, deadlineMs })) {
    if (!(value > 0)) throw new ClientMisconfigured(`${name} must be a number of milliseconds above 0.`);
  }
  return {
    ...settings,
    baseUrl: baseUrlOf(settings.baseUrl),
    key: keyOf(settings.key),
    ...(signingSecret === undefined ? {} : { signingSecret: textOf('signingSecret', signingSecret) }),
  };
}

/** @param value what the caller has, which in JavaScript may be anything */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new ClientMisconfigured(
    `${name} is empty or not set. Is the environment variable set, and spelt right?`,
  );
}

function baseUrlOf(value: unknown): string {
  const text = textOf('baseUrl', value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ClientMisconfigured(
      `baseUrl must be an address such as https://api.example, without a query; it is "${text}".`,
    );
  }
  if (/\/v1\/?$/.test(url.pathname)) {
    throw new ClientMisconfigured('baseUrl must end before /v1: the client adds it.');
  }
  return text.replace(/\/+$/, '');
}

function keyOf(value: unknown): string {
  const key = textOf('key', value);
  if (/\s/.test(key)) throw new ClientMisconfigured('key must be one key on one line, without spaces.');
  const secret = /^(whsec_|dcs_)/.exec(key)?.[0];
  if (secret === undefined) return key;
  throw new ClientMisconfigured(
    `key must be your API key, "dck_…": "${secret}…" is a secret for signatures.`,
  );
}
