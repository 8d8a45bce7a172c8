import { formatLocalClock, formatLocalTime } from '../domain/local-time';
import { html, type Html, type Piece } from './html';
import type { Visit } from './visit';
import { money, type Words } from './words/words';

export interface PageParts {
  /** No number, order id or name: titles are in browser histories and in screenshots. */
  title: string;
  main: Piece;
  /** How many wait in the queue, for the title and the menu; undefined where it is not known. */
  waiting?: number | undefined;
  /** Where the language form leads back to; pages that answer a form lead to their own address. */
  path: string;
  /** Sentences above the page: what is out of order. */
  trouble?: readonly string[];
  /** The page's own address is fetched again every few seconds, and what changed is shown. */
  isLive?: boolean;
}

/** A whole page. */
export function page(visit: Visit, parts: PageParts): string {
  const { words, language } = visit;
  const count = parts.waiting === undefined || parts.waiting === 0 ? '' : `(${parts.waiting}) `;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${count}${parts.title} – ${words.desk}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/desk.css" />
        <script type="module" src="/desk.js"></script>
      </head>
      <body
        data-lost="${words.live.lost}"
        data-signed-out="${words.live.signedOut}"
        ${visit.session && html` data-session="yes"`}${parts.isLive && html` data-live="yes"`}
      >
        <a class="skip" href="#main">${words.skip}</a>
        <header class="bar">
          <a class="brand" href="/">${words.desk}</a>
          ${visit.session && menu(visit, parts)} ${languageForm(visit, parts.path)}
        </header>
        <p id="connection" role="status"></p>
        <div id="trouble" role="status">
          ${(parts.trouble ?? []).map((sentence) => html`<p class="trouble">${sentence}</p>`)}
        </div>
        <main id="main" tabindex="-1">${parts.main}</main>
        ${visit.session && footer(visit)}
      </body>
    </html>`.text;
}

function menu({ words }: Visit, { waiting, path }: PageParts): Html {
  const link = (href: string, title: string, badge?: Piece) =>
    html`<a href="${href}" ${path === href && html` aria-current="page"`}>${title}${badge}</a>`;
  const badge = html` <span class="badge" id="waiting">${waiting === undefined ? '' : waiting}</span>`;
  return html`<nav aria-label="${words.nav.menu}">
    ${link('/', words.nav.queue, badge)} ${link('/search', words.nav.search)}
    ${link('/batch', words.nav.batch)} ${link('/day', words.nav.day)} ${link('/numbers', words.nav.numbers)}
  </nav>`;
}

function languageForm({ words, language }: Visit, path: string): Html {
  const button = (code: 'vi' | 'en', name: string) =>
    html`<button name="language" value="${code}" lang="${code}" aria-pressed="${String(code === language)}">
      ${name}
    </button>`;
  return html`<form method="post" action="/language">
    <input type="hidden" name="back" value="${path}" />
    <div class="languages" role="group" aria-label="${words.language}">
      ${button('vi', 'Tiếng Việt')}${button('en', 'English')}
    </div>
  </form>`;
}

function footer({ words, session }: Visit): Html {
  const { name, role } = session?.person ?? { name: '', role: 'look' };
  return html`<footer>
    <span>${words.signedInAs(name)} ${role === 'look' && words.mayLook}</span>
    <form method="post" action="/sign-out">
      ${tokenField(session?.csrf)}<button class="plain">${words.signOut}</button>
    </form>
  </footer>`;
}

/** The field without which no form of a session is taken. */
export function tokenField(csrf: string | undefined): Html {
  return html`<input type="hidden" name="csrf" value="${csrf ?? ''}" />`;
}

/** A labelled text field. */
export function field(
  label: string,
  name: string,
  {
    hint,
    fault,
    value = '',
    type = 'text',
    required = false,
    describedBy,
    isFirst = false,
    maxLength = 300,
  }: {
    hint?: string;
    fault?: string | undefined;
    value?: string;
    type?: string;
    required?: boolean;
    /** The part of the page that must be read with it. */
    describedBy?: string;
    /** Has the focus when the page comes: what it is about is read out with it. */
    isFirst?: boolean;
    maxLength?: number;
  } = {},
): Html {
  const described = [
    ...(fault === undefined ? [] : [`${name}-fault`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(describedBy === undefined ? [] : [describedBy]),
  ];
  return html`<p class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="off"
      maxlength="${String(maxLength)}"
      ${required && html` required`}${isFirst && html` autofocus`}${fault !== undefined && html` aria-invalid="true"`}${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}
    />
    ${hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`}
    ${fault !== undefined && html`<span class="fault" id="${name}-fault">${fault}</span>`}
  </p>`;
}

/** Pairs of a name and what it is. */
export function facts(pairs: readonly (readonly [name: string, value: Piece])[]): Html {
  return html`<dl class="facts">
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** One row of a table: what it is about, as a heading, and the other cells. */
export interface Row {
  heading: Html;
  cells: readonly Piece[];
}

/** A table that is a list of cards on a phone, where each cell names its column. */
export function cardsTable(title: string, heads: readonly string[], rows: readonly Row[]): Html {
  return html`<table class="cards">
    <caption class="unseen">
      ${title}
    </caption>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ heading, cells }) =>
          html`<tr>
            <th scope="row" data-head="${heads[0]}">${heading}</th>
            ${cells.map((cell, at) => html`<td data-head="${heads[at + 1]}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** What the system has noted for those who run it, in English: folded, since it changes nothing that a person decides. */
export function technical(words: Words, detail: string, ids: readonly string[] = []): Html {
  return html`<details class="technical">
    <summary>${words.technical}</summary>
    ${ids.map((id) => html`<p><code>${id}</code></p>`)} <code lang="en">${detail}</code>
  </details>`;
}

/** Sentences of what was done, or why not: read out at once. */
export function notice(kind: 'done' | 'fault' | 'open', sentences: readonly string[]): Html {
  return html`<div
    class="notice ${kind}"
    role="${kind === 'fault' ? 'alert' : 'status'}"
    id="notice"
    tabindex="-1"
  >
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
  </div>`;
}

/** A moment for people: Vietnam's time, with the machine-readable one beside it. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}">${formatLocalTime(new Date(iso))}</time>`;
}

/** The same with seconds, where the order of events counts. */
export function exactTime(iso: string): Html {
  const at = new Date(iso);
  return html`<time datetime="${iso}">${formatLocalClock(at)} ${formatLocalTime(at).slice(6)}</time>`;
}

export function amount(visit: Visit, dong: number): string {
  return money(dong, visit.language);
}
