import { Router } from 'express';
import type { Purchases, Readiness } from '../../client/purchases';
import type { ServerClock } from '../../client/server-clock';
import type { BilingualText } from '../../domain/bilingual';
import { NO_PRICES } from '../packages/price-clock';
import { onlyMethods, Problem } from '../http/problems';
import type { HealthResource } from './schemas';

interface HealthRoutes {
  purchases: Purchases;
  /** Aborted as soon as the process is asked to stop, before it closes its door. */
  stopping: AbortSignal;
  clock: Pick<ServerClock, 'faultMs'>;
  /** Whether there are prices at this moment. */
  hasPrices: () => boolean;
}

/**
 * `/healthz`: this process runs. `/readyz`: it takes orders, so Temporal answers and takes writes, there are prices, and
 * nobody asked it to stop.
 */
export function healthRoutes({ purchases, stopping, clock, hasPrices }: HealthRoutes): Router {
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
      if (!hasPrices()) throw notReady(NO_PRICES);
      const { faultMs } = clock;
      response.json({
        status: 'ready',
        ...(faultMs === undefined ? {} : { clockOffsetSeconds: Math.round(faultMs / 1000) }),
      } satisfies HealthResource);
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
