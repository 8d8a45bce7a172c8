import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import { isFromAnotherSite, isLedByAnotherSite, isWholePage } from '../../runtime/other-site';
import { mayBeRebound } from '../../runtime/rebound-host';
import { DeskRefusal } from './refusal';
import type { Role, Session } from './sessions';
import { isBlank } from '../../domain/harmless-text';
import { withoutNumbers } from '../../domain/telephone-numbers';

/** No framework and nothing inline: what the desk sends runs, and nothing else. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' }, // forms need their Origin; other sites learn nothing
  });
}

/**
 * Answers under the desk's own name only, so that no page of another name acts in an operator's browser (DNS rebinding).
 * @param publicUrl where people reach it; without one, addresses of this machine
 */
export function ownNameOnly(publicUrl: string | undefined): RequestHandler {
  return (request, response, next) => {
    const { host } = request.headers;
    const isOwn = publicUrl === undefined ? !mayBeRebound(host) : host === new URL(publicUrl).host;
    if (isOwn) return next();
    response.status(403).type('text').send('Open the desk by its own address.\n');
  };
}

/** The page of an act asks MobiFone and keeps a form; every other page only shows something. */
const ASKS = /^\/purchases\/[^/]+\/acts\//;

/**
 * Forms of other sites are refused by what the browser says of their origin; `requireToken` is the second door. A link of
 * another site, such as one in a chat, opens a page that only shows something.
 */
export function sameOriginOnly(publicUrl: string | undefined): RequestHandler {
  return (request, _response, next) => {
    const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
    const { method, headers, path } = request;
    const mayBeLed = isWholePage(headers) && !ASKS.test(path);
    if (isFromAnotherSite(method, headers, own) || (isLedByAnotherSite(headers) && !mayBeLed))
      throw new DeskRefusal(403, (words) => words.refusals.otherSite);
    next();
  };
}

/** The form's token must be that of the session. */
export function requireToken(request: Request, { csrf }: Session): void {
  const given = formText(request, 'csrf');
  if (!timingSafeEqual(digest(given), digest(csrf)))
    throw new DeskRefusal(403, (words) => words.refusals.oldForm);
}

export function requireRole({ person }: Session, role: Role): void {
  if (role === 'act' && person.role !== 'act')
    throw new DeskRefusal(403, (words) => words.refusals.mayOnlyLook);
}

/** A field of a form as text; empty when it was not sent, and when nobody could see anything of it. */
export function formText(request: Request, field: string): string {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null) return '';
  const value = (body as Record<string, unknown>)[field]; // as the form parser made it, looked at here
  return typeof value === 'string' && !isBlank(value) ? value.trim() : '';
}

/** A person's own words, as they are kept and shown to all: without a subscriber's number. */
export function personsText(request: Request, field: 'why' | 'text'): string {
  return withoutNumbers(formText(request, field));
}

/** A field of the address as text; empty when it is not there. */
export function queryText(request: Request, field: string): string {
  const value = request.query[field];
  return typeof value === 'string' ? value.trim() : '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
