import { TokenSource, TokenUnavailable } from '../../mobifone/token';

/** A token endpoint and a clock that are the test's. */
class TokenLab {
  time = 0;
  fetched = 0;
  /** What the endpoint answers, instead of a token; for as long as it is set. */
  trouble: { status: number; retryAfter?: string } | undefined;
  readonly tokens: TokenSource;

  constructor(expiresIn: unknown) {
    this.tokens = new TokenSource(
      async () => {
        this.fetched += 1;
        return { status: 200, body: '', ...this.trouble };
      },
      () => ({ accessToken: `token-${this.fetched}`, expiresIn }),
      () => this.time,
    );
  }

  /** Takes a token and finds it refused. */
  async refuseOne(): Promise<void> {
    this.tokens.drop(await this.tokens.token());
  }
}

describe('a token with a lifetime of 100 seconds', () => {
  it('serves every call in its first 80 seconds', async () => {
    const lab = new TokenLab(100);
    await lab.tokens.token();
    lab.time = 79_999;
    expect(await lab.tokens.token()).toBe('token-1');
  });

  it('is renewed well before its end, so that none expires on the way', async () => {
    const lab = new TokenLab(100);
    await lab.tokens.token();
    lab.time = 80_000;
    expect(await lab.tokens.token()).toBe('token-2');
  });

  it('that was dropped late, when a newer one is there already, leaves the newer one in place', async () => {
    const { tokens } = new TokenLab(100);
    await tokens.token();
    tokens.drop('token-1');
    await tokens.token();
    tokens.drop('token-1');
    expect(await tokens.token()).toBe('token-2');
  });
});

describe('a token whose lifetime is of little use', () => {
  it.each([[0], [-1], [undefined], [null], ['soon'], [NaN], [Infinity], [{}]])(
    'as %p is serves for a short while and is then renewed',
    async (expiresIn) => {
      const lab = new TokenLab(expiresIn);
      await lab.tokens.token();
      lab.time = 40_000;
      expect(await lab.tokens.token()).toBe('token-1');
      lab.time = 60_000;
      expect(await lab.tokens.token()).toBe('token-2');
    },
  );

  it.each([[0.001], ['0.5'], [1]])('as %p is serves for a second: not every call asks', async (expiresIn) => {
    const lab = new TokenLab(expiresIn);
    await lab.tokens.token();
    lab.time = 999;
    expect(await lab.tokens.token()).toBe('token-1');
    lab.time = 1_000;
    expect(await lab.tokens.token()).toBe('token-2');
  });
});

describe('while tokens are refused', () => {
  it('the first is replaced at once, and after that requests are one, two, four, five seconds apart', async () => {
    const lab = new TokenLab(100);
    const requestedAt: number[] = [];
    for (; lab.time <= 20_000; lab.time += 100) {
      const before = lab.fetched;
      await lab.refuseOne().catch((error: unknown) => expect(error).toBeInstanceOf(TokenUnavailable));
      if (lab.fetched > before) requestedAt.push(lab.time);
    }
    expect(requestedAt).toEqual([0, 100, 1_100, 3_100, 7_100, 12_100, 17_100]);
  });

  it('whoever is held back learns for how long', async () => {
    const lab = new TokenLab(100);
    await lab.refuseOne();
    await lab.refuseOne();
    lab.time = 400;
    await expect(lab.tokens.token()).rejects.toMatchObject({ retryAfterMs: 600 });
  });

  it('one that is accepted ends it: the next that expires is replaced at once', async () => {
    const lab = new TokenLab(100);
    await lab.refuseOne();
    await lab.refuseOne();
    lab.time = 1_000;
    const token = await lab.tokens.token();
    lab.tokens.accepted(token);
    lab.tokens.drop(token);
    expect(await lab.tokens.token()).toBe('token-4');
  });
});

describe('while no token can be had', () => {
  it('requests are paced in the same way, and the first good answer is used', async () => {
    const lab = new TokenLab(100);
    lab.trouble = { status: 503 };
    await expect(lab.tokens.token()).rejects.toThrow('HTTP 503');
    await expect(lab.tokens.token()).rejects.toThrow('HTTP 503');
    lab.trouble = undefined;
    await expect(lab.tokens.token()).rejects.toThrow(TokenUnavailable);
    expect(lab.fetched).toBe(2);
    lab.time = 1_000;
    expect(await lab.tokens.token()).toBe('token-3');
  });

  it('a pause that the endpoint asks for is kept, up to a minute', async () => {
    const lab = new TokenLab(100);
    lab.trouble = { status: 429, retryAfter: '86400' };
    await expect(lab.tokens.token()).rejects.toThrow('HTTP 429');
    lab.trouble = undefined;
    lab.time = 59_999;
    await expect(lab.tokens.token()).rejects.toThrow(TokenUnavailable);
    lab.time = 60_000;
    expect(await lab.tokens.token()).toBe('token-2');
  });
});
