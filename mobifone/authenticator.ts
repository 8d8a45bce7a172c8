import type { Credentials, Dialect, WireRequest } from './dialect';
import { TokenSource, TokenUnavailable } from './token';
import type { Wire } from './wire';

/** What proves who sends one request. */
export interface Authorisation {
  headers: Readonly<Record<string, string>>;
  /** To be called when the gateway answered with anything but a 401. */
  accepted(): void;
  /** To be called on a 401. True when a new authorisation may be accepted where this one was not. */
  refused(): boolean;
}

/** @throws TokenUnavailable */
export type Authorise = (request: WireRequest) => Promise<Authorisation>;

/** Authorises requests in the way of a dialect. */
export function authenticator({ authentication }: Dialect, credentials: Credentials, wire: Wire): Authorise {
  switch (authentication.kind) {
    case 'none':
      return async () => final({});
    case 'signed':
      return async (request) => final(authentication.sign(request, credentials, new Date()));
    case 'bearer': {
      const tokens = new TokenSource(async () => {
        const reply = await wire.send(authentication.requestToken(credentials));
        if (reply.kind === 'answer') return reply;
        throw new TokenUnavailable(`no answer of the token endpoint: ${reply.detail}`);
      }, authentication.decodeToken);
      return async () => {
        const token = await tokens.token();
        return {
          headers: { authorization: `Bearer ${token}` },
          accepted: () => tokens.accepted(token),
          refused: () => {
            tokens.drop(token);
            return true;
          },
        };
      };
    }
  }
}

function final(headers: Readonly<Record<string, string>>): Authorisation {
  return { headers, accepted: () => undefined, refused: () => false };
}
