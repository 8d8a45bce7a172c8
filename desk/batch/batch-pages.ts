import { ATTENTION_REASONS, type AttentionReason } from '../../domain/purchase/attention';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import { openItems, type BatchItem, type BatchResult } from '../../operators/batch';
import { html, type Html, type Piece } from '../html';
import { cardsTable, exactTime, facts, field, notice, page, time, tokenField } from '../layout';
import type { SignedIn } from '../visit';
import { MAX_ITEMS, type BatchNow } from './batch-runs';

/** The acts that state nothing about MobiFone: what rests on a person's word is done one by one. */
export const BATCH_ACTS = ['retry', 'give-up', 'cancel'] as const satisfies readonly OperatorAct[];
export type BatchAct = (typeof BATCH_ACTS)[number];

/** What was asked for; an empty text narrows nothing. */
export interface BatchWish {
  act: string;
  reason: AttentionReason | '';
  channel: string;
  minutes: string;
}

interface Around {
  waiting: number | undefined;
  channels: readonly string[];
  fault?: string;
  /** What was entered in a form that was refused. */
  given?: { why: string; ticket: string };
}

/** Which act, and for which purchases. */
export function batchForm(visit: SignedIn, wish: BatchWish, { waiting, channels, fault }: Around): string {
  const { words, say, session } = visit;
  const reasons = Object.keys(ATTENTION_REASONS) as AttentionReason[]; // the literal's keys
  const acts = BATCH_ACTS.map((act) => [act, `${words.batch.names[act]}: ${say.act(act)}`] as const);
  const all = ['', words.queue.all] as const;
  return page(visit, {
    title: words.batch.title,
    path: '/batch',
    waiting,
    main: html`<h1>${words.batch.title}</h1>
      <p>${words.batch.meaning}</p>
      ${fault !== undefined && notice('fault', [fault])}
      ${
        session.person.role === 'act'
          ? html`<form method="post" action="/batch" class="card" novalidate>
              ${tokenField(session.csrf)} ${choice(words.batch.act, 'act', acts, wish.act)}
              ${choice(words.queue.reason, 'reason', [all, ...reasons.map((reason) => [reason, say.attention(reason)] as const)], wish.reason)}
              ${choice(words.queue.channel, 'channel', [all, ...channels.map((name) => [name, name] as const)], wish.channel)}
              ${field(words.batch.minutes, 'minutes', { value: wish.minutes })}
              <p>
                <button class="do">${words.batch.look}</button>
                <span class="hint">${words.batch.lookHint(MAX_ITEMS)}</span>
              </p>
            </form>`
          : html`<p>${words.purchase.lookOnly}</p>`
      }`,
  });
}

function choice(
  label: string,
  name: string,
  options: readonly (readonly [value: string, words: string])[],
  chosen: string,
): Html {
  return html`<p class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${options.map(([value, words]) => html`<option value="${value}" ${value === chosen && html` selected`}>${words}</option>`)}
    </select>
  </p>`;
}

/** A dry run, how far its batch is, and what was refused. */
export function batchPage(visit: SignedIn, now: BatchNow, { waiting, fault, given }: Around): string {
  const { words, say } = visit;
  const { plan, results, isRunning } = now;
  const act = plan.act as BatchAct; // the route lets no other in
  const open = openItems(plan);
  const answered = results.filter(({ kind }) => kind !== 'failed').length;
  const isOver = !isRunning && answered === open.length;
  return page(visit, {
    title: words.batch.title,
    path: `/batch/${plan.id}`,
    waiting,
    isLive: true,
    main: html`<h1>${words.batch.names[act]}: ${words.batch.count(open.length)}</h1>
      ${fault !== undefined && notice('fault', [fault])}
      <div id="live">
        ${facts([
          [words.batch.will, say.act(act)],
          [words.batch.id, plan.id],
          [words.batch.lookedAt, time(plan.madeAt)],
          [words.batch.found, `${plan.items.length}`],
          ...(plan.left ? [[words.batch.left, `${plan.left}`] as const] : []),
        ])}
        ${progress(visit, now, { answered, open: open.length, isOver })}
        ${list(
          visit,
          words.batch.notDone,
          results.filter(({ kind }) => kind !== 'applied').map((one) => [one, whyNot(visit, one)] as const),
        )}
      </div>
      ${!isRunning && !isOver && confirmation(visit, now, given)}
      ${list(
        visit,
        words.batch.refused,
        plan.items.flatMap((item) =>
          item.obstacle === null ? [] : [[item, say.refusal(item.obstacle)] as const],
        ),
      )}
      ${list(
        visit,
        words.batch.planned,
        open.map((item) => [item, say.state(item.state)] as const),
        words.purchase.state,
      )}`,
  });
}

function progress(
  { words }: SignedIn,
  { results, isRunning }: BatchNow,
  { answered, open, isOver }: { answered: number; open: number; isOver: boolean },
): Piece {
  if (open === 0) return html`<p class="state">${words.batch.nothing}</p>`;
  if (results.length === 0 && !isRunning) return html`<p class="state">${words.batch.dryRun}</p>`;
  const state = isOver ? words.batch.over : isRunning ? words.batch.runs : words.batch.interrupted;
  const applied = results.filter(({ kind }) => kind === 'applied').length;
  const last = results.at(-1);
  return html`<p
      class="state"
      role="status"
      data-batch="${isOver ? 'over' : isRunning ? 'runs' : 'interrupted'}"
    >
      <b>${state}</b> ${words.batch.progress(answered, open, applied)} ${last && exactTime(last.at)}
    </p>
    <progress max="${open}" value="${answered}" aria-label="${words.batch.title}"></progress>`;
}

function confirmation(
  { words, session }: SignedIn,
  { plan, results }: BatchNow,
  given = { why: '', ticket: '' },
): Piece {
  if (session.person.role !== 'act' || openItems(plan).length === 0) return null;
  const name = words.batch.names[plan.act as BatchAct]; // the route lets no other in
  return html`<form method="post" action="/batch/${plan.id}" class="card" novalidate>
    ${tokenField(session.csrf)} ${field(words.acts.why, 'why', { required: true, value: given.why })}
    ${field(words.acts.ticket, 'ticket', { value: given.ticket })}
    <p>
      <button class="do">${results.length > 0 ? words.batch.goOn : words.acts.do}: ${name}</button>
      <a href="/batch">${words.acts.leave}</a>
    </p>
  </form>`;
}

type Named = Pick<BatchItem, 'purchaseId' | 'externalId' | 'channel'>;

function list(
  { words }: SignedIn,
  title: string,
  entries: readonly (readonly [Named, string])[],
  last = words.batch.because,
): Piece {
  if (entries.length === 0) return null;
  return html`<h2>${title} (${entries.length})</h2>
    ${cardsTable(
      title,
      [words.purchase.order, words.queue.channel, last],
      entries.map(([{ purchaseId, externalId, channel }, why]) => ({
        heading: html`<a href="/purchases/${purchaseId}">${externalId}</a>`,
        cells: [channel, why],
      })),
    )}`;
}

function whyNot({ words, say }: SignedIn, result: BatchResult): string {
  if (result.kind === 'failed') return words.batch.failed(result.because);
  return result.kind === 'applied' ? '' : say.whyNot(result);
}
