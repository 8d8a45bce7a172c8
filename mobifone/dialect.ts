import type { GatewayVerdict } from '../domain/gateway-verdict';
import type { ReasonCode } from '../domain/purchase/reasons';
import type { GatewayCall, GatewayCommands, ReplyFields, TokenFields } from './contract';

/**
 * How the contract is spelled on the wire. A dialect of MobiFone's gateway is one file in `dialects/` that fills this
 * interface; client, verdicts and tokens know no path, header, field name or result code of their own
 * (docs/decisions/0021-the-dialect-is-one-file.md).
 */
export interface Dialect {
  authentication: Authentication;
  /** The request of each call. Nothing personal is ever in a path. */
  encode: { readonly [C in GatewayCall]: (command: GatewayCommands[C]) => WireRequest };
  /**
   * What a reply says, under the contract's names and in the contract's spelling; the contract checks it afterwards.
   * @returns nothing when the body is not of this dialect at all, such as a maintenance page
   */
  decode: (call: GatewayCall, body: string) => ReplyFields | undefined;
  /** Every result code that the gateway may give. One that is not here is *unknown*, never failed. */
  resultCodes: ReadonlyMap<string, ResultCode>;
}

/** One HTTP request; the client adds what is the same everywhere: its length and where the call came from. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Under the gateway's base URL. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  body: string;
}

/** What MobiFone gave us to prove who we are. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** How a request proves who sent it. */
export type Authentication =
  | { kind: 'none' }
  /** A bearer token (RFC 6750), fetched when needed and renewed before its end or when it is refused. */
  | {
      kind: 'bearer';
      requestToken: (credentials: Credentials) => WireRequest;
      /** @returns nothing when the body is not of this dialect at all */
      decodeToken: (body: string) => TokenFields | undefined;
    }
  /** Headers made for each sending, such as a signature over the request and the time. */
  | {
      kind: 'signed';
      sign: (request: WireRequest, credentials: Credentials, now: Date) => Readonly<Record<string, string>>;
    };

/** The verdict that a result code stands for, with MobiFone's own words for it, for operators. */
export type ResultCode =
  | { kind: 'refused'; refusal: ReasonCode; text: string }
  | { kind: Exclude<GatewayVerdict['kind'], 'refused'>; text: string };
