import { Router } from 'express';
import type { Readiness } from '../../client/purchases';
import type { BilingualText } from '../../domain/bilingual';
import { NO_PRICES } from '../../selling/price-clock';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';
import type { ApiResource, ApiServices } from '../resource';
import { document } from './openapi';
import type { HealthResource } from './schemas';

type HealthServices = Pick<ApiServices, 'purchases' | 'stopping' | 'clock' | 'hasPrices'>;

function routes({ purchases, stopping, clock, hasPrices }: HealthServices): Router {
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
      if (readiness !== 'ready') throw notReady(obstacle(readiness));
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

/** `/healthz`: the process runs. `/readyz`: it takes orders: Temporal responds and accepts writes, and prices are available. */
export const health: ApiResource = {
  routes,
  document,
  tag: { name: 'Health', description: 'For whoever runs the API.' },
};

const OBSTACLES: Record<Exclude<Readiness & string, 'ready'>, BilingualText> = {
  no_answer: { en: 'Temporal does not respond.', vi: 'Temporal không phản hồi.' },
  no_writes: {
    en: 'Temporal responds but has not accepted a write in time; it may be overloaded or blocked, or its disk may be full or read-only.',
    vi: 'Temporal phản hồi nhưng không ghi kịp thời; có thể đang quá tải hoặc bị chặn, hoặc ổ đĩa đã đầy hay chỉ đọc.',
  },
};

function obstacle(readiness: Exclude<Readiness, 'ready'>): BilingualText {
  if (typeof readiness === 'string') return OBSTACLES[readiness];
  if (readiness.kind === 'namespace_closed')
    return {
      en: `Temporal responds, but its namespace is ${readiness.state} and takes no orders.`,
      vi: `Temporal phản hồi, nhưng namespace của nó đang ở trạng thái ${readiness.state} nên không nhận đơn hàng.`,
    };
  const names = readiness.names.join(', ');
  if (readiness.kind === 'attributes_moved')
    return {
      en: `Temporal responds, but search attributes of its namespace do not find what was stored before: ${names}.`,
      vi: `Temporal phản hồi, nhưng search attribute trong namespace của nó không tìm được dữ liệu đã lưu trước đó: ${names}.`,
    };
  return {
    en: `Temporal responds, but its namespace lacks search attributes: ${names}.`,
    vi: `Temporal phản hồi, nhưng namespace của nó thiếu search attribute: ${names}.`,
  };
}

function notReady(detail: BilingualText): Problem {
  return new Problem('temporarily_unavailable', detail, {}, { 'Retry-After': '2' });
}
