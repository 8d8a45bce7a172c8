import { html, type Html } from '../html';
import { field, notice, page } from '../layout';
import type { Visit } from '../visit';

/** How one signs in here. */
export type SignInWay =
  | { kind: 'provider' }
  /** By the link of the terminal; `token` when it holds. */
  | { kind: 'link'; token: string | undefined };

/** The page before all others. */
export function signInPage(visit: Visit, way: SignInWay, fault?: string): string {
  const { words } = visit;
  return page(visit, {
    title: words.signIn.title,
    path: pathOf(way),
    main: html`<h1>${words.signIn.title}</h1>
      ${fault !== undefined && notice('fault', [fault])} ${wayIn(visit, way)}`,
  });
}

/** With the link's token, which the choice of a language must not lose. */
function pathOf(way: SignInWay): string {
  return way.kind === 'link' && way.token !== undefined ? `/sign-in?token=${way.token}` : '/sign-in';
}

function wayIn({ words }: Visit, way: SignInWay): Html {
  if (way.kind === 'provider')
    return html`<p><a class="button" href="/sign-in/provider">${words.signIn.byProvider}</a></p>`;
  if (way.token === undefined) return html`<p>${words.signIn.noLink}</p>`;
  return html`<form method="post" action="/sign-in" class="card">
    <input type="hidden" name="token" value="${way.token}" />
    ${field(words.signIn.name, 'name', { hint: words.signIn.nameHint, required: true })}
    <button class="do">${words.signIn.go}</button>
  </form>`;
}
