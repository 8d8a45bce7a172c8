import type { DemoChannel } from '../../sandbox/demo-channels';
import type { Config } from '../../config';
import { urlOf } from '../../runtime/address';
import { curlOfFirstPurchase, inColumns, keyRows } from '../welcome';
import { apiPorts, clusterFolders, databasePort, frontends, HOST } from './layout';
import { COUNTS, HISTORY_SHARDS } from './settings';

export function apiUrls(config: Config): string[] {
  return apiPorts(config).map((port) => urlOf(HOST, port));
}

/** What a person sees once everything is ready: where things are, and how to try it. */
export function clusterWelcome(
  config: Config,
  channels: readonly DemoChannel[],
  pids: ReadonlyMap<string, number | undefined>,
): string {
  const list = (urls: readonly string[]): string => urls.join(', ');
  const rows: [string, string][] = [
    ['APIs', list(apiUrls(config).map((url) => `${url}/v1`))],
    [
      'Temporal',
      `${HOST}:${config.TEMPORAL_PORT}, in front of ${list(frontends(config).map(({ port }) => `${port}`))}`,
    ],
    ['Temporal Web UI', `http://${HOST}:${config.TEMPORAL_UI_PORT}`],
    ['PostgreSQL', `${HOST}:${databasePort(config)}, ${HISTORY_SHARDS} history shards`],
    ['MobiFone', config.MOBIFONE_BASE_URL ?? `http://${HOST}:${config.SANDBOX_PORT} (sandbox)`],
    ['Workers', `${COUNTS.workers}`],
    ...keyRows(channels),
    ['Data and configuration', clusterFolders(config).all],
    ['Logs', `${config.DATA_DIR}/logs/`],
    ['Processes', list([...pids].map(([name, pid]) => `${name} ${pid ?? '?'}`))],
  ];
  const [first = ''] = apiUrls(config);
  const postpaid = channels.find(({ paymentForm }) => paymentForm === 'postpaid');
  return [
    '',
    ...inColumns(rows),
    ...(postpaid ? ['', 'Buy a package:', curlOfFirstPurchase(first, postpaid.apiKey)] : []),
    '',
    `Kill any process by its number (kill -9): it is started again. Other commands reach the cluster by TEMPORAL_ADDRESS=${HOST}:${config.TEMPORAL_PORT}.`,
    'Ctrl-C stops everything; the data stays.',
  ].join('\n');
}
