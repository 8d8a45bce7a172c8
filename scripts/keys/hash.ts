import { createInterface } from 'node:readline/promises';
import { temporalTarget } from '../../client/connection';
import { subscriberHashes } from '../../client/encryption';
import { loadOperatorConfig } from '../../config';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { keyRingOf } from '../../encryption/key-ring';
import { EXIT, say } from './exit';
import { ownRing } from './ring';

/**
 * The search for a subscriber's purchases. The number is typed, or piped in, and never an argument: those are seen by
 * everybody on the machine and kept in the shell's history.
 */
export async function hash(): Promise<void> {
  const parsed = parseMsisdn(await firstLine());
  if (!parsed.ok) {
    process.stderr.write(`This is not a subscriber’s number. ${MSISDN_FAULTS[parsed.fault].en}\n`);
    process.exitCode = EXIT.couldNotRun;
    return;
  }
  const hashes = subscriberHashes(keyRingOf(ownRing().ring), parsed.msisdn);
  const query = `${SEARCH_ATTRIBUTES.subscriber.name} IN (${hashes.map((each) => `'${each}'`).join(', ')})`;
  say(query);
  const webUi = webUiUrl();
  if (webUi !== null) say(`${webUi}?query=${encodeURIComponent(query)}`);
}

async function firstLine(): Promise<string> {
  const reader = createInterface({ input: process.stdin, terminal: false });
  if (process.stdin.isTTY) process.stderr.write('Number: ');
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
  }
}

function webUiUrl(): string | null {
  const config = loadOperatorConfig();
  const { embedded, namespace } = temporalTarget(config);
  const base = embedded ? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}` : config.TEMPORAL_UI_URL;
  return base === undefined ? null : `${base}/namespaces/${namespace}/workflows`;
}
