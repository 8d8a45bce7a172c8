#!/usr/bin/env node
/** `datacode-listen`: forwards a channel's notices to a port of this machine. Prints what it did; never prints the key. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { DatacodeClient } from './client';
import { forward } from './forwarding';
import { listen, type HeardNotice } from './listener';
import { visibleText } from './visible-text';

const USAGE = `datacode-listen --forward-to <address> [options]

Forwards the notices of your channel to a server on this machine, signed as the gateway signs them. It follows purchases
that are made from now on: each state, and each refund notice. Your webhook goes on as it is.

  --forward-to <address>  your server, such as http://127.0.0.1:4242/webhook; 4242 means http://127.0.0.1:4242/
  --api <address>         the API; DATACODE_API, or http://127.0.0.1:3000
  --only <types>          only these, separated by commas, such as purchase.refund_due,purchase.succeeded
  --print                 print the body of each notice too

DATACODE_KEY must be your key. DATACODE_WEBHOOK_SECRET signs; without it a secret is made and printed.
`;

interface Words {
  to: string;
  api: string;
  only: ReadonlySet<string> | undefined;
  print: boolean;
}

class WrongWords extends Error {}

/** @throws WrongWords says which argument is wrong; undefined asks for the usage */
function wordsOf(given: string[]): Words | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { 'forward-to': text, api: text, only: text, print: flag, help: { ...flag, short: 'h' } };
  let values;
  try {
    ({ values } = parseArgs({ args: given, options }));
  } catch (fault) {
    throw new WrongWords(fault instanceof Error ? fault.message : String(fault));
  }
  if (values.help) return undefined;
  const address = values['forward-to'];
  if (address === undefined) throw new WrongWords('--forward-to is missing: the address of your server');
  return {
    to: addressOf(address),
    api: values.api ?? process.env['DATACODE_API'] ?? 'http://127.0.0.1:3000',
    only: values.only === undefined ? undefined : new Set(values.only.split(',')),
    print: values.print,
  };
}

function addressOf(text: string): string {
  if (/^\d+$/.test(text)) return `http://127.0.0.1:${text}/`;
  const address = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) throw new WrongWords(`--forward-to: "${text}" is no address`);
  return address;
}

function secretOfThisRun(): string {
  const given = process.env['DATACODE_WEBHOOK_SECRET']?.trim();
  const secret = given ? given : `whsec_${randomBytes(24).toString('base64')}`;
  try {
    new Webhook(secret).sign('trial', new Date(), '');
  } catch {
    throw new WrongWords('DATACODE_WEBHOOK_SECRET must be "whsec_" and base64, or unset');
  }
  if (!given) say(`Your signing secret while this runs: DATACODE_WEBHOOK_SECRET=${secret}`);
  return secret;
}

/** Whoever answers in the API's place gives the words. */
function say(line: string): void {
  process.stdout.write(`${visibleText(line)}\n`);
}

async function run({ to, api, only, print }: Words): Promise<void> {
  const client = new DatacodeClient({ baseUrl: api, key: process.env['DATACODE_KEY'] ?? '' });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const secret = secretOfThisRun();
  const onNotice = async (notice: HeardNotice): Promise<void> => {
    if (only && !only.has(notice.type)) return;
    const { status, durationMs, fault } = await forward(notice, { to, secret, signal: stop.signal });
    const { type, id, externalId, body } = notice;
    say(`${new Date().toISOString()}  ${type}  ${externalId}  ${id}  ${status ?? fault}  ${durationMs} ms`);
    if (print) say(body);
  };
  await listen(client, {
    signal: stop.signal,
    onNotice,
    onReady: () => say(`Listening at ${api}, forwarding to ${to}. Ctrl-C stops.`),
    onTrouble: (fault) => say(`${fault instanceof Error ? fault.message : String(fault)} Trying again.`),
  });
}

async function main(): Promise<void> {
  try {
    const words = wordsOf(process.argv.slice(2));
    if (words) await run(words);
    else process.stdout.write(`${USAGE}\n`);
  } catch (fault) {
    process.exitCode = 1;
    const words = fault instanceof Error ? fault.message : String(fault);
    process.stderr.write(`${visibleText(words)}\n${fault instanceof WrongWords ? `\n${USAGE}` : ''}`);
    setTimeout(() => process.exit(), 1_000).unref(); // streams that are still followed hold the process
  }
}

void main();
