import type { LedgerEntry } from './ledger-entries';
import { htmlText } from '../domain/harmless-text';
import { GATEWAY_PROMISE_NAMES, GATEWAY_PROMISES } from '../domain/gateway-promises';
import { promisesOf, type GatewayProfile } from './profile';

type Message = Extract<LedgerEntry, { kind: 'sms_sent' }>;
type Notice = Extract<LedgerEntry, { kind: 'notice_received' }>;

/** How many of each are shown, the newest first. */
const SHOWN = 50;

const REFRESH_SECONDS = 3;

/**
 * The subscriber's phone and the channel's inbox on one page.
 * @param refreshes whether it loads itself again every few seconds, which interrupts whoever has it read aloud
 */
export function overviewPage(
  profile: GatewayProfile,
  messages: readonly Message[],
  notices: readonly Notice[],
  refreshes: boolean,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${refreshes ? `<meta http-equiv="refresh" content="${REFRESH_SECONDS}">` : ''}<title>MobiFone sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ccc; }
td { overflow-wrap: anywhere; } .wide { overflow-x: auto; } .wide table { min-width: 34rem; } .wide:focus-visible { outline: 3px solid #0b57d0; }
</style>
</head>
<body>
<main>
<h1>MobiFone sandbox</h1>
<p>A stand-in for MobiFone’s gateway. What it did is in <a href="/sandbox/ledger">its ledger</a>.</p>
<p>${refreshes ? '<a href="/">Stop refreshing</a>' : `<a href="/">Refresh</a> · <a href="/?refresh">Refresh every ${REFRESH_SECONDS} seconds</a>`}</p>
${table(
  'SMS from 999',
  ['Sent', 'To', 'Text'],
  messages.map((it) => [it.at, it.msisdn, it.text]),
)}
${table(
  'Notices to channels',
  ['Received', 'Channel', 'Id', 'Signature', 'Body'],
  notices.map((it) => [it.at, it.channel, it.noticeId, it.verified ? 'valid' : 'NOT VALID', it.body]),
)}
${table('Promises that this gateway keeps', ['Promise', 'What it says', 'Here'], promiseRows(profile))}
<p>The profile is at <a href="/sandbox/profile">/sandbox/profile</a>.${
    profile.maintenancePage === null
      ? ''
      : ` <strong>Every request gets a maintenance page (HTTP ${profile.maintenancePage}).</strong>`
  }</p>
</main>
</body>
</html>`;
}

/** From the last to the first, since a table shows the newest first. */
function promiseRows(profile: GatewayProfile): string[][] {
  const promises = promisesOf(profile);
  return GATEWAY_PROMISE_NAMES.toReversed().map((id) => [id, GATEWAY_PROMISES[id], promises[id].how]);
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = rows.slice(-SHOWN).toReversed();
  const body = shown
    .map((row) => `<tr>${row.map((cell) => `<td>${htmlText(cell)}</td>`).join('')}</tr>`)
    .join('\n');
  const empty = `<tr><td colspan="${heads.length}">None yet.</td></tr>`;
  return `<div class="wide" tabindex="0" role="group" aria-label="${htmlText(caption)}"><table><caption>${htmlText(caption)}</caption><thead><tr>${heads
    .map((head) => `<th scope="col">${htmlText(head)}</th>`)
    .join('')}</tr></thead><tbody>${body || empty}</tbody></table></div>`;
}
