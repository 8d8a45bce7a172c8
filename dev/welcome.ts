import type { TemporalTarget } from '../runtime/configuration/temporal-target';
import type { Config } from '../config';
import { DEMO, type DemoChannel } from '../sandbox/demo-channels';
import { urlOf } from '../runtime/address';
import { namesProxy } from '../runtime/proxy/settings';
import { portOf } from './part-plans';
import type { ReadyDetails } from './supervisor/child-part';

type WelcomeConfig = Pick<
  Config,
  'API_HOST' | 'API_PORT' | 'SANDBOX_HOST' | 'SANDBOX_PORT' | 'MOBIFONE_BASE_URL' | 'TEMPORAL_UI_URL'
> &
  Pick<Config, 'SANDBOX_HOST' | 'STOREFRONT_PORT'> &
  Pick<Config, 'TEMPORAL_UI_PORT' | 'DATA_DIR'>;

/** What a person sees once everything is ready: the addresses, and two purchases to paste. */
export function welcome(
  config: WelcomeConfig,
  target: Pick<TemporalTarget, 'embedded' | 'connectionOptions'>,
  ready: ReadonlyMap<string, ReadyDetails>,
  channels: readonly DemoChannel[],
): string {
  const api = apiUrl(config, ready);
  const rows: [string, string][] = [
    ['API', `${api}/v1`],
    ['API docs', `${api}/docs`],
    ...storefront(config, ready),
    ...desk(ready),
    ['Temporal Web UI', webUi(config, target, ready)],
    ['MobiFone', gateway(config, ready)],
    ...keyRows(channels),
    ['Logs', `${config.DATA_DIR}/logs/`],
  ];
  return [
    '',
    ...inColumns(rows),
    ...invitation(api, channels),
    '',
    'In another terminal: npm run --silent first-purchase. Ctrl-C stops everything; purchases follow, a line each.',
  ].join('\n');
}

export function keyRows(channels: readonly DemoChannel[]): [string, string][] {
  return channels.flatMap(({ name, paymentForm, apiKey, webhookSecret }): [string, string][] => [
    [`Key of channel ${name} (${paymentForm})`, apiKey],
    [`Webhook secret of ${name}`, webhookSecret],
  ]);
}

/** Titles and what they stand for, the titles padded to one width. */
export function inColumns(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, value]) => `  ${title.padEnd(width)}  ${value}`);
}

/** The API's base URL, at the port that it really has. */
export function apiUrl(
  config: Pick<Config, 'API_HOST' | 'API_PORT'>,
  ready: ReadonlyMap<string, ReadyDetails>,
): string {
  return urlOf(config.API_HOST, portOf(ready.get('api'), config.API_PORT));
}

function invitation(api: string, channels: readonly DemoChannel[]): string[] {
  const postpaid = channels.find(({ paymentForm }) => paymentForm === 'postpaid');
  if (!postpaid) return [];
  return [
    '',
    'Buy a package:',
    curl(api, postpaid.apiKey, DEMO.succeeds),
    '',
    'Have the charge refused, the registration rolled back and the channel told to refund:',
    curl(api, postpaid.apiKey, DEMO.chargeRefused),
  ];
}

/** The line that buys a package for a number to whom all goes well. */
export const curlOfFirstPurchase = (api: string, key: string): string => curl(api, key, DEMO.succeeds);

/** One line, so that it can be pasted anywhere; the shell makes a new external id each time. */
function curl(api: string, key: string, msisdn: string): string {
  const body = `{"externalId":"try-'$(date +%s)-$RANDOM'","msisdn":"${msisdn}","package":"${DEMO.package}"}`;
  const headers = [`Authorization: Bearer ${key}`, 'Content-Type: application/json', 'Prefer: wait=30'];
  const direct = namesProxy() ? " --noproxy '*'" : ''; // or curl would look for this machine behind it
  return `curl -sS${direct} '${api}/v1/purchases' ${headers.map((header) => `-H '${header}'`).join(' ')} -d '${body}'`;
}

/** Where there is one: a demo shop that sells through the API, and the subscriber's phone beside it. */
function storefront(config: WelcomeConfig, ready: ReadonlyMap<string, ReadyDetails>): [string, string][] {
  if (!ready.has('storefront')) return [];
  return [['Demo shop', urlOf(config.SANDBOX_HOST, portOf(ready.get('storefront'), config.STOREFRONT_PORT))]];
}

/** The link holds once; the desk prints the next one when it was used. */
function desk(ready: ReadonlyMap<string, ReadyDetails>): [string, string][] {
  const link = ready.get('desk')?.['link'];
  return typeof link === 'string' ? [['Operators’ desk', link]] : [];
}

function webUi(
  config: WelcomeConfig,
  target: Pick<TemporalTarget, 'embedded' | 'connectionOptions'>,
  ready: ReadonlyMap<string, ReadyDetails>,
): string {
  if (target.embedded)
    return urlOf('127.0.0.1', portOf(ready.get('temporal'), config.TEMPORAL_UI_PORT, 'uiPort'));
  return config.TEMPORAL_UI_URL ?? `of the server at ${target.connectionOptions.address}`;
}

function gateway(config: WelcomeConfig, ready: ReadonlyMap<string, ReadyDetails>): string {
  if (config.MOBIFONE_BASE_URL) return config.MOBIFONE_BASE_URL;
  return `${urlOf(config.SANDBOX_HOST, portOf(ready.get('sandbox'), config.SANDBOX_PORT))} (sandbox)`;
}
