import { formatLocalTime } from '../domain/local-time';
import { noticeType, type NoticeLog } from '../domain/notice/notice';
import type { DeliveryRequest } from '../operators/delivery-requests';
import { withoutNumbers } from '../domain/telephone-numbers';
import { html, type Html } from './html';
import { exactTime, tokenField } from './layout';
import type { SignedIn } from './visit';

interface AroundLog {
  /** Where the form goes. */
  address: string;
  /** Who had notices delivered again, this one among them. */
  asked: readonly DeliveryRequest[];
  /** Whether delivering it again is an act of its own elsewhere on the page. */
  isActed?: boolean;
}

/** A notice with its attempts and who had it delivered again, and the form that does so. */
export function noticeLog(
  { words, say, session }: SignedIn,
  log: NoticeLog,
  { address, asked, isActed = false }: AroundLog,
): Html {
  const { attempts, nextAttemptAt, standing } = log;
  return html`<h3>${say.notice(noticeType(log.notice))}: ${say.delivery(standing)}</h3>
    <p class="hint">
      <code>${log.notice.id}</code
      >${nextAttemptAt !== null && `; ${words.purchase.next(formatLocalTime(new Date(nextAttemptAt)))}`}
    </p>
    ${
      attempts.length === 0
        ? html`<p>${words.purchase.attemptNone}</p>`
        : html`<details${attempts.length <= 5 && html` open`}><summary>${words.purchase.attempts(attempts.length)}</summary><ol class="timeline">${attempts.map(
            ({ at, status, detail, durationMs }) =>
              html`<li>
                ${exactTime(at)} ${status === undefined ? words.purchase.noAnswer : `HTTP ${status}`},
                ${(durationMs / 1000).toFixed(1)}
                s${status === undefined && html`: <code lang="en">${withoutNumbers(detail)}</code>`}
              </li>`,
          )}</ol></details>`
    }
    ${asked
      .filter(({ notice }) => notice === log.notice.id)
      .map(
        ({ at, by }) =>
          html`<p class="hint">${words.purchase.askedFor(formatLocalTime(new Date(at)), by)}</p>`,
      )}
    ${session.person.role === 'act' && !isActed && html`<form method="post" action="${address}">${tokenField(session.csrf)}<input type="hidden" name="notice" value="${log.notice.id}" /><button class="plain">${standing === 'delivered' ? words.purchase.resendAgain : words.purchase.resend}</button></form>`}`;
}
