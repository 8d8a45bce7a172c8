import type { Client } from '@temporalio/client';
import { Option, type Command } from 'commander';
import { subscriberHashes } from '../../client/encryption';
import { keyRingFile } from '../../encryption/key-ring-of-folder';
import { SAVED_SEARCHES, searchFor, type SavedSearch } from '../../operators/saved-searches';
import { purchasesLeftOut, readByStake, type PurchasesLeftOut } from '../../operators/at-stake';
import { purchasesOfRuns, readPage, type FoundPurchase } from '../../client/purchase-search';
import type { UnreadableRun } from '../../client/visibility-pages';
import { webUiLinks } from '../../client/web-ui-links';
import { loadOperatorConfig } from '../../config';
import { localDay, localIso } from '../../domain/local-time';
import { maskMsisdn } from '../../domain/msisdn';
import { ATTENTION_REASONS, type AttentionReason } from '../../domain/purchase/attention';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { keyRingOf } from '../../encryption/key-ring';
import { readKeyRing } from '../../encryption/key-ring-file';
import { countTo, date } from '../terminal/argument-values';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { ago } from '../terminal/moment';
import { print, tell, type JsonOption } from '../terminal/output';
import { readSubscriberNumber } from '../terminal/ask';
import { withTemporal } from '../terminal/temporal';

/** Search conditions for purchases. */
export interface SearchOptions {
  needsAttention?: boolean;
  chargeUnknown?: boolean;
  outage?: boolean;
  endedFromOutside?: boolean;
  reason?: AttentionReason;
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
const REASONS = Object.keys(ATTENTION_REASONS);
const PAGE = 100;
const MAX_LIMIT = 999_999;

/** Gives a command the search conditions as options. */
export function withSearch(command: Command): Command {
  for (const search of Object.values(SEARCHES)) command.option(`--${search}`, SAVED_SEARCHES[search].meaning);
  return command
    .addOption(new Option('--reason <reason>', 'needs a person for this reason').choices(REASONS))
    .option('--channel <name>', 'sold by this channel')
    .option('--day <day>', 'accepted on this day in Vietnam, such as 2026-11-24 or today', day)
    .addOption(new Option('--state <state>', 'in this state').choices(PURCHASE_STATE_NAMES))
    .option('--subscriber', 'of one subscriber: the number is read from standard input, never an argument')
    .option('--older-than <time>', 'accepted longer ago than this, such as 5m', ago)
    .option('--query <query>', 'a further condition in Temporal’s query language')
    .option('--limit <count>', 'maximum number of purchases', countTo(MAX_LIMIT), 100);
}

/**
 * The query for the given conditions. A subscriber's number is read from standard input; the query holds its hash.
 * @throws CommandFault when what is read is not a number; the key ring's own error when there is none to hash it with
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
  withSearch(
    verb(
      command,
      'lists purchases: of a saved search, or by conditions of your own',
      [
        'datacode purchases list --needs-attention',
        "datacode purchases list --channel demo --day today --json | jq '.purchases[].purchaseId'",
        'datacode purchases list --subscriber < number.txt',
      ],
      [...PURCHASE_SETTINGS, 'TEMPORAL_UI_URL'],
    ),
  ).action(list);
}

async function list(options: SearchOptions & JsonOption): Promise<void> {
  const query = await queryOf(options);
  await withTemporal(async ({ client, webUiUrl }) => {
    const { needsAttention, limit } = options;
    const found = await (needsAttention ? byStake(client, query, limit) : latest(client, query, limit));
    const { purchases, unreadable, more, notListed } = found;
    const webUiLink = webUiLinks(webUiUrl, client.options.namespace)?.search(query) ?? null;
    const answer = {
      query,
      webUiLink,
      more,
      notListed,
      purchases: purchases.map(listed),
      unreadable: unreadable.map(strange),
    };
    print(options, answer, () => [...purchases.map(inWords), ...unreadable.map(strangeInWords)]);
    if (options.json) return;
    const strangers = unreadable.length > 0 ? `, ${unreadable.length} that cannot be read` : '';
    tell(`${purchases.length} purchase(s)${strangers}${more ? '; there are more: raise --limit' : ''}`);
    for (const { count, reason, channel } of notListed)
      tell(`not listed: ${count} with --reason ${reason}${channel === null ? '' : ` --channel ${channel}`}`);
    if (webUiLink) tell(webUiLink);
  });
}

interface Listing {
  purchases: FoundPurchase[];
  unreadable: readonly UnreadableRun[];
  more: boolean;
  /** How many more there are, by reason and channel: where people are waited for. */
  notListed: readonly PurchasesLeftOut[];
}

/** What is most at stake first, and no channel's own trouble in the place of another's. */
async function byStake(client: Client, query: string, limit: number): Promise<Listing> {
  const { ours, unreadable } = await readByStake(client, query, limit);
  const runs = [...ours, ...unreadable];
  const notListed = runs.length < limit ? [] : await purchasesLeftOut(client, query, runs);
  return { ...(await purchasesOfRuns(client, runs)), more: notListed.length > 0, notListed };
}

/** The latest first. */
async function latest(client: Client, query: string, limit: number): Promise<Listing> {
  const purchases: FoundPurchase[] = [];
  const unreadable: UnreadableRun[] = [];
  let token: Uint8Array | undefined;
  while (purchases.length < limit && token?.length !== 0) {
    const left = limit - purchases.length;
    const page = await readPage(client, query, Math.min(PAGE, left), token);
    purchases.push(...page.purchases);
    unreadable.push(...page.unreadable.slice(0, limit - unreadable.length)); // they take no place of a purchase
    token = page.nextToken;
  }
  return { purchases, unreadable, more: token !== undefined && token.length > 0, notListed: [] };
}

/** A workflow of this type whose order cannot be read: another program may have started it. */
function strange({ workflowId, fault }: UnreadableRun) {
  return { workflowId, reason: fault.reason, why: fault.message };
}

function strangeInWords({ workflowId, fault }: UnreadableRun): string {
  return `unreadable  ${workflowId}  ${fault.reason}: ${fault.message}`;
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
