import { TokenSource } from '../../mobifone/token';

describe('a token with a lifetime of 100 seconds', () => {
  let now = 0;
  let fetched = 0;
  const source = () =>
    new TokenSource(
      async () => {
        fetched += 1;
        return { status: 200, body: JSON.stringify({ accessToken: `token-${fetched}`, expiresIn: 100 }) };
      },
      () => now,
    );
  beforeEach(() => {
    now = 0;
    fetched = 0;
  });

  it('serves every call in its first 80 seconds', async () => {
    const tokens = source();
    await tokens.token();
    now = 79_999;
    expect(await tokens.token()).toBe('token-1');
  });

  it('is renewed well before its end, so that none expires on the way', async () => {
    const tokens = source();
    await tokens.token();
    now = 80_000;
    expect(await tokens.token()).toBe('token-2');
  });

  it('that was dropped late, when a newer one is there already, leaves the newer one in place', async () => {
    const tokens = source();
    await tokens.token();
    tokens.drop('token-1');
    await tokens.token();
    tokens.drop('token-1');
    expect(await tokens.token()).toBe('token-2');
  });
});
