import { flag, port, text } from '../setting-kinds';

/** `npm start` and `npm run cluster` on one machine: the embedded server, the sandbox, the demo shop. */
export const developmentSettings = {
  TEMPORAL_PORT: port(7233).describe('gRPC port of the embedded Temporal server.'),
  TEMPORAL_UI_PORT: port(8233).describe('Web UI port of the embedded Temporal server.'),
  TEMPORAL_CLI_PATH: text()
    .optional()
    .describe(
      '`temporal` executable of the embedded server. Unset: looked for, then downloaded. One that another user of the machine may change is not run, nor is such a one on the PATH.',
    ),
  TEMPORAL_DOWNLOAD: flag(true).describe('Allows the download of a missing Temporal executable.'),
  SANDBOX_HOST: text()
    .default('127.0.0.1')
    .describe('Address that the MobiFone sandbox and the demo shop listen on.'),
  SANDBOX_PORT: port(4999).describe('Port of the MobiFone sandbox.'),
  SANDBOX_PROFILE: text()
    .default('by_contract')
    .describe(
      'Promises that the sandbox keeps: `by_contract`, `all_kept`, `none_kept`, or JSON with single fields (testing.md).',
    ),
  STOREFRONT_PORT: port(8090).describe('Port of the demo shop.'),
  CLUSTER_PORT: port(7400).describe(
    'First of 17 consecutive ports for PostgreSQL and the Temporal servers of `npm run cluster` (cluster.md).',
  ),
};
