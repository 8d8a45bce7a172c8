import { createHmac, generateKeyPairSync } from 'node:crypto';
import { canonicalJson, isSigned, sign, verified } from '../../runtime/report-signature';
import { signingKeys, signingKeysFault } from '../../runtime/signing-keys';

const CONTENT = { day: '2026-11-23', clean: true };

function pair(): { privatePem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const OLD = pair();
const NEW = pair();
const OLD_SECRET = 'the secret of last year';

describe('keys that were rotated', () => {
  const rotated = [NEW.privatePem, OLD.publicPem, `secret:${OLD_SECRET}`].join('\n');

  it('sign with the first, and prove what each of them signed before', () => {
    const byNew = sign(CONTENT, rotated);
    expect(byNew.ed25519?.keyId).toBe(
      signingKeys(NEW.publicPem).map((key) => key.kind === 'ed25519' && key.id)[0],
    );
    for (const signature of [byNew, sign(CONTENT, OLD.privatePem), sign(CONTENT, OLD_SECRET)]) {
      expect(verified(CONTENT, signature, signingKeys(rotated)).kind).toBe('proven');
      expect(isSigned(CONTENT, signature, rotated)).toBe(true);
      expect(verified({ ...CONTENT, clean: false }, signature, signingKeys(rotated)).kind).toBe('changed');
    }
  });

  it('are proven to others by public keys alone, and not by another key', () => {
    const signature = sign(CONTENT, rotated);
    expect(verified(CONTENT, signature, signingKeys(NEW.publicPem)).kind).toBe('proven');
    expect(verified(CONTENT, signature, signingKeys(OLD.publicPem)).kind).toBe('unproven');
    expect(isSigned(CONTENT, signature, OLD.publicPem)).toBe(false);
  });

  it('do not take a signature under the right name that another key made', () => {
    const forged = sign(CONTENT, OLD.privatePem);
    const named = sign(CONTENT, NEW.privatePem);
    const signature = {
      ...forged,
      ed25519: { keyId: named.ed25519?.keyId ?? '', signature: forged.ed25519?.signature ?? '' },
    };
    expect(verified(CONTENT, signature, signingKeys(rotated)).kind).toBe('unproven');
  });

  it('prove what a secret of several lines signed before keys could be rotated', () => {
    const lines = 'first line of it\nsecond line of it';
    const before = { ...sign(CONTENT, undefined), hmacSha256: hmacOf(lines) };
    expect(isSigned(CONTENT, before, lines)).toBe(true);
  });
});

describe('words beside PEM keys', () => {
  it.each([
    ['a comment', '# public keys of the agent, from 2026 on'],
    ['what openssl writes', 'ED25519 Public-Key:\npub:\n    43:0c:9e:51:43:0c:9e:51:43:0c:9e:51:43:0c:9e'],
    ['a secret without its mark', OLD_SECRET],
    ['a mark before too little', 'secret:short'],
  ])('are no secrets, by which whoever reads the file could forge a report: %s', (_, words) => {
    for (const text of [`${words}\n${NEW.publicPem}`, `${NEW.privatePem}\n${words}\n${OLD.publicPem}`]) {
      expect(() => signingKeys(text)).toThrow('words beside its PEM keys');
      expect(signingKeysFault(text)).toContain('remove them');
    }
  });

  it('nor is the whole file', () => {
    const forged = { ...sign(CONTENT, undefined), hmacSha256: hmacOf(NEW.publicPem) };
    expect(isSigned(CONTENT, forged, NEW.publicPem)).toBe(false);
  });
});

describe('keys that cannot sign', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });

  it.each([
    ['a public key first', OLD.publicPem, 'begins with a public key'],
    ['a key of another kind', String(ec), 'is not Ed25519'],
    ['a block that is no key', OLD.privatePem.replace(/\n.{20}/, '\n!'), 'is no key'],
    ['a block that is cut off', OLD.privatePem.slice(0, 80), 'is cut off'],
    ['a short secret', `${OLD_SECRET}\nshort`, 'less than 16 characters'],
    ['blanks only', ' \n \n', 'holds no key'],
  ])('are refused with the configuration: %s', (_, keys, fault) => {
    expect(signingKeysFault(keys)).toContain(fault);
    expect(signingKeysFault(OLD.privatePem)).toBeUndefined();
  });
});

function hmacOf(secret: string): string {
  return createHmac('sha256', secret).update(canonicalJson(CONTENT)).digest('hex');
}
