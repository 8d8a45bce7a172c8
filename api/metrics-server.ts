import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** The port of the metrics is held by another process. */
export class MetricsPortTaken extends Error {
  override readonly name = 'MetricsPortTaken';
}

export interface MetricsServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * Serves `/metrics` on a port of its own, which no channel is let to: the figures tell of every channel.
 * @param port 0 has the system choose one
 * @throws MetricsPortTaken
 */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<MetricsServer> {
  const server = http.createServer((request, response) => void answer(registry, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => {
      reject(fault.code === 'EADDRINUSE' ? new MetricsPortTaken(takenMessage(host, port)) : fault);
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // a listening TCP server
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
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

function takenMessage(host: string, port: number): string {
  return (
    `Port ${port} on ${host}, which the API's metrics need, is taken by another process.\n` +
    'Stop that process, or set METRICS_API_PORT to a free port.'
  );
}
