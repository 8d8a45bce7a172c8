import { z } from 'zod';
import { count, optionalPort, pause, port, text, whole } from '../setting-kinds';

/** The API: where it listens, its limits, how it stops. */
export const apiSettings = {
  API_HOST: text().default('127.0.0.1').describe('Address that the API listens on.'),
  API_PORT: port(3000).describe('Port of the API.'),
  API_TRUSTED_PROXIES: whole(0)
    .default(0)
    .describe('Trusted reverse-proxy hops in front of the API (Express `trust proxy`).'),
  API_RATE_LIMIT: count(6000).describe(
    'Requests per minute and channel. The registry may set another number for a channel.',
  ),
  DUPLICATE_WINDOW: pause('2m', { least: '1s' })
    .pipe(z.number().max(86_400_000, 'must be 24h or less'))
    .describe(
      'For how long the same number and package under another order id of the same channel is refused with `possible_duplicate`, unless the order says `allowDuplicate`. `0`: not at all. The registry may set another time for a channel (`limits.duplicateWindowSeconds`).',
    ),
  API_SHUTDOWN_DELAY: pause('5s').describe(
    'How long a stopping API still serves requests while `/readyz` returns 503, so that the load balancer stops sending requests first. Set it longer than the load balancer’s probes take. Running requests then have 35 seconds more. `npm start` uses 0.',
  ),
  METRICS_API_PORT: optionalPort().describe(
    'Port of an API process’s `/metrics`, separate from the port for channels. Unset: none.',
  ),
};
