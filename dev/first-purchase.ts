import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { urlOf } from '../runtime/address';
import { loadConfig } from '../config';
import { jsonText } from '../runtime/json-file';
import { exitAfter } from '../runtime/process';
import { DEMO, readDemoChannel } from '../sandbox/demo-channels';

/** What this script needs of the purchase; it prints the whole. */
const purchaseSchema = z.looseObject({ externalId: z.string(), outcome: z.string().nullable() });
type Purchase = z.infer<typeof purchaseSchema>;

interface Options {
  msisdn: string;
  package: string;
  channel: string;
  key?: string;
  api?: string;
}

/** The API cannot be reached or refuses; the message names the way out. */
class PurchaseFailed extends Error {}

/** Longest wait that the API accepts in `Prefer: wait`. */
const MAX_WAIT_SECONDS = 30;

/** `npm run first-purchase`: buys one package through the running API and prints the purchase once it is decided. */
async function firstPurchase(options: Options): Promise<Purchase> {
  const config = loadConfig();
  const api = options.api ?? urlOf(config.API_HOST, config.API_PORT);
  const key = options.key ?? readDemoChannel(config.DATA_DIR, options.channel).apiKey;
  const externalId = `first-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  let purchase = await ask(`${api}/v1/purchases`, key, {
    externalId,
    msisdn: options.msisdn,
    package: options.package,
    allowDuplicate: true, // each run means it
  });
  while (purchase.outcome === null) {
    process.stderr.write(
      `${externalId} is not decided yet; still asking (Ctrl-C stops asking, not the purchase).\n`,
    );
    await pause(1000); // the API held the answer already; this only keeps a fast one from being asked in a rush
    purchase = await ask(`${api}/v1/purchases/${externalId}`, key);
  }
  return purchase;
}

async function ask(
  address: string,
  key: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Purchase> {
  const response = await fetch(address, {
    method: body ? 'POST' : 'GET',
    headers: {
      Authorization: `Bearer ${key}`,
      Prefer: `wait=${MAX_WAIT_SECONDS}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout((MAX_WAIT_SECONDS + 30) * 1000),
  }).catch((fault: unknown) => {
    const reason = reasonOf(fault);
    throw new PurchaseFailed(
      `The API cannot be reached at ${new URL(address).origin} (${reason}). Start it by \`npm start\`, or give --api.`,
    );
  });
  const text = await response.text();
  if (!response.ok) {
    const hint =
      response.status === 401 ? ' Is the key of this channel from the same DATA_DIR as the API’s?' : '';
    throw new PurchaseFailed(`The API answered ${response.status}.${hint}\n${text}`);
  }
  return purchaseSchema.parse(JSON.parse(text));
}

/** fetch's own message says only that it failed; the cause says why. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error ? fault.cause.message || fault.cause.name : fault.message;
}

const program = new Command('first-purchase')
  .description('Buys one package through the running API and prints the purchase when its outcome is known.')
  .option('--msisdn <number>', 'subscriber number', DEMO.succeeds)
  .option('--package <code>', 'package code', DEMO.package)
  .option('--channel <name>', 'demo channel to buy as', 'demo')
  .option('--key <key>', 'key of any channel, instead of a demo channel’s')
  .option('--api <url>', 'base URL of the API; from API_HOST and API_PORT unless given')
  .action(async (options: Options) => {
    const purchase = await firstPurchase(options);
    process.stdout.write(jsonText(purchase));
    process.exitCode = purchase.outcome === 'succeeded' ? 0 : 1;
  });

exitAfter(program.parseAsync());
