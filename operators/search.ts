import type { Client } from '@temporalio/client';
import { BreakRegisters } from '../client/break-registers';
import { listCases } from '../client/cases';
import type { ListedCase } from '../client/listed-case';
import { readPage, type FoundPurchase } from '../client/purchase-search';
import { listPage } from '../client/visibility-pages';
import { equals, workflowIdIn } from '../client/visibility-query';
import { isClosedEvidence } from '../domain/case/case';
import {
  batchWorkflowId,
  CHANNEL_NAME_PATTERN,
  channelName,
  EXTERNAL_ID_PATTERN,
  externalId,
  purchaseWorkflowId,
} from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import { parseMsisdn } from '../domain/msisdn-parsing';
import type { RegisteredBreak } from '../domain/reconciliation/break-register';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { batchNameOf, type BatchName } from './batch-ref';
import { searchFor, type Narrowing } from './saved-searches';

/** What somebody looks for: whatever they have in hand, narrowed by a channel or a day. */
export interface Wanted {
  /** A subscriber's number, an order id, `channel/order id`, our id or a transaction's, a batch's id, or MobiFone's reference; empty for none. */
  text: string;
  channel: string | undefined;
  day: string | undefined;
}

export interface Found {
  purchases: readonly FoundPurchase[];
  /** Whether there are more purchases. */
  more: boolean;
  /** Batches of channels. */
  batches: readonly BatchName[];
  cases: readonly ListedCase[];
  breaks: readonly RegisteredBreak[];
}

/** Where an order id and a number lead. */
export interface SearchKeys {
  /** The hashes of a number, one for each key; undefined where numbers are not searchable. */
  hashesOf: ((number: Msisdn) => readonly string[]) | undefined;
  /** The channels whose orders an order id is looked for in. */
  channels: readonly string[];
}

const LIMIT = 100;
/** Registers of breaks in which MobiFone's reference is looked for, the newest first. */
const MOST_DAYS = 40;

/**
 * Finds by whatever is given. A text may be an order id and a number, so all that it may be is looked for.
 * @throws TemporalUnavailable
 */
export async function search(client: Client, wanted: Wanted, keys: SearchKeys): Promise<Found> {
  const { text, channel, day } = wanted;
  const narrowed = { channel, day };
  const ourId = /pur_[a-z2-7]{26}/.exec(text)?.[0];
  if (ourId !== undefined) {
    const query = equals(SEARCH_ATTRIBUTES.purchaseId, ourId);
    return { ...(await purchasesBy(client, [{ query }])), batches: [], cases: [], breaks: [] };
  }
  if (text === '') return { ...(await purchasesBy(client, [narrowed])), batches: [], cases: [], breaks: [] };
  const named = nameIn(text);
  const byText = await purchasesBy(client, [
    ...byNumber(text, keys).map((one) => ({ ...narrowed, ...one })),
    ...byOrderId(named.id, { channel: named.channel ?? channel }, keys).map((one) => ({
      ...narrowed,
      ...one,
    })),
  ]);
  const batches = await batchesBy(client, named.id, named.channel ?? channel, keys);
  if (byText.purchases.length + batches.length > 0) return { ...byText, batches, cases: [], breaks: [] };
  return { ...byText, batches, ...(await byReference(client, text)) };
}

/** `channel/order id` and the workflow's id, as the commands and the Web UI write a purchase. */
function nameIn(text: string): { channel?: string; id: string } {
  const [, channel, id] = /^(?:purchase:|batch:)?([^/:]+)[/:]([^/:]+)$/.exec(text) ?? [];
  return channel !== undefined && id !== undefined && CHANNEL_NAME_PATTERN.test(channel)
    ? { channel, id }
    : { id: text };
}

function byNumber(text: string, { hashesOf }: SearchKeys): Narrowing[] {
  const parsed = parseMsisdn(text);
  return parsed.ok && hashesOf ? [{ subscriber: hashesOf(parsed.msisdn) }] : [];
}

function byOrderId(
  text: string,
  { channel }: Pick<Wanted, 'channel'>,
  { channels }: SearchKeys,
): Narrowing[] {
  if (!EXTERNAL_ID_PATTERN.test(text)) return [];
  const names = channel === undefined ? channels : [channel];
  if (names.length === 0) return [];
  const ids = names.map((name) => purchaseWorkflowId(channelName(name), externalId(text)));
  return [{ query: workflowIdIn(ids) }];
}

/** The batches of an id, of one channel or of any. */
async function batchesBy(
  client: Client,
  id: string,
  channel: string | undefined,
  { channels }: SearchKeys,
): Promise<BatchName[]> {
  const names = (channel === undefined ? channels : [channel]).flatMap(
    (one) => batchNameOf(`${one}/${id}`) ?? [],
  );
  if (names.length === 0) return [];
  const idOf = (name: BatchName) => batchWorkflowId(name.channel, name.batchId);
  const { executions } = await listPage(client, workflowIdIn(names.map(idOf)), { pageSize: LIMIT });
  const there = new Set(executions.map(({ execution }) => execution?.workflowId));
  return names.filter((name) => there.has(idOf(name)));
}

async function purchasesBy(
  client: Client,
  narrowings: readonly Narrowing[],
): Promise<Pick<Found, 'purchases' | 'more'>> {
  const pages = await Promise.all(narrowings.map((one) => readPage(client, searchFor([], one), LIMIT)));
  const byId = new Map(
    pages.flatMap(({ purchases }) => purchases.map((one) => [one.order.purchaseId, one] as const)),
  );
  return { purchases: [...byId.values()], more: pages.some(({ nextToken }) => nextToken.length > 0) };
}

/** MobiFone's own references come with its settlement files, so cases and breaks hold them. */
async function byReference(client: Client, reference: string): Promise<Pick<Found, 'cases' | 'breaks'>> {
  const cases: ListedCase[] = [];
  for await (const one of listCases(client, {}, () => undefined)) {
    const { evidence, subject } = one.card;
    const named = isClosedEvidence(evidence) ? [] : evidence.references;
    const own = subject.kind === 'reversal' && subject.reference === reference;
    if (own || named.includes(reference)) cases.push(one);
  }
  const registers = new BreakRegisters(client);
  const days = (await registers.days({ open: false })).toReversed().slice(0, MOST_DAYS);
  const { read } = await registers.read(days); // what is open is not readable while there is no worker
  const breaks = read.flatMap((register) =>
    register.breaks.filter(({ references }) => references.includes(reference)),
  );
  return { cases, breaks };
}
