import http from 'node:http';
import type { ServerClock } from '../runtime/server-clock';
import { closeAtOnce, listen } from '../runtime/listening';

/** What the health of a worker is made of. */
export interface WorkerCondition {
  /** Why no purchase is taken on, in words; undefined while they are. */
  obstacle: () => Promise<string | undefined>;
  clock: Pick<ServerClock, 'faultMs'>;
}

/** What an orchestrator may ask of a worker. */
export interface WorkerHealth {
  port: number;
  close(): Promise<void>;
}

/**
 * Answers `/healthz`, this process runs, and `/readyz`, it takes on purchases, as the API does, and nothing else. It has
 * no key, since it tells nothing but that.
 * @param port 0 has the system choose one
 * @throws PortTaken
 */
export async function startWorkerHealth(
  { obstacle, clock }: WorkerCondition,
  host: string,
  port: number,
): Promise<WorkerHealth> {
  const server = http.createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, { status: 'no such method' });
    if (request.url === '/healthz') return answer(200, { status: 'ok' });
    if (request.url !== '/readyz') return answer(404, { status: 'not here' });
    obstacle().then(
      (why) =>
        why === undefined
          ? answer(200, { status: 'ready', ...clockOffset(clock) })
          : answer(503, { status: 'not ready', why }),
      () => answer(503, { status: 'not ready', why: 'Temporal does not answer' }),
    );
  });
  return {
    port: await listen(server, { host, port, setting: 'WORKER_HEALTH_PORT' }),
    close: () => closeAtOnce(server),
  };
}

/** Only while the clock is wrong, as the API tells it. */
function clockOffset({ faultMs }: Pick<ServerClock, 'faultMs'>): { clockOffsetSeconds?: number } {
  return faultMs === undefined ? {} : { clockOffsetSeconds: Math.round(faultMs / 1000) };
}
