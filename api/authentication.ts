import type { Request, RequestHandler } from 'express';
import type { ChannelRegistry } from '../channel/registry';
import { knowChannel } from './known-channel';
import { Problem } from './problems';

/** A key is shorter by far; longer texts are not even hashed. */
const LONGEST_KEY = 256;

/** Lets in whoever presents the key of an enabled channel, and keeps the channel for the handlers. */
export function authenticate(registry: ChannelRegistry): RequestHandler {
  return (request, response, next) => {
    const channel = registry.byKey(presentedKey(request));
    if (!channel) {
      throw unauthenticated(
        'This key is not known, or no longer.',
        'Bearer realm="datacode", error="invalid_token"',
      );
    }
    if (!channel.enabled) throw new Problem('channel_disabled');
    knowChannel(response, channel);
    next();
  };
}

function presentedKey(request: Request): string {
  const key = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
  if (key && key.length <= LONGEST_KEY) return key;
  throw unauthenticated('Send your key as "Authorization: Bearer <key>".', 'Bearer realm="datacode"');
}

function unauthenticated(detail: string, challenge: string): Problem {
  return new Problem('unauthenticated', detail, {}, { 'WWW-Authenticate': challenge });
}
