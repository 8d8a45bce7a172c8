import { retryAfterMs } from '../domain/retry-after';
import { tokenReplySchema, type TokenFields } from './contract';
import type { HttpAnswer } from './wire';

/** There is no token, so nothing was sent; the message is for operators. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';

  constructor(
    message: string,
    /** When another token may be requested. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A token is renewed after this share of its lifetime, so that none expires in flight. */
const RENEW_AT_SHARE = 0.8;
/** Where the gateway states no usable lifetime; a 401 renews the token sooner. */
const DEFAULT_LIFETIME_MS = 60_000;
/** However short the lifetime, a token is not requested with every call. */
const MIN_USE_MS = 1_000;
/** Pause between token requests while tokens are refused or unavailable; doubled up to the longest. */
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;
/** Cap on a `Retry-After` of the token endpoint: all sales wait with it. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Fetches the token endpoint's answer; rejects when there is none. */
export type FetchToken = () => Promise<Omit<HttpAnswer, 'kind'>>;

/**
 * The bearer token of the gateway: fetched when needed, renewed before its end, one fetch for all who wait. The first
 * token that is refused or unavailable is replaced at once; further requests are seconds apart, so that a gateway that
 * refuses every token does not get a token request with each call.
 */
export class TokenSource {
  private current: { token: string; renewAt: number } | undefined;
  private fetching: Promise<string> | undefined;
  /** Refused and failed tokens since one was accepted. */
  private failures = 0;
  private notBefore = -Infinity;

  /** @param now milliseconds on a clock that never goes back */
  constructor(
    private readonly fetchToken: FetchToken,
    private readonly decode: (body: string) => TokenFields | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws TokenUnavailable */
  async token(): Promise<string> {
    if (this.current && this.now() < this.current.renewAt) return this.current.token;
    if (this.fetching) return this.fetching;
    const pause = this.notBefore - this.now();
    if (pause > 0) {
      throw new TokenUnavailable('the last access token was refused or unavailable', Math.ceil(pause));
    }
    this.fetching = this.renew().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** The gateway took a call with this token. */
  accepted(token: string): void {
    if (this.current?.token === token) this.failures = 0;
  }

  /** The gateway refused this token; a newer one, fetched meanwhile, is kept. */
  drop(token: string): void {
    if (this.current?.token !== token) return;
    this.current = undefined;
    this.failed();
  }

  private failed(askedPauseMs = 0): void {
    const { failures } = this;
    this.failures += 1;
    const own = failures === 0 ? 0 : Math.min(MIN_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
    this.notBefore = this.now() + Math.max(own, Math.min(askedPauseMs, MAX_RETRY_AFTER_MS));
  }

  private async renew(): Promise<string> {
    try {
      const { accessToken, expiresIn } = this.read(await this.fetchToken());
      const lifetimeMs = expiresIn === undefined ? DEFAULT_LIFETIME_MS : expiresIn * 1000;
      const useMs = Math.max(lifetimeMs * RENEW_AT_SHARE, MIN_USE_MS);
      this.current = { token: accessToken, renewAt: this.now() + useMs };
      return accessToken;
    } catch (error) {
      this.failed(error instanceof TokenUnavailable ? error.retryAfterMs : undefined);
      if (error instanceof TokenUnavailable) throw error;
      throw new TokenUnavailable('the token endpoint cannot be reached', undefined, { cause: error });
    }
  }

  private read({ status, retryAfter, body }: Omit<HttpAnswer, 'kind'>): {
    accessToken: string;
    expiresIn?: number | undefined;
  } {
    if (status < 200 || status > 299) {
      const pause = retryAfterMs(retryAfter, new Date());
      throw new TokenUnavailable(`the token endpoint answered HTTP ${status}`, pause);
    }
    const reply = tokenReplySchema.safeParse(this.decode(body));
    if (!reply.success) throw new TokenUnavailable('the token response does not match the contract');
    return reply.data;
  }
}
