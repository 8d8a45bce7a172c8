import { tokenReplySchema } from './contract';
import { parseJson } from './json-text';

/** No token could be had, so nothing was sent; the message is for operators. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
}

/** A token is renewed this share of its lifetime before its end, so that none expires on the way. */
const RENEW_AT_SHARE = 0.8;

/** Fetches the token endpoint's answer; rejects when there is none. */
export type FetchToken = () => Promise<{ status: number; body: string }>;

/** The bearer token of the gateway: fetched when needed, renewed before its end, one fetch for all who wait. */
export class TokenSource {
  private current: { token: string; renewAt: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: FetchToken,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws TokenUnavailable */
  async token(): Promise<string> {
    if (this.current && this.now() < this.current.renewAt) return this.current.token;
    this.fetching ??= this.renew().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** The gateway refused this token; a newer one, fetched meanwhile, is kept. */
  drop(token: string): void {
    if (this.current?.token === token) this.current = undefined;
  }

  private async renew(): Promise<string> {
    const { status, body } = await this.fetchToken().catch((error: unknown) => {
      throw new TokenUnavailable('the token endpoint cannot be reached', { cause: error });
    });
    if (status !== 200) throw new TokenUnavailable(`the token endpoint answered HTTP ${status}`);
    const reply = tokenReplySchema.safeParse(parseJson(body));
    if (!reply.success) throw new TokenUnavailable('the token endpoint’s reply is none of the contract');
    const { accessToken, expiresIn } = reply.data;
    this.current = { token: accessToken, renewAt: this.now() + expiresIn * 1000 * RENEW_AT_SHARE };
    return accessToken;
  }
}
