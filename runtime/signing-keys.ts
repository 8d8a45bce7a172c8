import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A key that signs or verifies reports: a shared secret, or a pair of Ed25519 of which only one half may be known. */
export type SigningKey =
  | { kind: 'secret'; secret: string }
  | { kind: 'ed25519'; id: string; publicKey: KeyObject; privateKey: KeyObject | undefined };

/** Keys cannot be used; the message says why and shows nothing of them. */
export class SigningKeysFault extends Error {
  override readonly name = 'SigningKeysFault';
}

const SHORTEST_SECRET = 16;
const PEM = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;
/** As much of a public key's digest as no two keys share. */
const ID_LENGTH = 16;

/** What a secret begins with in a file with PEM blocks. */
const SECRET_MARK = 'secret:';

/**
 * Reads keys as people keep them in one file, the newest first: PEM blocks of Ed25519 keys, private or public, and secrets,
 * one a line. The first signs; all verify, so that what an earlier key signed stays provable. Beside a PEM block a secret is
 * marked: programs write words there, such as the public key once more, and people comments, which prove nothing.
 * @throws SigningKeysFault
 */
export function signingKeys(text: string): SigningKey[] {
  const keys: SigningKey[] = [];
  const blocks = [...text.matchAll(PEM)];
  const isMarked = blocks.length > 0;
  let end = 0;
  for (const block of blocks) {
    keys.push(
      ...secrets(text.slice(end, block.index), isMarked),
      ed25519(block[0], block[1]?.includes('PRIVATE') ?? false),
    );
    end = block.index + block[0].length;
  }
  keys.push(...secrets(text.slice(end), isMarked));
  if (keys.length === 0) throw new SigningKeysFault('holds no key');
  return keys;
}

/** The keys of a process that signs; why they cannot sign, or nothing. */
export function signingKeysFault(text: string): string | undefined {
  try {
    const keys = signingKeys(text);
    const [first] = keys;
    if (keys.some((key) => key.kind === 'secret' && key.secret.length < SHORTEST_SECRET)) {
      return `has a secret of less than ${SHORTEST_SECRET} characters`;
    }
    if (first?.kind !== 'ed25519' || first.privateKey) return undefined;
    return 'begins with a public key, which cannot sign: put the private key first';
  } catch (fault) {
    if (fault instanceof SigningKeysFault) return fault.message;
    throw fault;
  }
}

function secrets(text: string, isMarked: boolean): SigningKey[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.some((line) => line.startsWith('-----')))
    throw new SigningKeysFault('has a PEM block that is cut off');
  return lines.map((line) => ({ kind: 'secret', secret: isMarked ? marked(line) : line }));
}

function marked(line: string): string {
  const secret = line.startsWith(SECRET_MARK) ? line.slice(SECRET_MARK.length).trim() : '';
  if (secret.length >= SHORTEST_SECRET) return secret;
  throw new SigningKeysFault(
    `has words beside its PEM keys, which prove nothing: remove them, or write "${SECRET_MARK}" before a secret of at least ${SHORTEST_SECRET} characters`,
  );
}

function ed25519(pem: string, isPrivate: boolean): SigningKey {
  const privateKey = isPrivate ? readable(() => createPrivateKey(pem)) : undefined;
  const publicKey = readable(() => createPublicKey(pem));
  if (publicKey.asymmetricKeyType !== 'ed25519')
    throw new SigningKeysFault('has a PEM key that is not Ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    kind: 'ed25519',
    id: createHash('sha256').update(der).digest('hex').slice(0, ID_LENGTH),
    publicKey,
    privateKey,
  };
}

function readable(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new SigningKeysFault('has a PEM block that is no key'); // the cause might show a part of it
  }
}
