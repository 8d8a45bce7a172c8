import type { Request, Response } from 'express';
import type { Language } from '../domain/bilingual';
import { PurchaseWords } from '../operators/purchase-words';
import type { Session } from './access/sessions';
import { cookieOf } from './access/cookies';
import { WORDS, type Words } from './words/words';

export const LANGUAGE_COOKIE = 'desk_language';

/** A request of a person: in which language, and who is signed in. */
export interface Visit {
  language: Language;
  words: Words;
  /** What purchases say in the visitor's language. */
  say: PurchaseWords;
  session: Session | undefined;
}

/** A visit of a person who is signed in: every page but the sign-in is given one. */
export type SignedIn = Visit & { session: Session };

export function visitOf(request: Request, session: Session | undefined): Visit {
  const language = languageOf(request);
  return { language, words: WORDS[language], say: new PurchaseWords(language), session };
}

/** The visit that the app has found out before a route runs. */
export function signedIn(response: Response): SignedIn {
  return response.locals['visit'] as SignedIn; // set by `app.ts` before every route that is behind the sign-in
}

function languageOf(request: Request): Language {
  const chosen = cookieOf(request, LANGUAGE_COOKIE);
  if (chosen === 'vi' || chosen === 'en') return chosen;
  return request.acceptsLanguages('vi', 'en') === 'en' ? 'en' : 'vi';
}
