import { Router, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { LANGUAGE_COOKIE, visitOf } from '../visit';
import { ATTEMPT_LIMIT_MS, SealedAttempts } from './attempts';
import { cookieNamed, cookieOf } from './cookies';
import { formText, queryText, requireToken } from './guards';
import { OidcFault, type Oidc } from './oidc';
import type { OneTimeLink } from './one-time-link';
import { personName } from '../../domain/person-name';
import type { DeskRefusal } from './refusal';
import { SESSION_LIMIT_MS, type Person, type Sessions } from './sessions';
import { signInPage, type SignInWay } from './sign-in-page';

/** How people sign in: through their identity provider, or by the link of this machine's terminal. */
export type SignIn =
  { kind: 'provider'; oidc: Oidc; roleClaim: string } | { kind: 'link'; link: OneTimeLink };

export interface SignInParts {
  signIn: SignIn;
  sessions: Sessions;
  /** Where people reach the desk; undefined on this machine alone. */
  publicUrl: string | undefined;
  logger: Logger;
}

/** Signing in and out, and the language. */
export class SignInRoutes {
  readonly router = Router({ caseSensitive: true });
  private readonly attempts = new SealedAttempts();

  constructor(private readonly parts: SignInParts) {
    this.router.get('/sign-in', (request, response) => this.show(request, response));
    this.router.post('/sign-in', (request, response) => this.byLink(request, response));
    this.router.get('/sign-in/provider', (request, response) => this.toProvider(request, response));
    this.router.get('/sign-in/callback', (request, response) => this.fromProvider(request, response));
    this.router.post('/sign-out', (request, response) => this.signOut(request, response));
    this.router.post('/language', (request, response) => this.chooseLanguage(request, response));
  }

  /** The cookie that holds the session's id. */
  get cookie(): ReturnType<typeof cookieNamed> {
    return cookieNamed('desk_session', this.isSecure);
  }

  private get isSecure(): boolean {
    return this.parts.publicUrl?.startsWith('https:') ?? false;
  }

  private show(request: Request, response: Response): void {
    const { signIn } = this.parts;
    const { words } = visitOf(request, undefined);
    const token = queryText(request, 'token');
    const holds = signIn.kind === 'link' && token !== '' && signIn.link.holds(token);
    const fault = signIn.kind === 'link' && token !== '' && !holds ? words.signIn.usedLink : undefined;
    this.answer(request, response, fault ? 401 : 200, fault, holds ? token : undefined);
  }

  private byLink(request: Request, response: Response): void {
    const { signIn } = this.parts;
    const { words } = visitOf(request, undefined);
    const token = formText(request, 'token');
    if (signIn.kind !== 'link' || !signIn.link.holds(token))
      return this.answer(request, response, 401, words.signIn.usedLink);
    const name = personName(formText(request, 'name'));
    if (name === '') return this.answer(request, response, 422, words.signIn.nameMissing, token);
    signIn.link.use(token);
    this.begin(request, response, { name, role: 'act' });
  }

  private async toProvider(request: Request, response: Response): Promise<void> {
    const { signIn } = this.parts;
    if (signIn.kind !== 'provider') return response.redirect(303, '/sign-in');
    try {
      const { url, attempt } = await signIn.oidc.begin(this.callback(request));
      const sealed = await this.attempts.seal(attempt);
      const { name, options } = this.attemptCookie;
      response.cookie(name, sealed, { ...options, maxAge: ATTEMPT_LIMIT_MS }).redirect(303, url);
    } catch (fault) {
      this.providerFailed(request, response, fault, (words) => words.signIn.providerSilent);
    }
  }

  private async fromProvider(request: Request, response: Response): Promise<void> {
    const { signIn, logger } = this.parts;
    if (signIn.kind !== 'provider') return response.redirect(303, '/sign-in');
    const { words } = visitOf(request, undefined);
    const { name: cookie, options } = this.attemptCookie;
    const attempt = await this.attempts.open(cookieOf(request, cookie) ?? '');
    response.clearCookie(cookie, options); // the provider takes a code once
    if (!attempt) return this.answer(request, response, 401, words.signIn.tooLate);
    try {
      const url = new URL(request.originalUrl, this.callback(request));
      const { name, person } = await signIn.oidc.finish(url, attempt);
      if (person) return this.begin(request, response, person);
      logger.warn({ event: 'desk.no_role', who: name }, 'signed in by the provider, but without a role');
      this.answer(request, response, 403, words.signIn.noRole(name, signIn.roleClaim));
    } catch (fault) {
      this.providerFailed(request, response, fault, (told) => told.signIn.failed);
    }
  }

  private signOut(request: Request, response: Response): void {
    const { sessions } = this.parts;
    const { name, options } = this.cookie;
    const session = sessions.find(cookieOf(request, name));
    if (session) requireToken(request, session);
    if (session) sessions.end(session.id);
    response.clearCookie(name, options).redirect(303, '/sign-in');
  }

  private chooseLanguage(request: Request, response: Response): void {
    const { name, options } = { ...cookieNamed(LANGUAGE_COOKIE, false) };
    const language = formText(request, 'language') === 'en' ? 'en' : 'vi';
    const back = formText(request, 'back');
    const isOurs = /^\/(?![/\\])/.test(back);
    response
      .cookie(name, language, { ...options, secure: this.isSecure, maxAge: 365 * 24 * 60 * 60 * 1000 })
      .redirect(303, isOurs ? back : '/');
  }

  /** Whoever signs in anew leaves no session behind. */
  private begin(request: Request, response: Response, person: Person): void {
    const { sessions, logger } = this.parts;
    const { name, options } = this.cookie;
    const former = cookieOf(request, name);
    if (former !== undefined) sessions.end(former);
    const session = sessions.begin(person);
    logger.info({ event: 'desk.signed_in', who: person.name, role: person.role }, 'signed in');
    response.cookie(name, session.id, { ...options, maxAge: SESSION_LIMIT_MS }).redirect(303, '/');
  }

  private providerFailed(
    request: Request,
    response: Response,
    fault: unknown,
    told: DeskRefusal['words'],
  ): void {
    if (!(fault instanceof OidcFault)) throw fault;
    this.parts.logger.error({ err: fault, event: 'desk.provider_failed' }, 'the identity provider failed');
    this.answer(request, response, 502, told(visitOf(request, undefined).words));
  }

  private answer(
    request: Request,
    response: Response,
    status: number,
    fault: string | undefined,
    token?: string,
  ): void {
    const way: SignInWay =
      this.parts.signIn.kind === 'provider' ? { kind: 'provider' } : { kind: 'link', token };
    response.status(status).send(signInPage(visitOf(request, undefined), way, fault));
  }

  private get attemptCookie(): ReturnType<typeof cookieNamed> {
    return cookieNamed('desk_attempt', this.isSecure);
  }

  private callback(request: Request): string {
    const base = this.parts.publicUrl ?? `http://${request.headers.host}`;
    return new URL('/sign-in/callback', base).href;
  }
}
