import type { Request, RequestHandler, Response } from 'express';
import { isExpired, mayDo } from '../../channel/key';
import type { ChannelRegistry, KeyHolder } from '../../channel/registry';
import { onBehalfOf } from '../../client/asker';
import type { BilingualText } from '../../domain/bilingual';
import { formatLocalTime } from '../../domain/local-time';
import type { Scope } from '../../domain/scopes';
import { knowChannel, requireAccess } from './known-channel';
import { Problem } from './problems';

/** A key is shorter by far; longer texts are not even hashed. */
const MAX_KEY_LENGTH = 256;
const INVALID_TOKEN = 'Bearer realm="datacode", error="invalid_token"';

const SEND_YOUR_KEY: BilingualText = {
  en: 'Send your key as "Authorization: Bearer <key>".',
  vi: 'Gửi khóa trong header "Authorization: Bearer <key>".',
};
const NOT_KNOWN: BilingualText = {
  en: 'This key is unknown or was revoked.',
  vi: 'Khóa này không đúng hoặc đã bị thu hồi.',
};

/** Lets in whoever presents a key that may do this of an enabled channel, and keeps the channel for the handlers. */
export function authenticate(registry: ChannelRegistry, now: () => Date): RequestHandler {
  return (request, response, next) => {
    const holder = registry.byKey(presentedKey(request));
    if (!holder) throw unauthenticated(NOT_KNOWN, INVALID_TOKEN);
    const scope = scopeOf(request, response);
    const fault = accessFault(holder, scope, now());
    if (!fault || fault.code === 'scope_missing') {
      const lost = () => lostAccess(registry, holder.key.hash, scope, now());
      knowChannel(response, { ...holder, scope, lost });
    }
    if (fault) throw fault;
    onBehalfOf(holder.channel.name, next);
  };
}

/** Asks again once the body was read and the turn has come: a key may have been revoked while the request waited. */
export const authenticateAgain: RequestHandler = (_request, response, next) => {
  requireAccess(response);
  next();
};

/** Why a key by which a request was let in gives no access any more; nothing while it does. */
function lostAccess(registry: ChannelRegistry, hash: string, scope: Scope, at: Date): Problem | undefined {
  const holder = registry.byHash(hash);
  return holder ? accessFault(holder, scope, at) : unauthenticated(NOT_KNOWN, INVALID_TOKEN);
}

/** Why a key does not give access to what needs this scope; nothing when it does. */
function accessFault({ channel, key }: KeyHolder, scope: Scope, at: Date): Problem | undefined {
  if (isExpired(key, at)) return keyExpired(key);
  if (!channel.enabled) return new Problem('channel_disabled');
  return mayDo(key, scope) ? undefined : scopeMissing(scope);
}

function scopeMissing(scope: Scope): Problem {
  const detail = {
    en: `This request needs a key with the scope "${scope}". Nothing was sold.`,
    vi: `Cần khóa có quyền "${scope}". Chưa có giao dịch nào được thực hiện.`,
  };
  const challenge = `Bearer realm="datacode", error="insufficient_scope", scope="${scope}"`;
  return new Problem('scope_missing', detail, {}, { 'WWW-Authenticate': challenge });
}

function presentedKey(request: Request): string {
  const key = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
  if (key && key.length <= MAX_KEY_LENGTH) return key;
  throw unauthenticated(SEND_YOUR_KEY, 'Bearer realm="datacode"');
}

function unauthenticated(detail: BilingualText, challenge: string): Problem {
  return new Problem('unauthenticated', detail, {}, { 'WWW-Authenticate': challenge });
}

/** Said to whoever holds the key only, so it may say which one it is. */
function keyExpired({ lastFour, expiresAt }: { lastFour: string; expiresAt: string }): Problem {
  const detail = {
    en: `The key ending in ${lastFour} expired at ${expiresAt}. Use your channel’s new key. Nothing was sold.`,
    vi: `Khóa kết thúc bằng ${lastFour} đã hết hạn lúc ${formatLocalTime(new Date(expiresAt))} (giờ Việt Nam). Hãy dùng khóa mới của kênh. Chưa có giao dịch nào được thực hiện.`,
  };
  return new Problem('key_expired', detail, {}, { 'WWW-Authenticate': INVALID_TOKEN });
}

const declared = new WeakMap<Response, Scope>();

/**
 * Declares the scope that a route demands of a key, where it is not what its method says. Goes before
 * `authenticated`: `.post(needs('read'), authenticated, …)`.
 */
export function needs(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    declared.set(response, scope);
    next();
  };
}

/** What the route demands: reading where it reads, else selling, unless it says otherwise. */
function scopeOf(request: Request, response: Response): Scope {
  return (
    declared.get(response) ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'submit')
  );
}
