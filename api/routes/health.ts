import { Router } from 'express';
import type { Purchases, Readiness } from '../../client/purchases';
import type { BilingualText } from '../../domain/bilingual';
import { onlyMethods, Problem } from '../problems';

/**
 * `/healthz`: this process runs. `/readyz`: it takes orders, so Temporal answers and takes writes, and nobody asked it to
 * stop.
 * @param stopping aborted as soon as the process is asked to stop, before it closes its door
 */
export function healthRoutes(purchases: Purchases, stopping: AbortSignal): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/healthz')
    .get((_request, response) => void response.json({ status: 'ok' }))
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      if (stopping.aborted)
        throw notReady({ en: 'This process is stopping.', vi: 'Tiến trình này đang dừng.' });
      const readiness = await purchases.readiness();
      if (readiness !== 'ready') throw notReady(OBSTACLES[readiness]);
      response.json({ status: 'ready' });
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

const OBSTACLES: Record<Exclude<Readiness, 'ready'>, BilingualText> = {
  no_answer: { en: 'Temporal does not answer.', vi: 'Temporal không trả lời.' },
  no_writes: {
    en: 'Temporal answers, but does not take writes; its disk may be full or read-only.',
    vi: 'Temporal trả lời nhưng không ghi được; ổ đĩa có thể đã đầy hoặc chỉ đọc.',
  },
};

function notReady(detail: BilingualText): Problem {
  return new Problem('temporarily_unavailable', detail, {}, { 'Retry-After': '2' });
}
