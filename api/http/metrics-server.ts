import http from 'node:http';
import type { Registry } from 'prom-client';
import { closeAtOnce, listen } from '../../runtime/listening';
import { mayBeReboundAt } from '../../runtime/rebound-host';

export interface MetricsServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * Serves `/metrics` on a port of its own, which no channel is let to: the figures tell of every channel.
 * @param port 0 has the system choose one
 * @throws PortTaken
 */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<MetricsServer> {
  const server = http.createServer((request, response) => {
    if (mayBeReboundAt(host, request.headers.host)) return void response.writeHead(403).end();
    void answer(registry, request, response);
  });
  return {
    port: await listen(server, { host, port, setting: 'METRICS_API_PORT' }),
    stop: () => closeAtOnce(server),
  };
}

async function answer(
  registry: Registry,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  if (request.url !== '/metrics' || request.method !== 'GET') {
    response.writeHead(404).end();
    return;
  }
  const text = await registry.metrics();
  response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
}
