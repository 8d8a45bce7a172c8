import http from 'node:http';
import type { ServerClock } from '../runtime/server-clock';
import { closeAtOnce, listen } from '../runtime/listening';
import { mayBeReboundAt } from '../runtime/rebound-host';

/** What the health endpoints report. */
export interface WorkerCondition {
  /** Why the worker is not ready; undefined while it is. */
  obstacle: () => Promise<string | undefined>;
  clock: Pick<ServerClock, 'faultMs'>;
}

/** The HTTP server with a worker's health endpoints. */
export interface WorkerHealth {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (this process runs) and `/readyz` (it processes purchases), as the API does, and nothing else. It
 * needs no key, since it reveals nothing more.
 * @param port 0 lets the system choose one
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
    if (mayBeReboundAt(host, request.headers.host)) return answer(403, { status: 'not by this name' });
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, { status: 'method not allowed' });
    if (request.url === '/healthz') return answer(200, { status: 'ok' });
    if (request.url !== '/readyz') return answer(404, { status: 'not found' });
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

/** Only while the clock is wrong, as in the API. */
function clockOffset({ faultMs }: Pick<ServerClock, 'faultMs'>): { clockOffsetSeconds?: number } {
  return faultMs === undefined ? {} : { clockOffsetSeconds: Math.round(faultMs / 1000) };
}
