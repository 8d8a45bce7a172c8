import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { countRuns, listPage, type RawExecution } from './visibility-pages';
import { anyOf, equals, noneOf } from './visibility-query';

/** How much of a list is read, and how much of it one channel may take. */
export interface FairShare {
  /** Maximum number of runs. */
  most: number;
  /** Maximum number of one channel's runs while those of others are left. */
  perChannel: number;
  /** Whether channels get more than that where there is room. */
  isFilled: boolean;
}

/** Runs that a list does not show; the channel is null for those of channels that are not named. */
export interface LeftOut {
  channel: string | null;
  count: number;
}

const MAX_PAGE = 100;
/** Channels whose runs are counted; each costs a request. */
const MOST_COUNTED = 10;
const { channel: CHANNEL } = SEARCH_ATTRIBUTES;

/**
 * Reads what a query finds, of each channel no more than its share first: Temporal lists the newest first, so that one
 * channel could take all places.
 * @throws TemporalUnavailable
 */
export async function fairly(
  client: Client,
  query: string,
  { most, perChannel, isFilled }: FairShare,
): Promise<RawExecution[]> {
  const found = new Map<string, RawExecution>();
  const taken = new Map<string, number>();
  const full = new Set<string>();
  const pageSize = Math.min(MAX_PAGE, most);

  async function read(condition: () => string, limitOf: (channel: string) => number): Promise<void> {
    let token: Uint8Array | undefined;
    while (found.size < most && token?.length !== 0) {
      const page = await listPage(client, condition(), { pageSize, token });
      token = page.nextToken;
      for (const run of page.executions) {
        const id = run.execution?.runId ?? '';
        const channel = channelOf(run) ?? '';
        const before = taken.get(channel) ?? 0;
        if (found.has(id) || found.size >= most) continue;
        if (before < limitOf(channel)) {
          found.set(id, run);
          taken.set(channel, before + 1);
        } else if (channel !== '' && !full.has(channel)) {
          full.add(channel);
          token = undefined; // begins again without it
        }
      }
    }
  }

  await read(
    () => (full.size === 0 ? query : `${query} AND ${noneOf(CHANNEL, [...full])}`),
    (channel) => (channel === '' ? most : perChannel),
  );
  if (isFilled && full.size > 0)
    await read(
      () => `${query} AND ${anyOf(CHANNEL, [...full])}`,
      () => most,
    );
  return [...found.values()];
}

/**
 * How many runs of a query are not among those that were read, by channel.
 * @throws TemporalUnavailable
 */
export async function leftOut(
  client: Client,
  query: string,
  read: readonly RawExecution[],
): Promise<LeftOut[]> {
  const left = (await countRuns(client, query)) - read.length;
  if (left <= 0) return [];
  const shown = new Map<string, number>();
  for (const run of read) {
    const channel = channelOf(run);
    if (channel !== null) shown.set(channel, (shown.get(channel) ?? 0) + 1);
  }
  const largest = [...shown].toSorted(([, one], [, other]) => other - one).slice(0, MOST_COUNTED);
  const named = await Promise.all(
    largest.map(async ([channel, count]) => ({
      channel,
      count: (await countRuns(client, `${query} AND ${equals(CHANNEL, channel)}`)) - count,
    })),
  );
  const others = left - named.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  return [...named, { channel: null, count: others }].filter(({ count }) => count > 0);
}

function channelOf(run: RawExecution): string | null {
  return keywordOf(run, CHANNEL);
}

/** A keyword as the index has it, in clear. */
export function keywordOf({ searchAttributes }: RawExecution, { name }: { name: string }): string | null {
  const payload = searchAttributes?.indexedFields?.[name];
  const value: unknown = payload ? defaultPayloadConverter.fromPayload(payload) : null;
  return typeof value === 'string' ? value : null;
}
