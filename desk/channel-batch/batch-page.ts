import { ROW_RESULTS, type RowResult } from '../../domain/batch/batch';
import type { PersonsAction } from '../../client/history/actions';
import { BATCH_OBSTACLES } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { NoticeLog } from '../../domain/notice/notice';
import { html, type Piece } from '../html';
import { amount, facts, notice, page, time } from '../layout';
import { noticeLog } from '../notice-log';
import type { DeliveryRequest } from '../../operators/delivery-requests';
import type { QueueItem } from '../../operators/queue-item';
import { batchAddress, nextInQueue } from '../queue/queue-links';
import type { Told } from '../told-once';
import type { SignedIn } from '../visit';

/** A batch with all that belongs to it. */
export interface WholeBatch {
  record: BatchRecord;
  cancellations: readonly PersonsAction[];
  /** Undefined until it is over. */
  log: NoticeLog | undefined;
  /** Who had it delivered again. */
  asked: readonly DeliveryRequest[];
  webUiLink: string | null;
}

/** A channel's batch: how far it is, what it came to, and the notice that it is over. */
export function channelBatchPage(
  visit: SignedIn,
  { record, cancellations, log, asked, webUiLink }: WholeBatch,
  told: Told & { waiting?: number | undefined; next?: QueueItem | undefined },
): string {
  const { words, language } = visit;
  const { state, waitingFor, rows, results, money, startedAt, endedAt } = record.progress;
  const address = batchAddress(record.channel, record.batchId);
  const counted = ROW_RESULTS.filter((result) => results[result] > 0);
  return page(visit, {
    title: words.channelBatch.title,
    path: address,
    waiting: told.waiting,
    isLive: true,
    main: html`<h1>${words.channelBatch.title}</h1>
      ${told.done && notice('done', told.done)}${told.noted && notice('open', told.noted)}${told.faults && notice('fault', told.faults)}
      ${told.done && nextInQueue(visit, told.next)}
      <div id="live">
        <p class="state" data-state="${state}">
          <b>${record.isCutOff ? words.channelBatch.cutOff : words.channelBatch.states[state]}</b
          >${waitingFor !== null && ` – ${BATCH_OBSTACLES[waitingFor][language]}`}
        </p>
        ${facts([
          [words.queue.channel, record.channel],
          [words.channelBatch.id, record.batchId],
          [words.purchase.accepted, time(startedAt)],
          ...(endedAt === null ? [] : [[words.channelBatch.ended, time(endedAt)] as const]),
          [words.channelBatch.rows, String(rows)],
          ...counted.map((result) => [inWords(visit, result), String(results[result])] as const),
          [words.day.sold, amount(visit, money.faceValue)],
          [words.day.discount, amount(visit, money.discount)],
          [words.day.refunded, amount(visit, money.refunded)],
        ])}
        ${cancellations.map(({ at, by, why }) => html`<p>${time(at)} ${words.channelBatch.cancelledBy(by, why)}</p>`)}
        <p class="hint">${words.channelBatch.meaning}</p>
        <section class="card" id="notices">
          <h2>${words.purchase.notices}: ${record.channel}</h2>
          ${log ? noticeLog(visit, log, { address: `${address}/notice`, asked }) : html`<p>${words.channelBatch.noNotice}</p>`}
        </section>
        ${webUi(visit, webUiLink)}
      </div>`,
  });
}

function webUi({ words }: SignedIn, link: string | null): Piece {
  if (link === null) return null;
  return html`<p><a href="${link}" rel="noreferrer" target="_blank">${words.channelBatch.webUi}</a></p>`;
}

function inWords({ words, say }: SignedIn, result: RowResult): string {
  switch (result) {
    case 'not_begun':
    case 'open':
    case 'refused':
    case 'repeated':
      return words.channelBatch.results[result];
    default:
      return say.state(result);
  }
}
