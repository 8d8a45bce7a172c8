import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { OidcAttempt } from './oidc';

/** An attempt to sign in that is not finished by then is over. */
export const ATTEMPT_LIMIT_MS = 10 * 60 * 1000;

/**
 * Keeps each attempt to sign in, sealed, in the cookie of the browser that began it. A list in this process would have to end
 * somewhere, and a stranger who begins many attempts would push out those of others.
 */
export class SealedAttempts {
  private readonly key = randomBytes(32);

  /** @param clock the time of day */
  constructor(private readonly clock: () => Date = () => new Date()) {}

  /** @returns the value of the cookie */
  seal({ verifier, state, nonce }: OidcAttempt): Promise<string> {
    return new EncryptJWT({ verifier, state, nonce })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(new Date(this.clock().getTime() + ATTEMPT_LIMIT_MS))
      .encrypt(this.key);
  }

  /** @returns undefined for what is not sealed here, or is over */
  async open(sealed: string): Promise<OidcAttempt | undefined> {
    try {
      const { payload } = await jwtDecrypt(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        currentDate: this.clock(),
        requiredClaims: ['exp'],
      });
      const { verifier, state, nonce } = payload;
      const isWhole = [verifier, state, nonce].every((part) => typeof part === 'string');
      return isWhole ? ({ verifier, state, nonce } as OidcAttempt) : undefined; // three texts, as just looked at
    } catch {
      return undefined;
    }
  }
}
