import { MAX_TEXT_LENGTH } from '../../domain/act-of-request';
import type { ControlState, Pause } from '../../domain/control';
import { scopeInWords } from '../../domain/control';
import type { GatewayHealth } from '../../domain/gateway-health';
import { formatLocalTime, type LocalDay } from '../../domain/local-time';
import { html, type Html } from '../html';
import { amount, facts, field, notice, page, technical, time, tokenField } from '../layout';
import type { SignedIn } from '../visit';
import { scopeInPlainWords } from './scope-words';
import type { DayFigures, Row } from './day-figures';

export interface Day {
  day: LocalDay;
  /** Why there are none where a purchase of the day cannot be read: a sum without it would be wrong. */
  figures: DayFigures | string;
  gateway: GatewayHealth | undefined;
  /** Purchases that have waited for a while without an outcome. */
  held: number;
  control: ControlState;
  pausable: { channels: readonly string[]; packages: readonly string[] };
  waiting: number | undefined;
}

/** The day in figures, MobiFone's state, and what is paused. */
export function dayPage(
  visit: SignedIn,
  day: Day,
  { done = [], faults = [] }: { done?: readonly string[]; faults?: readonly string[] } = {},
): string {
  const { words } = visit;
  return page(visit, {
    title: words.day.title,
    path: '/day',
    waiting: day.waiting,
    main: html`<h1>${words.day.title}</h1>
      ${done.length > 0 && notice('done', done)}${faults.length > 0 && notice('fault', faults)}
      <form method="get" action="/day" class="filters">
        <label>${words.day.day} <input type="date" name="day" value="${day.day}" /></label>
        <button>${words.day.show}</button>
      </form>
      ${
        typeof day.figures === 'string'
          ? html`${notice('fault', [words.day.unreadable])}${technical(words, day.figures)}`
          : figures(visit, day.figures)
      }
      ${gateway(visit, day)} ${pauses(visit, day)}`,
  });
}

function figures(visit: SignedIn, { total, byHour, byChannel }: DayFigures): Html {
  const { words } = visit;
  const sum = ({ count, amount: dong }: { count: number; amount: number }) =>
    html`<b>${count}</b> ${amount(visit, dong)}`;
  return html`<section class="card" id="figures">
    ${facts([
      [words.day.sold, sum({ count: total.sold.count, amount: total.sold.gross })],
      [words.day.discount, amount(visit, total.sold.discount)],
      [words.day.payable, amount(visit, total.sold.payable)],
      [words.day.refunded, sum(total.refunded)],
      [words.day.open, sum(total.open)],
    ])}
    <p class="hint">${words.day.same}</p>
    ${byHour.length === 0 && html`<p>${words.day.none}</p>`}
    ${byHour.length > 0 && html`${table(visit, words.day.byHour, words.day.hour, byHour)}${table(visit, words.day.byChannel, words.day.channel, byChannel)}`}
  </section>`;
}

function table(visit: SignedIn, caption: string, head: string, rows: readonly Row[]): Html {
  const { day } = visit.words;
  const heads = [head, day.sales, day.sold, day.discount, day.payable, day.refunded, day.open];
  return html`<table class="cards figures">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${heads.map((one) => html`<th scope="col">${one}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(({ key, sold, refunded, open }) => {
        const cells = [
          sold.count,
          amount(visit, sold.gross),
          amount(visit, sold.discount),
          amount(visit, sold.payable),
          `${refunded.count}: ${amount(visit, refunded.amount)}`,
          `${open.count}: ${amount(visit, open.amount)}`,
        ];
        return html`<tr>
          <th scope="row" data-head="${head}">${key}</th>
          ${cells.map((cell, at) => html`<td data-head="${heads[at + 1]}">${cell}</td>`)}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function gateway({ words }: SignedIn, { gateway: health, held }: Day): Html {
  const state = health && (health.isOut ? words.gateway.open : words.gateway.closed);
  return html`<section class="card" id="mobifone" data-out="${health ? String(health.isOut) : 'unknown'}">
    <h2>${words.day.mobifone}</h2>
    ${
      health
        ? html`<p><b>${state}</b></p>
            <p>${words.gateway.errors(health.failed, health.calls)}</p>`
        : html`<p>${words.gateway.none}</p>`
    }
    <p>${words.gateway.held(held)}</p>
  </section>`;
}

function pauses(visit: SignedIn, { control, pausable }: Day): Html {
  const { words, session } = visit;
  const may = session.person.role === 'act';
  const paused = new Set(control.pauses.map(({ scope }) => scopeInWords(scope)));
  const scopes = [
    ['all', words.day.scopes.all],
    ...pausable.channels.map((name) => [`channel ${name}`, `${words.day.scopes.channel} ${name}`]),
    ...pausable.packages.map((code) => [`package ${code}`, `${words.day.scopes.package} ${code}`]),
  ].filter(([value = '']) => !paused.has(value));
  return html`<section class="card" id="pauses">
    <h2>${words.day.pauses}</h2>
    ${control.pauses.length === 0 && html`<p>${words.day.nothingPaused}</p>`}
    ${control.pauses.map((pause) => standing(visit, pause))}
    ${
      may &&
      html`<form method="post" action="/pauses" class="pause">
        ${tokenField(session.csrf)}
        <p class="field">
          <label for="scope">${words.day.scope}</label
          ><select id="scope" name="scope" required>
            <option value="">${words.day.scopeNone}</option>
            ${scopes.map(([value = '', name]) => html`<option value="${value}">${name}</option>`)}
          </select>
        </p>
        ${field(words.acts.why, 'why', { required: true, maxLength: MAX_TEXT_LENGTH })}${field(words.day.minutes, 'minutes')}
        <button class="do">${words.day.pause}</button>
      </form>`
    }
    ${
      control.trail.length > 0 &&
      html`<h3>${words.day.latest}</h3>
        <ol class="timeline">
          ${control.trail
            .toReversed()
            .map(
              ({ act, scope, by, why, at }) =>
                html`<li>
                  ${time(at)} ${words.day.changes[act]} ${scopeInPlainWords(words, scope)}, ${by}: ${why}
                </li>`,
            )}
        </ol>`
    }
  </section>`;
}

/** A pause and the form that ends it: a switch that asks why. */
function standing({ words, session }: SignedIn, { scope, since, by, why, until }: Pause): Html {
  const name = scopeInWords(scope);
  const id = `why-${name.replaceAll(' ', '-')}`;
  const end =
    until === undefined ? words.day.untilResumed : words.day.until(formatLocalTime(new Date(until)));
  const named = scopeInPlainWords(words, scope);
  const sentence = words.day.paused(named, formatLocalTime(new Date(since)), by, why, end);
  return html`<form method="post" action="/pauses/end" class="switch">
    ${tokenField(session.csrf)}<input type="hidden" name="scope" value="${name}" />
    <p><b>${sentence}</b></p>
    ${
      session.person.role === 'act' &&
      html`<p class="field">
          <label for="${id}">${words.acts.why}</label
          ><input id="${id}" name="why" required maxlength="${String(MAX_TEXT_LENGTH)}" autocomplete="off" />
        </p>
        <button>${words.day.resume}: ${named}</button>`
    }
  </form>`;
}
