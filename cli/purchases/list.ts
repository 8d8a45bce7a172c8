import { InvalidArgumentError, Option, type Command } from 'commander';
import { keyRingFile, subscriberHashes } from '../../client/encryption';
import { SAVED_SEARCHES, searchFor, type SavedSearch } from '../../operators/saved-searches';
import { readPage, type FoundPurchase } from '../../client/purchase-search';
import { webUiLinks } from '../../client/web-ui-links';
import { loadOperatorConfig } from '../../config';
import { localDay, localIso } from '../../domain/local-time';
import { maskMsisdn } from '../../domain/msisdn';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { keyRingOf } from '../../encryption/key-ring';
import { readKeyRing } from '../../encryption/key-ring-file';
import { date } from '../terminal/argument-values';
import { withTemporal } from '../terminal/temporal';
import { ago } from '../terminal/moment';
import { readSubscriberNumber } from '../terminal/subscriber-number';
import { say, sayJson } from '../terminal/output';

/** What purchases are searched by. */
export interface SearchOptions {
  needsAttention?: boolean;
  chargeUnknown?: boolean;
  outage?: boolean;
  endedFromOutside?: boolean;
  channel?: string;
  day?: string;
  state?: string;
  subscriber?: boolean;
  olderThan?: Date;
  query?: string;
  limit: number;
}

const SEARCHES = {
  needsAttention: 'needs-attention',
  chargeUnknown: 'charge-unknown',
  outage: 'outage',
  endedFromOutside: 'ended-from-outside',
} as const satisfies Partial<Record<keyof SearchOptions, SavedSearch>>;
const PAGE = 100;

/** Gives a command the options by which purchases are searched for. */
export function withSearch(command: Command): Command {
  for (const search of Object.values(SEARCHES)) command.option(`--${search}`, SAVED_SEARCHES[search].meaning);
  return command
    .option('--channel <name>', 'of this channel')
    .option('--day <day>', 'accepted on this day in Vietnam, as 2026-11-24, or today', day)
    .addOption(new Option('--state <state>', 'in this state').choices(PURCHASE_STATE_NAMES))
    .option('--subscriber', 'of one subscriber: the number is typed, or piped in, never an argument')
    .option('--older-than <time>', 'accepted longer ago than this, as 5m', ago)
    .option('--query <query>', 'in Temporal’s own query language, besides')
    .option('--limit <count>', 'so many at most', limit, 100);
}

/**
 * What is searched for. A subscriber's number is read from standard input; its hash is what is searched by.
 * @throws CommandFault when what is read is no number, or no key ring tells its hash
 */
export async function queryOf(options: SearchOptions): Promise<string> {
  const saved = Object.entries(SEARCHES).flatMap(([option, search]) =>
    options[option as keyof typeof SEARCHES] ? [search] : [],
  ); // the literal's keys
  const { subscriber, olderThan: before, ...others } = options;
  return searchFor(saved, { ...others, before, ...(subscriber ? { subscriber: await hashes() } : {}) });
}

async function hashes(): Promise<string[]> {
  const ring = readKeyRing(keyRingFile(loadOperatorConfig()));
  return subscriberHashes(keyRingOf(ring), await readSubscriberNumber());
}

/** `list`: purchases by a search. */
export function addList(command: Command): void {
  withSearch(command)
    .description('lists purchases by a saved search, narrowed or not')
    .option('--json', 'as JSON')
    .action(list);
}

async function list(options: SearchOptions & { json?: boolean }): Promise<void> {
  const query = await queryOf(options);
  await withTemporal(async ({ client, webUiUrl }) => {
    const found: FoundPurchase[] = [];
    let token: Uint8Array | undefined;
    while (found.length < options.limit && token?.length !== 0) {
      const page = await readPage(client, query, Math.min(PAGE, options.limit - found.length), token);
      found.push(...page.purchases);
      token = page.nextToken;
    }
    const more = token !== undefined && token.length > 0;
    const link = webUiLinks(webUiUrl, client.options.namespace)?.search(query) ?? null;
    if (options.json) return sayJson({ query, webUiLink: link, more, purchases: found.map(listed) });
    say(...found.map(inWords));
    say(`${found.length} purchase(s)${more ? ', and more: raise --limit' : ''}`, ...(link ? [link] : []));
  });
}

function listed({ order, state, outcome, needsAttention, attentionReason }: FoundPurchase) {
  return {
    purchaseId: order.purchaseId,
    channel: order.channel,
    externalId: order.externalId,
    msisdn: maskMsisdn(order.msisdn),
    package: order.package.code,
    faceValue: order.faceValue,
    paymentForm: order.paymentForm,
    acceptedAt: order.acceptedAt,
    state,
    outcome,
    needsAttention,
    attentionReason: attentionReason ?? null,
  };
}

function inWords({ order, state, needsAttention, attentionReason }: FoundPurchase): string {
  return [
    localIso(new Date(order.acceptedAt)).slice(0, 19).replace('T', ' '),
    `${order.channel}/${order.externalId}`,
    order.package.code,
    maskMsisdn(order.msisdn),
    state,
    ...(needsAttention ? [`needs attention: ${attentionReason ?? 'see it'}`] : []),
  ].join('  ');
}

function day(text: string): string {
  return text === 'today' ? localDay(new Date()) : date(text);
}

function limit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
