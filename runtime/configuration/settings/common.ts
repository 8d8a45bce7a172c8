import { choice, duration, hostNames, httpUrl, matching, text } from '../setting-kinds';

/** Settings that several processes read: they must be the same for all of one installation. */
export const commonSettings = {
  DATA_DIR: text()
    .default('.data')
    .describe(
      'Folder of the embedded Temporal server’s database, the sandbox’s ledger, logs, and files without a setting of their own. All in it that is its user’s is closed to other users, so it is for this alone.',
    ),
  CACHE_DIR: text()
    .default('.cache')
    .describe(
      'Folder for downloaded Temporal executables, the bundled workflows and transformed code. Only what no other user may change there is run.',
    ),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Minimum log level.'),
  METRICS_HOST: text()
    .default('127.0.0.1')
    .describe(
      'Address that the metrics ports and WORKER_HEALTH_PORT listen on: for Prometheus and the orchestrator’s probes only.',
    ),

  INSECURE_HTTP_HOSTS: hostNames().describe(
    'Unsafe: other machines that may be called over plain HTTP, by name, separated by commas. Secrets and subscriber numbers then cross the network in clear. Unset: none; every URL of another machine must begin with `https://`.',
  ),

  TEMPORAL_ADDRESS: matching(/^[^/\s]+$/, 'must be host:port, without https:// before it')
    .optional()
    .describe('`host:port` of an outside Temporal server. Unset: `npm start` runs an embedded one.'),
  TEMPORAL_UI_URL: httpUrl()
    .optional()
    .describe('Base URL of the outside server’s Web UI, for links in reports and commands.'),
  TEMPORAL_TASK_QUEUE: text().default('datacode-purchases').describe('Task queue of the purchase workflows.'),
  TEMPORAL_RETENTION: duration('35d', { least: '1d' }).describe(
    'How long closed purchases are kept, `1d` at least: the embedded server is set so, and where an outside server’s namespace keeps them for shorter, `RetentionShort` fires. Within this time a repeated order is recognised. The archive keeps purchases for longer.',
  ),
};
