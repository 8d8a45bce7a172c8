import type { NoticeVerdict } from '../channel/signed-delivery';
import type { NoticeAttempt } from '../domain/notice/notice';

/** Starts now; tells of a verdict when it began and how long it took. */
export function deliveryClock(): (verdict: NoticeVerdict) => NoticeAttempt {
  const at = new Date().toISOString();
  const from = performance.now();
  return (verdict) => ({
    at,
    ...(verdict.status === undefined ? {} : { status: verdict.status }),
    durationMs: Math.round(performance.now() - from),
    detail: verdict.kind === 'delivered' ? 'delivered' : verdict.detail,
  });
}
