import { createHash, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** The keys that cursors may be sealed with, the current one first: the same in every API process. */
export type CursorKeys = () => readonly KeyObject[];

const KEY_BYTES = 32;
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;
const ONLY_OURS = { keyManagementAlgorithms: [HEADER.alg], contentEncryptionAlgorithms: [HEADER.enc] };

/**
 * Cursors of lists: Temporal's page token with the list that it belongs to, encrypted and authenticated (JWE). Temporal
 * never receives a token that this API did not hand out, and no token for another list.
 */
export class ListCursors {
  constructor(private readonly keys: CursorKeys) {}

  /** @param query of the list; it names the channel */
  seal(query: string, token: Uint8Array): Promise<string> {
    const [key] = this.keys();
    if (!key) throw new Error('there is no key to seal list cursors with');
    const place = Buffer.from(token).toString('base64');
    const content = Buffer.from(JSON.stringify({ list: digestOf(query), place }));
    return new CompactEncrypt(content).setProtectedHeader(HEADER).encrypt(key);
  }

  /** The page token of a cursor; undefined if it is forged, damaged, of another list, or of a key that is gone. */
  async open(query: string, cursor: string): Promise<Uint8Array | undefined> {
    if (!cursor.split('.').every(isAsWritten)) return undefined;
    for (const key of this.keys()) {
      const content = await compactDecrypt(cursor, key, ONLY_OURS).catch(() => undefined);
      if (!content) continue;
      const { list, place } = JSON.parse(Buffer.from(content.plaintext).toString()) as Content; // sealed by us
      return list === digestOf(query) ? Buffer.from(place, 'base64') : undefined;
    }
    return undefined;
  }
}

/** The last character of base64url may have bits that mean nothing: a cursor has one spelling. */
function isAsWritten(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

interface Content {
  list: string;
  place: string;
}

function digestOf(query: string): string {
  return createHash('sha256').update(query).digest('base64url');
}

/** The one key of an installation without encryption, from its own secret; without a secret, one of this process. */
export function cursorKeysOf(secret: string | undefined): CursorKeys {
  const bytes = hkdfSync(
    'sha256',
    secret ?? randomBytes(KEY_BYTES),
    '',
    'datacode/1 list cursors',
    KEY_BYTES,
  );
  const keys = [createSecretKey(Buffer.from(bytes))];
  return () => keys;
}
