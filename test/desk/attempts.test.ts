import { ATTEMPT_LIMIT_MS, SealedAttempts } from '../../desk/access/attempts';

describe('an attempt to sign in, which the browser keeps', () => {
  let now = Date.UTC(2026, 10, 29, 17);
  const attempts = new SealedAttempts(() => new Date(now));
  const attempt = { verifier: 'verifier', state: 'state', nonce: 'nonce' };

  it('says nothing to whoever reads it, and is opened by the desk that sealed it', async () => {
    const sealed = await attempts.seal(attempt);
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toMatch(/verifier|nonce/);
    expect(await attempts.open(sealed)).toEqual(attempt);
  });

  it('is over after ten minutes', async () => {
    const sealed = await attempts.seal(attempt);
    now += ATTEMPT_LIMIT_MS - 1_000;
    expect(await attempts.open(sealed)).toEqual(attempt);
    now += 2_000;
    expect(await attempts.open(sealed)).toBeUndefined();
  });

  it('is none when it was changed, made up, or sealed by another desk', async () => {
    const sealed = await attempts.seal(attempt);
    const changed = `${sealed.slice(0, -6)}${sealed.slice(-6).startsWith('A') ? 'B' : 'A'}${sealed.slice(-5)}`;
    for (const other of ['', 'made-up', changed, await new SealedAttempts(() => new Date(now)).seal(attempt)])
      expect(await attempts.open(other)).toBeUndefined();
  });
});
