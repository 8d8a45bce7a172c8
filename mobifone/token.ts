import { retryAfterMs } from '../domain/retry-after';
import { tokenReplySchema, type TokenFields } from './contract';
import type { RawAnswer } from './verdict';

/** No token could be had, so nothing was sent; the message is for operators. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';

  constructor(
    message: string,
    /** The pause after which another request for a token may be made. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A token is renewed this share of its lifetime before its end, so that none expires on the way. */
const RENEW_AT_SHARE = 0.8;
/** For a token whose lifetime the gateway does not tell; a 401 renews it sooner. */
const UNTOLD_LIFETIME_MS = 60_000;
/** However short a lifetime is told, a token is not asked for with every call. */
const LEAST_USE_MS = 1_000;
/** While tokens are refused or cannot be had, requests for one are apart by this, doubled up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
/** The longest wait that the token endpoint is given when it asks for one: all sales wait with it. */
const LONGEST_ASKED_PAUSE_MS = 60_000;

/** Fetches the token endpoint's answer; rejects with the obstacle in words when there is none. */
export type FetchToken = () => Promise<RawAnswer>;

/**
 * The bearer token of the gateway: fetched when needed, renewed before its end, one fetch for all who wait. The first
 * token that is refused or cannot be had is replaced at once; after that requests are paced, so that a gateway that
 * refuses every token gets a request every few seconds and not one with each call.
 */
export class TokenSource {
  private current: { token: string; renewAt: number } | undefined;
  private fetching: Promise<string> | undefined;
  /** Tokens that were refused or could not be had, since one was accepted. */
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
      throw new TokenUnavailable('the last access token was refused or could not be had', Math.ceil(pause));
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
    const own = failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    this.notBefore = this.now() + Math.max(own, Math.min(askedPauseMs, LONGEST_ASKED_PAUSE_MS));
  }

  private async renew(): Promise<string> {
    try {
      const { accessToken, expiresIn } = this.read(await this.fetchToken());
      const lifetimeMs = expiresIn === undefined ? UNTOLD_LIFETIME_MS : expiresIn * 1000;
      const useMs = Math.max(lifetimeMs * RENEW_AT_SHARE, LEAST_USE_MS);
      this.current = { token: accessToken, renewAt: this.now() + useMs };
      return accessToken;
    } catch (error) {
      this.failed(error instanceof TokenUnavailable ? error.retryAfterMs : undefined);
      if (error instanceof TokenUnavailable) throw error;
      throw new TokenUnavailable('the token endpoint cannot be reached', undefined, { cause: error });
    }
  }

  private read({ status, retryAfter, body }: RawAnswer): {
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
