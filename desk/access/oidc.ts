import axios from 'axios';
import * as client from 'openid-client';
import { isBlank } from '../../domain/harmless-text';
import { withLimitedHead } from '../../runtime/answer-head';
import { ProxiedHttpAgent, ProxiedHttpsAgent } from '../../runtime/proxy/agents';
import { nameOfClaims } from '../../domain/person-name';
import { ROLES, type Person } from './sessions';

/** The identity provider of the people who sign in. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** The claim that holds `look` or `act`; a dot leads into an object, as in `realm_access.roles`. */
  roleClaim: string;
}

/** What is kept between the way to the provider and the way back. */
export interface OidcAttempt {
  verifier: string;
  state: string;
  nonce: string;
}

/** The provider, or what it answered, is not as it must be; the message says what, without any secret. */
export class OidcFault extends Error {
  override readonly name = 'OidcFault';
}

const LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 1_000_000;
/** The provider's metadata is read again after this time, so that rotated keys and moved addresses are followed. */
const METADATA_AGE_MS = 60 * 60 * 1000;

/** Signs people in by OpenID Connect: authorization code flow with PKCE, state and nonce. */
export class Oidc {
  private known: { configuration: client.Configuration; at: number } | undefined;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /**
   * @param redirectUri where the provider sends the person back
   * @throws OidcFault
   */
  async begin(redirectUri: string): Promise<{ url: string; attempt: OidcAttempt }> {
    const configuration = await this.configuration();
    const attempt = {
      verifier: client.randomPKCECodeVerifier(),
      state: client.randomState(),
      nonce: client.randomNonce(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return { url: url.href, attempt };
  }

  /**
   * @param url as the provider sent the person back, with its code
   * @returns the person; without a role, undefined
   * @throws OidcFault
   */
  async finish(
    url: URL,
    { verifier, state, nonce }: OidcAttempt,
  ): Promise<{ name: string; person: Person | undefined }> {
    const configuration = await this.configuration();
    const tokens = await client
      .authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .catch(refused);
    const claims = tokens.claims() ?? {};
    const fault = faultOfClaims(claims, this.settings.clientId, new Date());
    if (fault) throw new OidcFault(fault);
    const name = nameOfClaims(claims);
    const roles = rolesOf(claims, this.settings.roleClaim);
    const role = (['act', 'look'] as const).find((one) => roles.includes(one));
    return { name, person: role && { name, role } };
  }

  private async configuration(): Promise<client.Configuration> {
    if (this.known && this.clock() - this.known.at < METADATA_AGE_MS) return this.known.configuration;
    const { issuer, clientId, clientSecret } = this.settings;
    const isPlain = new URL(issuer).protocol === 'http:'; // only where the configuration allows it: on this machine
    const configuration = await client
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        [client.customFetch]: throughOurProxy,
        timeout: LIMIT_MS / 1000,
        // the signature of each ID token is checked as well: without it, whoever is on the line to the provider says who it is
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      })
      .catch(refused);
    this.known = { configuration, at: this.clock() };
    return configuration;
  }
}

/** How far from now a token of this sign-in may say that it was issued: clocks differ by minutes, not by days. */
const ISSUED_WITHIN_SECONDS = 15 * 60;

/** What the library leaves to us (OpenID Connect Core 3.1.3.7, 5 and 10; 2): for whom, when and about whom. */
function faultOfClaims(
  claims: Readonly<Record<string, unknown>>,
  clientId: string,
  now: Date,
): string | undefined {
  const { azp, iat, sub } = claims;
  if (azp !== undefined && azp !== clientId) return 'the ID token was issued to another client ("azp")';
  const isRecent = typeof iat === 'number' && Math.abs(now.getTime() / 1000 - iat) <= ISSUED_WITHIN_SECONDS;
  if (!isRecent) return 'the ID token was not issued for this sign-in ("iat" is too far from now)';
  return typeof sub === 'string' && !isBlank(sub) ? undefined : 'the ID token names nobody ("sub")';
}

function refused(fault: unknown): never {
  throw new OidcFault(fault instanceof Error ? fault.message : String(fault), { cause: fault });
}

/** A claim may be called `https://agent.example/roles`, so its whole name is looked for first. */
function rolesOf(claims: Readonly<Record<string, unknown>>, claim: string): string[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : memberAt(claims, claim.split('.'));
  if (typeof value !== 'string')
    return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
  const words = value.split(/[ ,]+/); // `look act`, as scopes are written; but no sentence that has one of them
  return words.every((word) => ROLES.some((role) => role === word)) ? words : [];
}

function memberAt(value: unknown, [name, ...deeper]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return memberAt((value as Record<string, unknown>)[name], deeper); // an object that has it
}

/** `fetch`, of which the library needs this much, through the proxy that the environment names. */
const throughOurProxy: client.CustomFetch = async (url, { method, headers, body, signal }) => {
  const {
    status,
    data,
    headers: answered,
  } = await axios.request<ArrayBuffer>({
    url,
    method,
    headers,
    data: body instanceof URLSearchParams ? body.toString() : body,
    ...(signal ? { signal } : {}),
    proxy: false, // the agents know it
    httpAgent: new ProxiedHttpAgent(),
    httpsAgent: new ProxiedHttpsAgent(),
    maxRedirects: 0,
    transport: withLimitedHead,
    maxContentLength: MAX_ANSWER_BYTES,
    timeout: LIMIT_MS,
    responseType: 'arraybuffer',
    validateStatus: () => true,
  });
  const type: unknown = answered['content-type'];
  return new Response(data, { status, headers: typeof type === 'string' ? { 'content-type': type } : {} });
};
