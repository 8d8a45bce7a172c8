import { setTimeout as pause } from 'node:timers/promises';
import { formatLocalClock, formatLocalTime } from '../domain/local-time';
import type { Resend } from '../client/notices';
import type { NoticeAttempt, NoticeLog } from '../domain/notice/notice';
import type { Told } from './told-once';
import type { SignedIn } from './visit';

/** How long the webhook's answer is waited for before the page is shown, and how often it is looked for. */
const FIRST_LOOK_MS = 5_000;
const LOOK_EVERY_MS = 300;

/** Reads the log of the notice; undefined while there is none. */
type Look = () => Promise<NoticeLog | undefined>;

/**
 * Has a notice delivered at once, and waits for what its webhook answers: that it was tried says not that it was taken.
 */
export async function resendAndLook(
  visit: SignedIn,
  look: Look,
  resend: () => Promise<Pick<Resend, 'kind'>>,
  limitMs: number = FIRST_LOOK_MS,
): Promise<Told> {
  const before = new Set((await look())?.attempts.map(({ at }) => at));
  const { kind } = await resend();
  if (kind === 'not_found') return { faults: [visit.words.purchase.resendRefused] };
  if (kind === 'too_often') return { faults: [visit.words.purchase.resentTooOften] };
  const until = performance.now() + limitMs;
  for (;;) {
    const log = await look();
    const attempt = log?.attempts.findLast(({ at }) => !before.has(at));
    if (log && attempt) return cameOf(visit, log, attempt);
    if (performance.now() >= until) return { noted: [visit.words.purchase.resent] };
    await pause(LOOK_EVERY_MS);
  }
}

function cameOf({ words, say }: SignedIn, log: NoticeLog, { at, status, detail }: NoticeAttempt): Told {
  const { taken, answered, notTakenNow, noAnswer } = words.purchase;
  const isTaken = status !== undefined && status >= 200 && status < 300; // a notice taken once stays `delivered`
  if (isTaken) return { done: [taken(clock(at))] };
  const silence = say.cause(`notice to ${log.channel}: ${detail}`) ?? noAnswer;
  const came = status === undefined ? silence : answered(status);
  const next = log.nextAttemptAt === null ? null : formatLocalTime(new Date(log.nextAttemptAt));
  return { faults: [notTakenNow(clock(at), came, next)] };
}

function clock(at: string): string {
  return formatLocalClock(new Date(at));
}
